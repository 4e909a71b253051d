package dev.hawser.examples.chat;

import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.SendHandler;
import java.nio.ByteBuffer;

/** One message to members of the room. Immutable, so that one instance serves all members. */
sealed interface Outgoing {
    /** The memory that this message takes while it waits, in bytes (an estimate for text). */
    long size();

    /** Starts to send this message; {@code done} is called when it was sent or has failed. */
    void send(RemoteEndpoint.Async remote, SendHandler done);

    /** A text message, which is always JSON. */
    record Text(String json) implements Outgoing {
        @Override
        public long size() {
            return 2L * json.length();
        }

        @Override
        public void send(RemoteEndpoint.Async remote, SendHandler done) {
            remote.sendText(json, done);
        }
    }

    /** A binary message: a file with its header. */
    final class Binary implements Outgoing {
        private final ByteBuffer content;

        /** Takes over {@code content}: the caller must not change it any more. */
        Binary(ByteBuffer content) {
            this.content = content.asReadOnlyBuffer();
        }

        @Override
        public long size() {
            return content.remaining();
        }

        @Override
        public void send(RemoteEndpoint.Async remote, SendHandler done) {
            // Each send needs its own position in the content.
            remote.sendBinary(content.duplicate(), done);
        }
    }
}
