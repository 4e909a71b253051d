package dev.hawser.test;

import dev.hawser.extension.Opcode;
import java.util.Arrays;

/** What a peer can receive. */
sealed interface PeerEvent {
    /** For use in a sentence. */
    String description();

    /** Whether both are the same, octet by octet. */
    boolean isSameAs(PeerEvent other);

    /** Whether it is a ping, which each side sends at any time to see whether its peer lives. */
    default boolean isPing() {
        return false;
    }

    /** A whole text message. */
    record Text(String message) implements PeerEvent {
        @Override
        public String description() {
            return "text " + Quoted.text(message);
        }

        @Override
        public boolean isSameAs(PeerEvent other) {
            return equals(other);
        }
    }

    /**
     * A whole binary message, a ping or a pong.
     *
     * @param opcode BINARY, PING or PONG
     */
    record Bytes(Opcode opcode, byte[] payload) implements PeerEvent {
        @Override
        public String description() {
            return opcode.word() + " " + Quoted.bytes(payload);
        }

        @Override
        public boolean isSameAs(PeerEvent other) {
            return other instanceof Bytes bytes && opcode == bytes.opcode && Arrays.equals(payload, bytes.payload);
        }

        @Override
        public boolean isPing() {
            return opcode == Opcode.PING;
        }
    }

    /** A close frame; 1005 and an empty reason if it has no payload. */
    record Close(int code, String reason) implements PeerEvent {
        @Override
        public String description() {
            return "close " + code + (reason.isEmpty() ? "" : " " + Quoted.text(reason));
        }

        @Override
        public boolean isSameAs(PeerEvent other) {
            return equals(other);
        }
    }

    /** Bytes that the other side must not send; nothing is read after them. */
    record Violation(String rule) implements PeerEvent {
        @Override
        public String description() {
            return "a frame that breaks a rule (" + rule + ")";
        }

        @Override
        public boolean isSameAs(PeerEvent other) {
            return equals(other);
        }
    }

    /** Bytes on which the peer itself fails; nothing is read after them. */
    record Unreadable(Throwable cause) implements PeerEvent {
        @Override
        public String description() {
            return "what the peer's own extension or memory failed on (" + cause + ")";
        }

        @Override
        public boolean isSameAs(PeerEvent other) {
            return equals(other);
        }
    }

    /** The other side has ended its direction of the connection. */
    record End() implements PeerEvent {
        @Override
        public String description() {
            return "the end of the connection";
        }

        @Override
        public boolean isSameAs(PeerEvent other) {
            return equals(other);
        }
    }
}
