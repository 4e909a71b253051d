package dev.hawser.internal.connection;

import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.extension.InboundExtension;
import dev.hawser.internal.coder.InterruptFlag;
import dev.hawser.internal.dispatch.Turn;
import dev.hawser.internal.protocol.ProtocolLimits;
import dev.hawser.internal.protocol.Role;
import dev.hawser.internal.protocol.WebSocketProtocol;
import dev.hawser.internal.transport.BufferPool;
import dev.hawser.internal.transport.OutboundQueue;
import dev.hawser.internal.transport.Transport;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads the transport of one connection into the engine, and has the callbacks run that this makes due. It holds no
 * buffer while nothing arrives.
 *
 * <p>One thread reads at a time: the transport's, and between two of its readings a thread that parses what was left.
 */
final class TransportReader implements Reading {
    /** Reads in a row before other connections of the event loop get their turn. */
    private static final int READS = 8;

    /** How long a reading takes before what is left is parsed in a turn: all others that its thread reads for wait. */
    private static final long READING_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

    private final ConnectionListener listener;
    private final OutboundQueue outbound;
    private final ConnectionEnd end;
    private final SessionTimeouts timeouts;
    private final BufferPool buffers;
    private final MessageDispatcher dispatcher;
    private final MessageReceiver receiver;
    private final InboundParser parser;

    /** Written before {@link ConnectionEnd#transportOpened}, so that whoever is to free it knows it. */
    private volatile @Nullable Transport transport;

    /** The turn that goes on with what was read and not parsed. */
    private final Turn.Ticket parsing = new Turn.Ticket(new ParsingTurn(this::parseRest));

    // Only touched by the reading thread.
    private boolean turnOwed;
    private boolean flushOwed;
    /** Set around each reading; the event-loop mode asks whether it is the calling thread. */
    private volatile @Nullable Thread readingThread;

    private volatile boolean readingPaused;

    TransportReader(
            ConnectionResources resources,
            ConnectionListener listener,
            OutboundQueue outbound,
            ConnectionEnd end,
            SessionTimeouts timeouts,
            Role role,
            Settings settings,
            List<InboundExtension> decoding) {
        this.listener = listener;
        this.outbound = outbound;
        this.end = end;
        this.timeouts = timeouts;
        this.buffers = resources.readBuffers();
        this.dispatcher = new MessageDispatcher(this, listener, resources, outbound, end, timeouts, settings);
        this.receiver = dispatcher.receiver();
        ProtocolLimits limits =
                new ProtocolLimits(settings.get(Setting.MAX_EMPTY_FRAGMENTS), settings.get(Setting.MAX_FRAGMENTS));
        this.parser =
                new InboundParser(new WebSocketProtocol(role, limits, decoding, receiver), receiver, end, timeouts);
    }

    /** Who calls the endpoint with what was read. */
    MessageDispatcher dispatcher() {
        return dispatcher;
    }

    /** What is read from; null before it has opened. */
    @Nullable Transport transport() {
        return transport;
    }

    /** The transport is there; nothing is read yet. */
    void transport(Transport opened) {
        transport = opened;
    }

    /** The calling thread sets the session up, and reads then; these bytes came behind the handshake. */
    void opens(ByteBuffer early) {
        readingThread = Thread.currentThread();
        parser.keepEarly(early);
    }

    /**
     * Begins to read. onOpen may add handlers, also that of an annotated class, and what came before that would find
     * none.
     */
    void begin() {
        if (!listener.endpoint().hasOnOpen() || dispatcher.eventLoop) {
            receiver.endpointOpened();
            parseRest(); // the turn of onOpen comes first, and says anew what the endpoint takes
        } else {
            // onOpen's turn begins to read, on another thread: nothing of it is touched after this.
            readingThread = null;
            readingPaused = true; // the peer's pongs are not read yet, so its silence says nothing
            turnOwed = false;
            dispatcher.turns.owed = true; // before the call, which may not be possible: then the timer's is
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

    /** Reads what is there, up to the bounds of one reading. */
    void read() {
        Transport from = transport;
        if (from == null) {
            return;
        }
        boolean interrupted = Thread.currentThread().isInterrupted();
        readingThread = Thread.currentThread();
        boolean atEnd = false;
        try {
            ByteBuffer pooled = buffers.borrowForReading();
            try {
                parser.giveHeaderTo(pooled);
                ByteBuffer buffer = pooled;
                int reads = 0;
                parser.readingBegins(dispatcher.eventLoop ? MessageDispatcher.TURN_NANOS : READING_NANOS);
                boolean all = true;
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
                    boolean maybeMore = all && (read == room || read > 0 && from.isSecure()); // TLS: a record each
                    more = maybeMore && ++reads < READS && !receiver.isOverBounds(0) && parser.isTimeLeft();
                }
                parser.keep(buffer, all);
            } catch (Throwable e) { // containers throw an IllegalStateException, too, and the machine its errors
                end.broken(e);
                return;
            } finally {
                buffers.giveBack(pooled);
                finishReading();
                InterruptFlag.restore(interrupted); // an extension of the application may have left one
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

    /** The Java machine threw in the middle of a reading. None follows, and the turn that it owes runs on a worker. */
    void threw(Throwable error) {
        Thread reading = readingThread;
        if (reading == null || reading == Thread.currentThread()) { // else another one goes on already
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
     * Parses what was left, and goes on to read when that is done. On any thread, which is the reading one meanwhile.
     */
    private void parseRest() {
        Transport from = transport;
        if (from == null) {
            return;
        }
        readingThread = Thread.currentThread();
        try {
            parser.readingBegins(MessageDispatcher.TURN_NANOS);
            ByteBuffer rest = parser.rest();
            boolean mayParse = payOwedTurns() && !receiver.isOverBounds(rest.remaining());
            boolean all = parser.isDue() ? mayParse && parser.parse(rest, this) : mayParse;
            parser.keepRest(all);
            finishReading();
            goOn(from);
        } catch (Throwable e) { // whatever it is: nothing would parse what follows
            threw(e);
        }
    }

    /** Replies and pongs of this reading go out together, and callbacks on the event loop run now if there is time. */
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

    /** After all of a buffer is parsed and not after its first message: the replies to it go out in one write. */
    @Override
    public boolean payOwedTurns() {
        boolean first = true;
        while (turnOwed) {
            if (!first && !parser.isTimeLeft()) {
                return false;
            }
            first = false;
            turnOwed = false;
            readingPaused = true; // the peer's pongs are not read yet, so its silence says nothing
            boolean paid = false;
            try {
                dispatcher.runOwedTurn();
                paid = true;
            } finally {
                turnOwed |= !paid; // it throws, for want of stack, only if the turn has not begun
            }
        }
        return true;
    }

    /**
     * The last of a reading: demands the next one, unless callbacks have to catch up. What is left unparsed is parsed
     * first, by a worker that takes it in its turn, so that other connections of the event loop have theirs.
     */
    private void goOn(Transport from) {
        boolean due = parser.isDue();
        int unparsed = parser.unparsed();
        if (!turnOwed && receiver.isOverBounds(unparsed)) {
            readingPaused = true; // before the question, so that an answer in between is not lost
            timeouts.readingStops();
            if (receiver.pauseReading(unparsed)) {
                return;
            }
        }
        if (due) {
            readingPaused = true;
            timeouts.readingStops();
            dispatcher.readyToParse(parsing);
        } else {
            demand(from);
        }
    }

    /**
     * The caller may be a turn, which must go on whatever a container throws: nothing is read any more, so the session
     * ends.
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

    /** Nothing more is read: the engine gives back what it holds, and who reads a stream is told why. Any thread. */
    void end(String why) {
        parser.end();
        receiver.breakPipe(why);
    }

    /** Whether the calling thread is in the receiving half of an extension. */
    boolean isInExtension() {
        return parser.isInExtension();
    }

    /** Whether nothing is read at the moment, so that the silence of the peer says nothing. */
    boolean isReadingPaused() {
        return readingPaused;
    }

    @Override
    public boolean isReadingThread() {
        return readingThread == Thread.currentThread();
    }

    @Override
    public void oweTurn() {
        turnOwed = true;
    }

    @Override
    public void resumeReading() {
        Transport from = transport;
        if (from != null && parser.isDue()) {
            dispatcher.readyToParse(parsing);
        } else if (from != null) {
            demand(from);
        }
    }

    @Override
    public void pinged(byte[] payload) {
        timeouts.active();
        outbound.control().owePong(payload);
        flushOwed = true;
    }

    @Override
    public int sizeOf(String text) {
        return parser.sizeOf(text);
    }
}
