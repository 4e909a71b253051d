package dev.hawser.session;

import dev.hawser.Dispatch;
import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.endpoint.BoundEndpoint;
import dev.hawser.endpoint.MessageInvoker;
import dev.hawser.endpoint.MessageInvoker.Delivery;
import dev.hawser.protocol.MessageSink;
import dev.hawser.protocol.Opcode;
import dev.hawser.protocol.RemoteProtocolException;
import jakarta.websocket.CloseReason;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Takes what the engine received, in the reading thread, and calls the endpoint with it, in turns on a callback thread. One turn runs at a
 * time, so the callbacks of a session never overlap and keep their order. What the two threads share is the {@link Inbox}.
 *
 * <p>While the outbound queue is full the callbacks pause, so that a peer that does not read what it asks for stops being served.
 */
final class MessageDispatcher implements Turn, MessageSink, MessagePipe.Listener {
    /** Events a turn delivers at most before others get theirs. */
    private static final int TURN_EVENTS = 128;
    /** Bytes after which a turn ends, however few events they are. */
    private static final long TURN_BYTES = 64 * 1024;
    /** How long a turn takes before it ends with the event that it is at. */
    static final long TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    /** How many fast callbacks run between two looks at the clock. */
    private static final int UNTIMED_EVENTS = 16;

    /** Bytes a second; a peer that sends a message slower gives way where others wait for a thread. */
    private static final double LEAST_RATE = 1024;

    private final WebSocketConnection connection;
    private final BoundEndpoint endpoint;
    private final DrainDispatcher dispatcher;
    private final boolean eventLoop;
    private final boolean virtualThreads;
    private final long slowNanos;
    private final Inbox inbox;
    private final TurnSchedule turns;

    /** The stream or parts in progress; only touched by the reading thread. */
    private @Nullable MessagePipe pipe;
    /** The stream that the running turn hands over; written by it. */
    private volatile @Nullable MessagePipe reading;
    /** Whether the turn that is due, or runs, was to go where it may block; written by who schedules it, before it runs. */
    private boolean mayBlock;
    /** Who takes the parts of the message in progress: one that is added in its middle would get half a message. */
    private @Nullable MessageInvoker partsHandler;
    /** How many more bytes and messages may be received before parsing stops; only touched by the reading thread. */
    private long roomForBytes;

    private int roomForMessages;
    /** Whether a kind without a handler fails the connection; written before the first reading. */
    private volatile boolean refusesText;

    private volatile boolean refusesBinary;

    /** Only touched by the running turn; the end of a turn, under the inbox's lock, publishes it to the next one. */
    private final MessageHandover handover;

    /** Written by the running turn, read by sends to find out whether they are made in it. */
    private volatile @Nullable Thread turnThread;
    /** How long callbacks take on average, in nanoseconds; written by the running turn. */
    private volatile long averageNanos;

    MessageDispatcher(
            WebSocketConnection connection, BoundEndpoint endpoint, DrainDispatcher dispatcher, Settings settings) {
        this.connection = connection;
        this.endpoint = endpoint;
        this.handover = new MessageHandover(connection, endpoint);
        this.dispatcher = dispatcher;
        this.turns = new TurnSchedule(connection, dispatcher, this);
        this.eventLoop = settings.get(Setting.DISPATCH) == Dispatch.EVENT_LOOP;
        this.virtualThreads = settings.get(Setting.DISPATCH) == Dispatch.VIRTUAL_THREADS;
        this.inbox = new Inbox(
                settings.get(Setting.INBOUND_BYTES), settings.get(Setting.INBOUND_MESSAGES), connection::resumeReading);
        this.slowNanos = settings.get(Setting.SLOW_CALLBACK).toNanos();
    }

    // ---- the engine's side: the reading thread ----

    /**
     * The endpoint's onOpen has returned, and nothing is read yet. An endpoint that has handlers now has said what it takes, and a kind that
     * none of them takes is refused with 1003. One without any has yet to add them, which a client may do after it connected, one by one
     * and while messages arrive: what comes before its handler is dropped, and so is what comes while a handler is replaced.
     */
    void endpointOpened() {
        boolean declared = endpoint.isAnnotated()
                || endpoint.text() != null
                || endpoint.binary() != null
                || endpoint.pong() != null;
        refusesText = declared && endpoint.text() == null;
        refusesBinary = declared && endpoint.binary() == null;
    }

    /** Parsing begins, or goes on after callbacks have caught up: counts what room there is. */
    void parsingBegins(int unparsed) {
        roomForBytes = inbox.roomForBytes(unparsed);
        roomForMessages = inbox.roomForMessages();
    }

    @Override
    public boolean wantsMore() {
        boolean more = roomForBytes >= 0 && roomForMessages >= 0;
        if (!more) {
            begin(pipe);
        }
        return more;
    }

    /** Nothing more is received of the stream in progress before its handler has read some. */
    private static void begin(@Nullable MessagePipe stream) {
        if (stream != null) {
            stream.begin();
        }
    }

    /** Adds what was received, and counts it. */
    private void receive(InboundEvent event) {
        roomForBytes -= event.size + Inbox.EVENT_WEIGHT;
        roomForMessages--;
        enqueue(event);
    }

    @Override
    public Reception messageBegins(Opcode kind) {
        MessageInvoker handler = kind == Opcode.TEXT ? endpoint.text() : endpoint.binary();
        partsHandler = handler;
        if (handler == null) {
            return (kind == Opcode.TEXT ? refusesText : refusesBinary) ? Reception.REFUSED : Reception.PARTS;
        }
        return handler.delivery() == Delivery.WHOLE ? Reception.WHOLE : Reception.PARTS;
    }

    @Override
    public long maxMessageSize(Opcode kind) {
        return connection.session().maxMessageSize(kind, partsHandler); // the same that said how the message is taken
    }

    @Override
    public void onText(String message) {
        receive(new InboundEvent(InboundEvent.Kind.TEXT, message, connection.sizeOf(message)));
    }

    @Override
    public void onBinary(byte[] message) {
        receive(new InboundEvent(InboundEvent.Kind.BINARY, message, message.length));
    }

    @Override
    public void onTextPart(String part, boolean last) {
        MessageInvoker handler = partsHandler;
        if (pipe != null || handler != null && handler.delivery() == Delivery.STREAM) {
            stream(InboundEvent.Kind.TEXT, last).write(part, last);
        } else if (handler != null) {
            receive(InboundEvent.part(InboundEvent.Kind.TEXT, part, 2 * part.length(), last));
        }
    }

    @Override
    public void onBinaryPart(byte[] part, boolean last) {
        MessageInvoker handler = partsHandler;
        if (pipe != null || handler != null && handler.delivery() == Delivery.STREAM) {
            stream(InboundEvent.Kind.BINARY, last).write(part, last);
        } else if (handler != null) {
            receive(InboundEvent.part(InboundEvent.Kind.BINARY, part, part.length, last));
        }
    }

    /** The pipe of the message in progress; a new one is handed to the handler, which reads while the rest arrives. */
    private MessagePipe stream(InboundEvent.Kind kind, boolean last) {
        MessagePipe current = pipe;
        if (current == null) {
            boolean atOnce = eventLoop || virtualThreads; // no thread of ours is held
            ReadingClock clock = connection.timeouts().clock();
            current = new MessagePipe(connection.session().streamReadTimeout(), clock, atOnce, this);
            if (!last && !atOnce) {
                dispatcher.blocking().beginSoon(current, connection.runtime().timer());
            }
            Object payload = kind == InboundEvent.Kind.TEXT ? current.reader() : current.inputStream();
            receive(new InboundEvent(kind, payload));
        }
        pipe = last ? null : current;
        return current;
    }

    @Override
    public void onMayBegin(MessagePipe stream) {
        dispatcher.blocking().forget(stream);
        if (inbox.streamMayBegin()) {
            turns.owed = true; // before the call, which may not be possible: then the next event's is
            turns.payOwed();
        }
    }

    @Override
    public void onPing(byte[] payload) {
        connection.pinged(payload);
    }

    /**
     * A pong in the middle of a streamed message waits for that message's handler. So many of them that they would stop the reading, which
     * that handler waits for, come from a peer that nobody asked for them: they are dropped.
     */
    @Override
    public void onPong(byte[] payload) {
        if (connection.isApplicationPong(payload) && endpoint.pong() != null && (pipe == null || !inbox.isHalfFull())) {
            receive(new InboundEvent(InboundEvent.Kind.PONG, new ReceivedPong(payload), payload.length));
        }
    }

    @Override
    public void onClose(int code, String reason) {
        breakPipe("the peer closed the connection in the middle of a message");
        connection.end().closedByPeer(code, reason);
    }

    @Override
    public void onViolation(RemoteProtocolException violation) {
        breakPipe(String.valueOf(violation.getMessage()));
        connection.end().violated(violation);
    }

    /** See {@link Inbox#pauseReading}: the last that a reading does. */
    boolean pauseReading(int unparsed) {
        MessagePipe current = pipe;
        boolean paused = inbox.pauseReading(unparsed);
        if (paused) {
            begin(current);
        }
        return paused;
    }

    // See Inbox for both; asked by the reading thread.
    boolean isOverBounds(int unparsed) {
        return inbox.isOverBounds(unparsed);
    }

    int mayRead(int unparsed) {
        return inbox.mayRead(unparsed);
    }

    /** Fails the stream in progress: what is missing will not come. Called by the reading thread, or when it has stopped. */
    void breakPipe(String why) {
        MessagePipe current = pipe;
        if (current != null) {
            pipe = null;
            current.fail(why);
        }
    }

    // ---- both sides ----

    /** Has the endpoint called with the event, after all that came before. Any thread. Returns false if it comes after the last. */
    boolean enqueue(InboundEvent event) {
        Inbox.Added added = inbox.add(event);
        if (added == Inbox.Added.AND_A_TURN_IS_DUE) {
            turns.owed = true; // before the call, which may not be possible: then the next event's is
        }
        turns.payOwed();
        return added != Inbox.Added.TOO_LATE;
    }

    /** The outbound queue has room again: goes on with what waits. */
    void outputHasRoom() {
        if (inbox.outputHasRoom()) {
            turns.owed = true; // before the call, which may not be possible: then the next event's is
            turns.payOwed();
        }
    }

    /** Has a turn of the connection run that is none of callbacks: it parses what was read and left. */
    void readyToParse(Ticket parsing) {
        dispatcher.ready(parsing);
    }

    /** The reading thread has parsed what it read: the turn it owes runs here on the event loop, or on a worker. */
    void runOwedTurn() {
        if (eventLoop) {
            run();
        } else {
            turns.byDispatcher();
        }
    }

    /** Whether the calling thread runs one of the callbacks now. */
    boolean inTurn() {
        return turnThread == Thread.currentThread();
    }

    /** Whether what the callback sends now may wait for what the next one sends. */
    boolean mayHoldBack() {
        return inTurn() && inbox.hasMore();
    }

    // ---- the endpoint's side: the turn ----

    @Override
    public boolean mayBlock() {
        mayBlock = averageNanos > slowNanos || inbox.nextIsStream();
        return mayBlock;
    }

    @Override
    public double peersPace(long now) {
        MessagePipe stream = reading;
        return stream == null ? 1 : stream.peersPace(now) / LEAST_RATE;
    }

    @Override
    public void giveWay() {
        MessagePipe stream = reading;
        if (stream != null) {
            connection.closeByUs(new CloseReason(
                    CloseReason.CloseCodes.VIOLATED_POLICY, "a message comes too slowly while others wait"));
            stream.fail("the message came too slowly while others waited for a thread");
        }
    }

    @Override
    public boolean wantsVirtualThread() {
        return virtualThreads;
    }

    @Override
    public void flushDeferredSince(long since) {
        connection.outbound().flushIfDeferredSince(since);
    }

    @Override
    public boolean runsOn(Thread thread) {
        return turnThread == thread;
    }

    @Override
    public boolean runsOnEventLoop(Thread thread) {
        return eventLoop && turnThread == thread && connection.isReadingThread();
    }

    @Override
    public void run() {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        boolean interrupted = thread.isInterrupted();
        long start = eventLoop ? 0 : System.nanoTime(); // nobody asks how slow an event loop's callbacks are
        int slot = dispatcher.activeTurns().enter(this, thread);
        int delivered = 0;
        try {
            turnThread = thread;
            thread.setContextClassLoader(connection.runtime().classLoader());
            long bytes = 0;
            InboundEvent event;
            while (goesOn(delivered, bytes, start) && (event = next()) != null) {
                bytes += event.size;
                delivered++;
                try {
                    MessageInvoker handler = handover.handlerOf(event);
                    if (handler == null) {
                        connection.end().deliver(event);
                    } else if (connection.deliversMessages()) {
                        Object reply = handover.suits(handler, event)
                                ? handler.invoke(event.payload, event.last)
                                : handover.invokeWithWhole(handler, event);
                        if (reply != null) {
                            connection.session().basicRemote().reply(reply);
                        }
                    }
                } catch (Throwable e) {
                    callbackFailed(e);
                } finally {
                    if (reading != null) {
                        reading = null;
                        MessagePipe.abandon(event.payload);
                    }
                    if (thread.isInterrupted() != interrupted) {
                        dispatcher.threads().restoreInterrupt(interrupted);
                    }
                }
                if (inbox.hasMore()) {
                    dispatcher.watch(); // what the callbacks so far replied must not wait for the next one
                }
            }
        } catch (Throwable e) {
            failed(e);
        } finally {
            turnThread = null;
            ended(slot, thread, before);
        }
        if (!eventLoop) {
            measured(System.nanoTime() - start, delivered);
        }
    }

    /**
     * The turn ends, whatever it has met: a session whose turn does not is never called again. What throws here is the Java machine, for
     * want of memory or stack; then the connection is cut, and one more turn, which is due already, tells the endpoint so.
     */
    private void ended(int slot, Thread thread, ClassLoader before) {
        boolean more = true;
        try {
            dispatcher.activeTurns().leave(slot, this);
            thread.setContextClassLoader(before);
            connection.turnEnds();
            dispatcher.turnEnded();
            inbox.settle();
            more = inbox.turnEnds(connection.outbound().armIfFull());
        } catch (Throwable e) {
            failed(e);
        }
        if (more) {
            turns.now();
        }
    }

    /** The endpoint is told, if it can be. */
    private void callbackFailed(Throwable error) {
        try {
            connection.end().callbackFailed(error);
        } catch (Throwable e) {
            failed(e);
        }
    }

    /** The Java machine threw where nothing of the application runs: what of the session's state has changed is unknown, so it ends. */
    private void failed(Throwable error) {
        try {
            connection.failed(error);
        } catch (Throwable e) {
            connection.cut(WebSocketConnection.FAILED); // no memory for more words
        }
    }

    /** Whether the turn goes on to its next event, if there is one: for its first one always. */
    private boolean goesOn(int delivered, long bytes, long start) {
        if (delivered >= TURN_EVENTS || bytes >= TURN_BYTES) {
            return false;
        }
        boolean clockDue =
                delivered > 0 && (averageNanos > TURN_NANOS / UNTIMED_EVENTS || delivered % UNTIMED_EVENTS == 0);
        return !clockDue || eventLoop || System.nanoTime() - start < TURN_NANOS;
    }

    private @Nullable InboundEvent next() {
        InboundEvent event = inbox.peek();
        if (event == null) {
            return null;
        }
        if (!event.kind.isControl() && connection.outbound().armIfFull()) {
            inbox.pauseForOutput();
            return null;
        }
        MessagePipe stream = MessagePipe.of(event.payload);
        if (stream != null) {
            if (!stream.mayBegin() || !eventLoop && !virtualThreads && !mayBlock) {
                return null; // its turn comes when it may begin, and on a thread for what may block
            }
            reading = stream;
        }
        try {
            inbox.take(event);
        } catch (Throwable e) {
            failed(e);
            if (inbox.peek() == event) {
                inbox.take(event);
            }
        }
        return event;
    }

    @Override
    public void onWaiting(int bytes) {
        roomForBytes -= bytes;
        inbox.streamGrew(bytes);
    }

    @Override
    public void onRead(long bytes) {
        inbox.streamRead(bytes);
    }

    /** A peer that stops in the middle of a message would hold the handler's thread as long as it answers pings. */
    @Override
    public void onStalled() {
        connection
                .end()
                .dismiss(new CloseReason(
                        CloseReason.CloseCodes.VIOLATED_POLICY, "a message was begun and not continued"));
    }

    private void measured(long nanos, int delivered) {
        if (delivered > 0) {
            long average = averageNanos;
            averageNanos = average + (nanos / delivered - average) / 4;
        }
    }
}
