package dev.hawser.session;

import dev.hawser.protocol.Opcode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * The streams of {@code getSendStream} and {@code getSendWriter}: what is written goes out in fragments of one message as the buffer
 * fills, flush sends what is there, and close sends the last fragment. Not thread-safe, as streams are.
 */
final class SendStreams {
    private static final int FRAGMENT_SIZE = 8 * 1024;

    private SendStreams() {}

    static OutputStream binary(MessageSender sender) {
        return new FragmentStream(sender);
    }

    static Writer text(MessageSender sender) {
        return new FragmentWriter(sender);
    }

    private static final class FragmentStream extends OutputStream {
        private final MessageSender sender;
        private final byte[] buffer = new byte[FRAGMENT_SIZE];
        private int count;
        private boolean closed;

        FragmentStream(MessageSender sender) {
            this.sender = sender;
        }

        @Override
        public void write(int octet) throws IOException {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, bytes.length);
            throwIfClosed(closed);
            int done = 0;
            while (done < length) {
                if (count == buffer.length) {
                    flush();
                }
                int part = Math.min(length - done, buffer.length - count);
                System.arraycopy(bytes, offset + done, buffer, count, part);
                count += part;
                done += part;
            }
        }

        @Override
        public void flush() throws IOException {
            throwIfClosed(closed);
            if (count > 0) {
                sender.sendPart(Opcode.BINARY, buffer, 0, count, false);
                count = 0;
            }
        }

        @Override
        public void close() throws IOException {
            if (!closed) {
                closed = true;
                sender.sendPart(Opcode.BINARY, buffer, 0, count, true);
            }
        }
    }

    private static final class FragmentWriter extends Writer {
        private final MessageSender sender;
        private final StringBuilder buffer = new StringBuilder();
        private boolean closed;

        FragmentWriter(MessageSender sender) {
            this.sender = sender;
        }

        @Override
        public void write(char[] chars, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, chars.length);
            throwIfClosed(closed);
            int done = 0;
            while (done < length) {
                if (buffer.length() >= FRAGMENT_SIZE) {
                    flush();
                }
                int part = Math.min(length - done, FRAGMENT_SIZE);
                buffer.append(chars, offset + done, part);
                done += part;
            }
        }

        /** Holds back half of a surrogate pair: a fragment may split a code point, but a String cannot encode half of one. */
        @Override
        public void flush() throws IOException {
            throwIfClosed(closed);
            int end = buffer.length();
            if (end > 0 && Character.isHighSurrogate(buffer.charAt(end - 1))) {
                end--;
            }
            if (end > 0) {
                byte[] utf8 = buffer.substring(0, end).getBytes(StandardCharsets.UTF_8);
                buffer.delete(0, end);
                sender.sendPart(Opcode.TEXT, utf8, 0, utf8.length, false);
            }
        }

        @Override
        public void close() throws IOException {
            if (!closed) {
                closed = true;
                byte[] utf8 = buffer.toString().getBytes(StandardCharsets.UTF_8);
                sender.sendPart(Opcode.TEXT, utf8, 0, utf8.length, true);
            }
        }
    }

    private static void throwIfClosed(boolean closed) throws IOException {
        if (closed) {
            throw new IOException("the stream is closed: its message has been sent");
        }
    }
}
