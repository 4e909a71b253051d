package dev.hawser.examples.chat;

import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.SendHandler;
import java.nio.ByteBuffer;

/** One message on its way to members of the room. Immutable, so that one instance serves them all. */
sealed interface Outgoing {
    /** What this message holds on to while it waits, in bytes (an estimate for text). */
    long size();

    /** Starts to send this message; {@code done} hears of the end, be it good or bad. */
    void send(RemoteEndpoint.Async remote, SendHandler done);

    /** A text message: JSON, always. */
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
            // Each member reads with a position of its own.
            remote.sendBinary(content.duplicate(), done);
        }
    }
}
