package dev.hawser.internal.session;

import dev.hawser.extension.Opcode;
import dev.hawser.internal.connection.MessageSender;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * One message that is sent as a stream, for {@code getSendStream} and {@code getSendWriter}. A full buffer and flush
 * send a fragment, and close sends the last one. After a failed fragment it is unknown whether it was sent, so it
 * cannot be repeated or continued: the message is given up, and with it the connection, unless nothing of the message
 * was sent. A stream that is closed without a write sends no message; a write of zero bytes counts as a write. Not
 * thread-safe, like other streams.
 */
final class SendStreams {
    private static final int FRAGMENT_SIZE = 8 * 1024;

    private final MessageSender sender;
    private final Opcode kind;
    /**
     * Whether something was written, even an empty text; otherwise there is no message (javadoc of {@code
     * getSendStream}).
     */
    private boolean written;
    /** Whether a fragment was queued, so that it may have been sent. */
    private boolean begun;

    private boolean closed;

    SendStreams(MessageSender sender, Opcode kind) {
        this.sender = sender;
        this.kind = kind;
    }

    OutputStream outputStream() {
        return new FragmentStream();
    }

    Writer writer() {
        return new FragmentWriter();
    }

    /** Called if the writer has failed: a message that was begun must not look complete. */
    void giveUp() {
        if (!closed) {
            closed = true;
            if (begun) {
                sender.giveUp();
            }
        }
    }

    private void send(byte[] fragment, int length, boolean last) throws IOException {
        throwIfClosed();
        try {
            long deadline = sender.deadline();
            long position = sender.acceptPart(kind, fragment, 0, length, last, deadline);
            begun = true;
            sender.handOver(position, deadline);
            closed = last;
        } catch (IllegalStateException e) { // nothing was sent, and the caller may try again, except with close
            if (last) {
                giveUp();
            }
            throw e;
        } catch (Throwable e) { // also an Error: an incomplete message must not look complete
            giveUp();
            throw e;
        }
    }

    /** Whether close must end a message; there is none if nothing was written. */
    private boolean endsMessage() {
        boolean ends = !closed && written;
        closed = closed || !written;
        return ends;
    }

    private void throwIfClosed() throws IOException {
        if (closed) {
            throw new IOException("the stream is closed: its message has been sent, or given up");
        }
    }

    private final class FragmentStream extends OutputStream {
        private final byte[] buffer = new byte[FRAGMENT_SIZE];
        private int count;

        @Override
        public void write(int octet) throws IOException {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, bytes.length);
            throwIfClosed();
            written = true;
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
            throwIfClosed();
            if (count > 0) {
                send(buffer, count, false);
                count = 0;
            }
        }

        @Override
        public void close() throws IOException {
            if (endsMessage()) {
                send(buffer, count, true);
            }
        }
    }

    private final class FragmentWriter extends Writer {
        private final StringBuilder buffer = new StringBuilder();

        @Override
        public void write(char[] chars, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, chars.length);
            throwIfClosed();
            written = true;
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

        /**
         * Keeps half of a surrogate pair for the next fragment: a fragment may end inside a code point, but a String
         * cannot encode half of one.
         */
        @Override
        public void flush() throws IOException {
            throwIfClosed();
            int end = buffer.length();
            if (end > 0 && Character.isHighSurrogate(buffer.charAt(end - 1))) {
                end--;
            }
            if (end > 0) {
                byte[] utf8 = buffer.substring(0, end).getBytes(StandardCharsets.UTF_8);
                send(utf8, utf8.length, false);
                buffer.delete(0, end);
            }
        }

        @Override
        public void close() throws IOException {
            if (endsMessage()) {
                byte[] utf8 = buffer.toString().getBytes(StandardCharsets.UTF_8);
                send(utf8, utf8.length, true);
            }
        }
    }
}
