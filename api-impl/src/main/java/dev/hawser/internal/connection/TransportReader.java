package dev.hawser.internal.connection;

import dev.hawser.internal.coder.InterruptFlag;
import dev.hawser.internal.dispatch.Turn;
import dev.hawser.internal.dispatch.TurnLoad;
import dev.hawser.internal.transport.BufferPool;
import dev.hawser.internal.transport.OutboundQueue;
import dev.hawser.internal.transport.Transport;
import dev.hawser.internal.transport.TransportListener;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Listens to the transport of one connection: sets the connection up when it opens, reads it into the engine, and
 * schedules the callbacks that become due. It holds no buffer while nothing arrives.
 *
 * <p>One thread reads at a time: the transport's thread, and between two of its readings a thread that parses what was
 * left, or does a reading that was left to it.
 */
final class TransportReader implements TransportListener, Turn {
    /** How many reads a reading does before other connections of the event loop have their turn. */
    private static final int READS = 8;

    /**
     * The time of a reading after which the rest is parsed in a turn, since all other connections of its thread wait.
     */
    private static final long READING_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

    private final ConnectionListener listener;
    private final OutboundQueue outbound;
    private final ConnectionEnd end;
    private final SessionTimeouts timeouts;
    private final ReadingMemory memory;
    private final BufferPool buffers;
    private final ReadingPlace place;
    private final MessageDispatcher dispatcher;
    private final MessageReceiver receiver;
    private final InboundParser parser;

    /** Written before {@link ConnectionEnd#transportOpened} is called, so that the thread that must free it sees it. */
    private volatile @Nullable Transport transport;

    /** The turn that parses what a reading has left, or reads. */
    private final Ticket parsing;

    // Accessed only by the reading thread.
    private boolean turnOwed;
    private boolean flushOwed;
    /** The thread that reads or parses now, or null. */
    private volatile @Nullable Thread readingThread;

    private volatile boolean readingPaused;

    TransportReader(
            ConnectionListener listener,
            OutboundQueue outbound,
            ConnectionEnd end,
            SessionTimeouts timeouts,
            ReadingMemory memory,
            ConnectionResources resources,
            MessageDispatcher dispatcher,
            InboundParser parser) {
        this.listener = listener;
        this.outbound = outbound;
        this.end = end;
        this.timeouts = timeouts;
        this.memory = memory;
        this.buffers = resources.readBuffers();
        this.dispatcher = dispatcher;
        this.place = new ReadingPlace(resources.readingLoad(), dispatcher.eventLoop);
        this.receiver = dispatcher.receiver();
        this.parser = parser;
        this.parsing = new Ticket(this);
    }

    /** The transport; null before it has opened. */
    @Nullable Transport transport() {
        return transport;
    }

    @Override
    public void onOpen(Transport opened, ByteBuffer early) {
        transport = opened;
        try {
            if (!end.transportOpened()) {
                return; // the transport is aborted
            }
            if (isSetUp(opened, early)) {
                begin();
            } else {
                end.openingFailed();
            }
        } catch (Throwable e) {
            end.openingFailed(); // does nothing if it was set up
            threw(e);
            throw e;
        }
    }

    /**
     * Sets the connection up, and queues its onOpen; this thread will then read. Returns false if the container has
     * ended.
     *
     * @param early came behind the handshake
     */
    private boolean isSetUp(Transport opened, ByteBuffer early) {
        if (!listener.begins()) {
            return false;
        }
        readingThread = Thread.currentThread();
        parser.keepEarly(early);
        listener.joins();
        outbound.open(opened);
        timeouts.start();
        memory.opened();
        end.sessionReady();
        listener.joined();
        return true;
    }

    @Override
    public void onClosed(@Nullable Throwable cause) {
        end.transportClosed(cause);
    }

    /**
     * Begins to read, but not before onOpen has returned: it may add handlers, also in an annotated class, which
     * earlier messages would miss.
     */
    private void begin() {
        if (!listener.endpoint().hasOnOpen() || dispatcher.eventLoop) {
            receiver.endpointOpened();
            parseRest(); // the turn of onOpen runs first, and then calls endpointOpened again
        } else {
            // The turn of onOpen begins to read, on another thread, so nothing of the reading may be accessed after
            // this.
            readingThread = null;
            readingPaused = true; // pongs of the peer are not read now, so its silence is no sign
            turnOwed = false;
            dispatcher.turns.owed = true; // before the call, which may throw; the timer then tries again
            dispatcher.turns.payOwed();
        }
    }

    /** Called in the turn of onOpen, once it has returned. */
    void endpointOpened() {
        if (listener.endpoint().hasOnOpen()) {
            receiver.endpointOpened();
            if (!dispatcher.eventLoop) {
                parseRest();
            }
        }
    }

    /** Reads what has arrived, up to the bounds of one reading, or leaves it to a worker. */
    @Override
    public void onReadable() {
        Transport from = transport;
        if (from == null) {
            return;
        }
        long began = timeouts.now();
        if (place.isLeftToWorker(from, began)) {
            leaveToWorker();
            return;
        }
        boolean interrupted = Thread.currentThread().isInterrupted();
        readingThread = Thread.currentThread();
        boolean atEnd = false;
        try {
            if (receiver.isMemoryShort()) {
                readingThread = null;
                goOn(from);
                return;
            }
            ByteBuffer pooled = buffers.borrowForReading();
            try {
                parser.giveHeaderTo(pooled);
                ByteBuffer buffer = pooled;
                int reads = 0;
                parser.readingBegins(began, dispatcher.eventLoop ? TurnLoad.TURN_NANOS : READING_NANOS);
                boolean all = true;
                boolean maybeMore = true;
                boolean more = true;
                while (more) {
                    buffer = InboundParser.withRoom(pooled, buffer, receiver.mayRead(buffer.remaining()));
                    int room = buffer.capacity() - buffer.remaining();
                    int read = from.read(buffer);
                    if (read > 0) {
                        timeouts.received();
                        all = parser.parse(buffer, this);
                    }
                    atEnd = read < 0;
                    maybeMore = all && (read == room || read > 0 && from.mayHoldMore());
                    more = maybeMore && ++reads < READS && !receiver.isOverBounds(0) && parser.isTimeLeft();
                }
                parser.keep(buffer, all);
                place.hasRead((maybeMore || !all) && !parser.isTimeLeft(), began, timeouts.now());
            } catch (Throwable e) { // containers also throw IllegalStateExceptions, and the JVM errors
                end.broken(e);
                return;
            } finally {
                buffers.giveBack(pooled);
                finishReading();
                InterruptFlag.restore(interrupted); // an extension of the application may have set the flag
            }
            if (atEnd) {
                end.endOfStream(parser.isMidMessage());
            } else {
                goOn(from);
            }
        } catch (Throwable e) {
            threw(e);
        }
    }

    /**
     * Called if the JVM threw during a reading. No other reading follows, and a turn that is due runs on a worker.
     */
    private void threw(Throwable error) {
        Thread reading = readingThread;
        if (reading == null || reading == Thread.currentThread()) { // otherwise another reading has begun
            readingThread = null;
            if (turnOwed) {
                turnOwed = false;
                dispatcher.turns.owed = true;
            }
        }
        end.broken(error);
        dispatcher.turns.payOwed();
    }

    /**
     * Parses the rest of the last bytes, and then goes on reading; or reads, if that was left to a worker. It runs on
     * any thread, which acts as the reading thread.
     */
    private void parseRest() {
        Transport from = transport;
        if (from == null) {
            return;
        }
        if (place.isOwed()) {
            onReadable();
            return;
        }
        readingThread = Thread.currentThread();
        try {
            parser.readingBegins(timeouts.now(), TurnLoad.TURN_NANOS);
            ByteBuffer rest = parser.rest();
            boolean mayParse = payOwedTurns() && !receiver.isOverBounds(rest.remaining());
            boolean all = parser.isDue() ? mayParse && parser.parse(rest, this) : mayParse;
            parser.keepRest(all);
            finishReading();
            goOn(from);
        } catch (Throwable e) { // nothing would parse the following bytes
            threw(e);
        }
    }

    @Override
    public void run() {
        parseRest();
    }

    @Override
    public Weight weight() {
        return Weight.HEAVY; // its peer sends much, or is new
    }

    /** Ends a reading: runs the callbacks that are due on the event loop, if there is time, and sends the pongs. */
    private void finishReading() {
        if (!parser.isDue()) {
            payOwedTurns();
        }
        readingThread = null;
        if (flushOwed) {
            flushOwed = false;
            outbound.flush();
        }
    }

    /** Called after a buffer is parsed, and not after each message, so that the replies are sent in one write. */
    boolean payOwedTurns() {
        boolean first = true;
        while (turnOwed) {
            if (!first && !parser.isTimeLeft()) {
                return false;
            }
            first = false;
            turnOwed = false;
            readingPaused = true; // pongs of the peer are not read now, so its silence is no sign
            boolean paid = false;
            try {
                dispatcher.runOwedTurn();
                paid = true;
            } finally {
                turnOwed |= !paid; // it throws an error only if the turn has not begun
            }
        }
        return true;
    }

    /**
     * The last call of a reading: demands the next one, unless callbacks have to catch up. What is left unparsed is
     * parsed first, by a worker, so that other connections of the event loop have their turn.
     */
    private void goOn(Transport from) {
        memory.hasRead();
        boolean due = parser.isDue();
        int unparsed = parser.unparsed();
        if (!turnOwed && receiver.isOverBounds(unparsed)) {
            readingPaused = true; // before the check, so that a change in between is not lost
            timeouts.readingStops();
            if (receiver.pauseReading(unparsed)) {
                return;
            }
        }
        if (due) {
            awaitWorker();
        } else {
            demand(from);
        }
    }

    private void leaveToWorker() {
        try {
            awaitWorker();
        } catch (Throwable e) { // nothing would read any more
            threw(e);
        }
    }

    private void awaitWorker() {
        readingPaused = true;
        timeouts.readingStops();
        dispatcher.readyToParse(parsing);
    }

    /**
     * Demands the next reading. If the container throws, nothing would be read any more, so the session ends; the
     * caller may be a turn, which must go on.
     */
    private void demand(Transport from) {
        readingPaused = false;
        timeouts.readingGoesOn();
        try {
            from.demandRead();
        } catch (RuntimeException | Error e) {
            end.broken(e);
        }
    }

    /**
     * Ends reading: the engine releases what it holds, and a stream that is being read fails with {@code why}.
     * Thread-safe.
     */
    void end(String why) {
        parser.end();
        receiver.breakPipe(why);
    }

    /** Whether the calling thread runs the receiving half of an extension. */
    boolean isInExtension() {
        return parser.isInExtension();
    }

    /** Whether nothing is read now, so that the peer's silence means nothing. */
    boolean isReadingPaused() {
        return readingPaused;
    }

    // See Reading for these methods.

    boolean isReadingThread() {
        return readingThread == Thread.currentThread();
    }

    void oweTurn() {
        turnOwed = true;
    }

    void resumeReading() {
        Transport from = transport;
        if (from != null && parser.isDue()) {
            dispatcher.readyToParse(parsing);
        } else if (from != null) {
            demand(from);
        }
    }

    void pinged(byte[] payload) {
        timeouts.active();
        outbound.control().owePong(payload);
        flushOwed = true;
    }

    int sizeOf(String text) {
        return parser.sizeOf(text);
    }
}
