package dev.hawser.internal.connection;

import dev.hawser.extension.RemoteProtocolException;
import dev.hawser.internal.log.LimitedLog;
import dev.hawser.internal.protocol.CloseCode;
import dev.hawser.internal.protocol.WebSocketProtocol;
import java.nio.ByteBuffer;

/**
 * Parses what a connection has read, a bounded piece of work at a time, and keeps what is left: an incomplete header,
 * or, where callbacks have to catch up or other connections have their turn, the rest of what was read. That rest is a
 * copy of its own, so that no pooled buffer is held, and it counts within the bounds of the {@link Inbox}.
 *
 * <p>Only the reading thread uses it, one at a time and each after the other, but for {@link #end}.
 */
final class InboundParser {
    /** Pieces of work of the engine in a row before other connections of the event loop get their turn. */
    private static final int PIECES = 8;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private static final LimitedLog LOGGER = new LimitedLog("dev.hawser.connection");

    /**
     * Guards itself: the reading thread is in it, and whoever ends the connection has it give back what extensions own.
     */
    private final WebSocketProtocol protocol;

    private final MessageReceiver receiver;
    private final ConnectionEnd end;
    private final SessionTimeouts timeouts;

    private ByteBuffer rest = NOTHING;
    /**
     * Whether the rest can be parsed now, without a byte more; it may be empty, while an extension has more to give.
     */
    private boolean due;

    /** When the time of this reading ends. */
    private long timeEnds;

    InboundParser(WebSocketProtocol protocol, MessageReceiver receiver, ConnectionEnd end, SessionTimeouts timeouts) {
        this.protocol = protocol;
        this.receiver = receiver;
        this.end = end;
        this.timeouts = timeouts;
    }

    /**
     * Parses, and has the turns run that this makes due on the event loop. Returns true once nothing is left but an
     * incomplete header, and false if something is left to do: callbacks have to catch up, or a reading has had its
     * time and its bytes.
     */
    boolean parse(ByteBuffer unread, Reading reading) {
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
            if (!reading.payOwedTurns()) {
                return false;
            }
        } while (!all && ++pieces < PIECES && !receiver.isOverBounds(unread.remaining()) && isTimeLeft());
        return all;
    }

    /**
     * An extension of the application threw: what the peer's next bytes mean is unknown. The peer learns no details.
     */
    private void extensionFailed(RuntimeException cause, ByteBuffer unread) {
        LOGGER.log(System.Logger.Level.ERROR, "An extension failed to decode a frame; the session is closed", cause);
        unread.position(unread.limit());
        end();
        end.violated(new RemoteProtocolException(CloseCode.UNEXPECTED, "a frame could not be decoded"));
    }

    /** Another reading begins, which may take so long before it ends with the piece of work that it is at. */
    void readingBegins(long nanos) {
        timeEnds = System.nanoTime() + nanos;
    }

    /** Whether a reading may go on for longer. */
    boolean isTimeLeft() {
        return System.nanoTime() - timeEnds < 0;
    }

    /**
     * Keeps what came behind the handshake, to be parsed once the endpoint is open. The bytes given are not ours to
     * change.
     */
    void keepEarly(ByteBuffer early) {
        rest = copy(early);
        due = rest.hasRemaining();
    }

    /** Keeps what a reading leaves in a pooled buffer; {@code all} says that this is an incomplete header at most. */
    void keep(ByteBuffer unread, boolean all) {
        due = !all;
        rest = copy(unread);
    }

    /**
     * Keeps what parsing has left of the {@link #rest}, where it lies, or in less memory if it is an incomplete header
     * at most.
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

    /** Whether there is something to parse before anything more is read. */
    boolean isDue() {
        return due;
    }

    /** What {@link #isDue} speaks of; {@link #keepRest} follows. */
    ByteBuffer rest() {
        return rest;
    }

    /** How many bytes wait to be parsed; an incomplete header waits to be read. */
    int unparsed() {
        return due ? rest.remaining() : 0;
    }

    /** Puts an incomplete header in front of what will be read into an empty buffer. */
    void giveHeaderTo(ByteBuffer buffer) {
        if (rest.hasRemaining()) {
            buffer.clear();
            buffer.put(rest).flip();
            rest = NOTHING;
        }
    }

    /**
     * A buffer with the same unread bytes and room for so many more: the pooled one, or its beginning.
     *
     * @param unread the pooled one, or what was given before
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
     * What a text takes in memory: a byte for each character if all are ASCII, else up to two. Asked while it is
     * delivered.
     */
    int sizeOf(String text) {
        int length = text.length();
        return protocol.messageSize() == length ? length : (int) Math.min(2L * length, Integer.MAX_VALUE);
    }

    /** Whether the calling thread is in an extension, which the engine calls under its lock. */
    boolean isInExtension() {
        return Thread.holdsLock(protocol);
    }

    /** Nothing more is read: the engine gives back what it holds. Any thread. */
    void end() {
        try {
            synchronized (protocol) {
                protocol.endOfStream();
            }
        } catch (RuntimeException e) { // an application's extension; the session must end all the same
            LOGGER.log(System.Logger.Level.WARNING, "An extension could not be closed", e);
        }
    }
}
