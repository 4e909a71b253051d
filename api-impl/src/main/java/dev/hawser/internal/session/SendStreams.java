package dev.hawser.internal.session;

import dev.hawser.extension.Opcode;
import dev.hawser.internal.connection.MessageSender;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * One message that is sent as a stream, as {@code getSendStream} and {@code getSendWriter} do: what is written goes out
 * in fragments as the buffer fills, flush sends what is there, and close sends the last fragment. If a fragment fails
 * it is unknown whether it was sent, so it can neither be repeated nor followed: the message is given up, and with it
 * the connection, unless nothing of it was sent. A stream that is closed without a write sends no message; a write of
 * nothing is one, too. Not thread-safe, as streams are.
 */
final class SendStreams {
    private static final int FRAGMENT_SIZE = 8 * 1024;

    private final MessageSender sender;
    private final Opcode kind;
    /**
     * Whether anything was written, be it an empty text: otherwise there is no message (javadoc of
     * {@code getSendStream}).
     */
    private boolean written;
    /** Whether a fragment was queued, and so may have been sent. */
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

    /** Whoever writes has failed: what was begun is not ended as if it were whole. */
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
        } catch (IllegalStateException e) { // nothing was sent, and it may be tried again, but not by a close
            if (last) {
                giveUp();
            }
            throw e;
        } catch (Throwable e) { // an Error, too: what is missing must not be closed as if it were whole
            giveUp();
            throw e;
        }
    }

    /** At close: whether a message is to be ended; if nothing was written there is none. */
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
         * Holds back half of a surrogate pair: a fragment may split a code point, but a String cannot encode half of
         * one.
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
