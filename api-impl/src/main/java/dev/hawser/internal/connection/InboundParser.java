package dev.hawser.internal.connection;

import dev.hawser.extension.RemoteProtocolException;
import dev.hawser.internal.log.LimitedLog;
import dev.hawser.internal.protocol.CloseCode;
import dev.hawser.internal.protocol.WebSocketProtocol;
import java.nio.ByteBuffer;

/**
 * Parses what a connection has read, one bounded piece of work at a time, and keeps what is left. That is an incomplete
 * header, or more if callbacks have to catch up or other connections have their turn. The rest is copied, so that no
 * pooled buffer is held, and it counts in the bounds of the {@link Inbox}.
 *
 * <p>Only the reading thread uses it, except {@link #end}. Different threads may read one after another.
 */
final class InboundParser {
    /** How many pieces of work the engine does before other connections of the event loop have their turn. */
    private static final int PIECES = 8;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private static final LimitedLog LOGGER = new LimitedLog("dev.hawser.connection");

    /**
     * Used with its own monitor held: by the reading thread, and by the thread that ends the connection, which releases
     * what extensions own.
     */
    private final WebSocketProtocol protocol;

    private final MessageReceiver receiver;
    private final ConnectionEnd end;
    private final SessionTimeouts timeouts;

    private ByteBuffer rest = NOTHING;
    /** Whether the rest can be parsed without more bytes; it may be empty if an extension has more output. */
    private boolean due;

    /** When the time for this reading ends. */
    private long timeEnds;

    InboundParser(WebSocketProtocol protocol, MessageReceiver receiver, ConnectionEnd end, SessionTimeouts timeouts) {
        this.protocol = protocol;
        this.receiver = receiver;
        this.end = end;
        this.timeouts = timeouts;
    }

    /**
     * Parses, and runs the turns that become due on the event loop. Returns true if at most an incomplete header is
     * left; false if more is left, because callbacks have to catch up, or the reading has used its time or its bytes.
     */
    boolean parse(ByteBuffer unread, TransportReader reader) {
        int pieces = 0;
        boolean all;
        do {
            try {
                long messages;
                long wireBytes;
                boolean mid;
                try {
                    synchronized (protocol) {
                        receiver.parsingBegins(unread.remaining());
                        all = protocol.receive(unread);
                        messages = protocol.messages();
                        wireBytes = protocol.wireBytes();
                        mid = all && unread.hasRemaining() || protocol.isMidMessage(); // also of a header
                    }
                } finally {
                    receiver.tellEnd();
                }
                timeouts.parsed(messages, wireBytes, mid);
            } catch (RuntimeException e) {
                extensionFailed(e, unread);
                all = true;
            }
            if (!reader.payOwedTurns()) {
                return false;
            }
        } while (!all && ++pieces < PIECES && !receiver.isOverBounds(unread.remaining()) && isTimeLeft());
        return all;
    }

    /**
     * Closes the connection, because an extension of the application threw, and the meaning of the next bytes is
     * unknown. The peer learns no details.
     */
    private void extensionFailed(RuntimeException cause, ByteBuffer unread) {
        LOGGER.log(System.Logger.Level.ERROR, "An extension failed to decode a frame; the session is closed", cause);
        unread.position(unread.limit());
        end();
        end.violated(new RemoteProtocolException(CloseCode.UNEXPECTED, "a frame could not be decoded"));
    }

    /** A reading begins. After {@code nanos} it ends with its current piece of work. */
    void readingBegins(long now, long nanos) {
        timeEnds = now + nanos;
    }

    /** Whether the reading may go on. */
    boolean isTimeLeft() {
        return timeouts.now() - timeEnds < 0;
    }

    /**
     * Copies the bytes that came behind the handshake, to be parsed once the endpoint is open. The given buffer is not
     * changed.
     */
    void keepEarly(ByteBuffer early) {
        rest = copy(early);
        due = rest.hasRemaining();
    }

    /** Copies what a reading leaves in a pooled buffer. If {@code all}, that is at most an incomplete header. */
    void keep(ByteBuffer unread, boolean all) {
        due = !all;
        rest = copy(unread);
    }

    /**
     * Keeps what parsing has left of the {@link #rest}. If {@code all}, that is at most an incomplete header, and is
     * copied into less memory.
     */
    void keepRest(boolean all) {
        due = !all;
        if (all) {
            rest = copy(rest);
        }
    }

    private static ByteBuffer copy(ByteBuffer bytes) {
        return bytes.hasRemaining()
                ? ByteBuffer.allocate(bytes.remaining()).put(bytes).flip()
                : NOTHING;
    }

    /** Whether the rest must be parsed before more is read. */
    boolean isDue() {
        return due;
    }

    /** The rest to be parsed; the caller then calls {@link #keepRest}. */
    ByteBuffer rest() {
        return rest;
    }

    /** How many bytes wait to be parsed; an incomplete header does not count. */
    int unparsed() {
        return due ? rest.remaining() : 0;
    }

    /** Puts an incomplete header into an empty buffer, in front of what will be read. */
    void giveHeaderTo(ByteBuffer buffer) {
        if (rest.hasRemaining()) {
            buffer.clear();
            buffer.put(rest).flip();
            rest = NOTHING;
        }
    }

    /**
     * A buffer with the same unread bytes and room for {@code more}: the pooled one, or a slice of its beginning.
     *
     * @param unread the pooled buffer, or the result of an earlier call
     */
    static ByteBuffer withRoom(ByteBuffer pooled, ByteBuffer unread, int more) {
        int capacity = (int) Math.min(pooled.capacity(), (long) unread.remaining() + more);
        if (capacity == unread.capacity()) {
            return unread;
        }
        int length = unread.remaining();
        unread.compact();
        ByteBuffer window = capacity == pooled.capacity() ? pooled : pooled.slice(0, capacity);
        return window.clear().limit(length);
    }

    /** Whether a message or a frame has begun and not ended. */
    boolean isMidMessage() {
        synchronized (protocol) {
            return rest.hasRemaining() || protocol.isMidMessage();
        }
    }

    /**
     * The memory of a text: a byte for each character if all are ASCII, otherwise up to two. Called while the text is
     * delivered.
     */
    int sizeOf(String text) {
        int length = text.length();
        return protocol.messageSize() == length ? length : (int) Math.min(2L * length, Integer.MAX_VALUE);
    }

    /** Whether the calling thread runs an extension, which the engine calls with its lock held. */
    boolean isInExtension() {
        return Thread.holdsLock(protocol);
    }

    /** The memory of what was read and not parsed. Any thread may call this; the result may be a moment old. */
    int restBytes() {
        return rest.capacity();
    }

    /** See {@link WebSocketProtocol#unfinishedBytes}. */
    long unfinishedBytes() {
        return protocol.unfinishedBytes();
    }

    /**
     * Releases what has arrived of an unfinished message, and reads no further one. Returns false, and does nothing, if
     * no message is unfinished. Thread-safe.
     */
    boolean giveUpMessage(String why) {
        synchronized (protocol) {
            if (!protocol.isMidMessage()) {
                return false;
            }
            end();
            receiver.breakPipe(why);
            return true;
        }
    }

    /** Ends reading: the engine releases what it holds. Thread-safe. */
    void end() {
        try {
            synchronized (protocol) {
                protocol.endOfStream();
            }
        } catch (RuntimeException e) { // of an application's extension; the session must end all the same
            LOGGER.log(System.Logger.Level.WARNING, "An extension could not be closed", e);
        }
    }
}
