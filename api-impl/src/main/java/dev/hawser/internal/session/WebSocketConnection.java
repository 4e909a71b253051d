package dev.hawser.internal.session;

import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.extension.InboundExtension;
import dev.hawser.extension.OutboundExtension;
import dev.hawser.extension.RemoteProtocolException;
import dev.hawser.internal.coder.InterruptFlag;
import dev.hawser.internal.dispatch.Turn;
import dev.hawser.internal.log.LimitedLog;
import dev.hawser.internal.protocol.CloseCode;
import dev.hawser.internal.protocol.OutboundChain;
import dev.hawser.internal.protocol.ProtocolLimits;
import dev.hawser.internal.protocol.WebSocketProtocol;
import dev.hawser.internal.transport.OutboundListener;
import dev.hawser.internal.transport.OutboundQueue;
import dev.hawser.internal.transport.PendingSend;
import dev.hawser.internal.transport.Transport;
import dev.hawser.internal.transport.TransportListener;
import jakarta.websocket.CloseReason;
import jakarta.websocket.WebSocketContainer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket connection after its opening handshake: reads the transport into the engine, and joins engine, session
 * and outbound queue. It holds no buffer while nothing arrives. How it ends is {@link ConnectionEnd}'s.
 */
public final class WebSocketConnection implements TransportListener, OutboundListener {
    /** Reads in a row before other connections of the event loop get their turn. */
    private static final int READS = 8;
    /** Pieces of work of the engine in a row, for the same reason. */
    private static final int PIECES = 8;

    /** How long a reading takes before what is left is parsed in a turn: all others that its thread reads for wait. */
    private static final long READING_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

    /** Why a connection is cut that the Java machine cannot serve. */
    static final String FAILED = "the session cannot go on after an error";

    private static final LimitedLog LOGGER = new LimitedLog("dev.hawser.connection");

    private final ContainerRuntime runtime;
    private final Supplier<? extends WebSocketContainer> container;
    private final WebSocketSession session;
    private final OutboundQueue outbound;
    private final MessageDispatcher dispatcher;
    private final MessageReceiver receiver;
    private final InboundParser parser;
    private final SessionTimeouts timeouts;
    private final ConnectionEnd end;
    final CompletedSends completedSends;

    /** Written before {@link ConnectionEnd#transportOpened}, so that whoever is to free it knows it. */
    private volatile @Nullable Transport transport;

    /** The turn that goes on with what was read and not parsed. */
    private final Turn.Ticket parsing = new Turn.Ticket(new ParsingTurn(this));

    // Only touched by the reading thread.
    private boolean turnOwed;
    private boolean flushOwed;
    /** Set around each reading; the event-loop mode asks whether it is the calling thread. */
    private volatile @Nullable Thread readingThread;

    private volatile boolean readingPaused;

    /** A connection of the runtime's own container. */
    public WebSocketConnection(ContainerRuntime runtime, EstablishedHandshake handshake) {
        this(runtime, handshake, runtime::container);
    }

    /** A connection of one of several containers that share a runtime. */
    public WebSocketConnection(
            ContainerRuntime runtime,
            EstablishedHandshake handshake,
            Supplier<? extends WebSocketContainer> container) {
        this.runtime = runtime;
        this.container = container;
        Settings settings = handshake.settings();
        List<InboundExtension> decoding = new ArrayList<>();
        List<OutboundExtension> encoding = new ArrayList<>();
        handshake.frameExtensions().forEach(extension -> {
            decoding.add(extension.inbound().get());
            encoding.add(ApplicationEncoding.of(extension.outbound().get()));
        });
        this.outbound = new OutboundQueue(
                handshake.role(),
                ContainerRuntime::nextMaskingKey,
                runtime.writeBuffers(),
                runtime.sharedEncoding().sharing(OutboundChain.of(encoding)),
                settings.get(Setting.OUTBOUND_BYTES),
                settings.get(Setting.OUTBOUND_MESSAGES),
                this);
        this.timeouts = new SessionTimeouts(
                this, runtime.timer(), new ReadingClock(runtime.nanoTime()), handshake.role(), settings);
        this.end = new ConnectionEnd(this, handshake.role(), timeouts);
        this.session = new WebSocketSession(this, handshake, timeouts);
        this.dispatcher = new MessageDispatcher(this, session.endpoint(), runtime.dispatcher(), settings);
        this.receiver = dispatcher.receiver();
        this.completedSends = new CompletedSends(runtime, timeouts);
        ProtocolLimits limits =
                new ProtocolLimits(settings.get(Setting.MAX_EMPTY_FRAGMENTS), settings.get(Setting.MAX_FRAGMENTS));
        this.parser = new InboundParser(
                new WebSocketProtocol(handshake.role(), limits, decoding, receiver), receiver, timeouts);
    }

    /** The session as the application sees it. */
    public WebSocketSession session() {
        return session;
    }

    /**
     * Begins the closing handshake from this side; nothing happens if it has begun already. Messages that arrive before
     * the peer's close frame are delivered. Any thread; does not wait. On a connection that has yet to open it follows
     * the opening.
     */
    public void closeByUs(CloseReason reason) {
        end.closeByUs(reason, CloseCodes.NONE);
    }

    /** The same when a container stops: onClose is told this reason, whether the peer answers in time or not. */
    public void closeAtStop(CloseReason reason) {
        end.closeByUs(reason, reason.getCloseCode().getCode());
    }

    /**
     * Cuts the connection without a handshake. Any thread; onClose follows with 1006. A connection that has yet to open
     * never does: it gets no callback, and its transport is aborted as soon as it is known.
     */
    public void cut(String why) {
        end.cut(why);
    }

    @Override
    public void onOpen(Transport opened, ByteBuffer early) {
        transport = opened;
        try {
            if (!end.transportOpened()) {
                return; // the transport is aborted
            }
            if (isSetUp(opened, early)) {
                beginReading();
            } else {
                end.openingFailed();
            }
        } catch (Throwable e) {
            end.openingFailed(); // unless it was set up
            readingThrew(e);
            throw e;
        }
    }

    /** onOpen may add handlers, also that of an annotated class, and what came before that would find none. */
    private void beginReading() {
        if (!session.endpoint().hasOnOpen() || dispatcher.eventLoop) {
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

    /** Sets the session up, and queues its onOpen. Returns false if the container has ended. */
    private boolean isSetUp(Transport opened, ByteBuffer early) {
        if (!runtime.registry().begins(session)) {
            return false;
        }
        readingThread = Thread.currentThread();
        parser.keepEarly(early);
        boolean httpSessionLives = runtime.registry().opened(session.endpointKey(), session);
        outbound.open(opened);
        timeouts.start();
        end.sessionReady();
        if (runtime.isClosing()) {
            closeAtStop(ContainerRuntime.stopReason());
        } else if (!httpSessionLives) {
            HttpSessions.close(session);
        }
        return true;
    }

    /** Called in the turn of onOpen, once it has returned. */
    void opened() {
        if (session.endpoint().hasOnOpen()) {
            receiver.endpointOpened();
            if (!dispatcher.eventLoop) {
                parseRest();
            }
        }
    }

    @Override
    public void onReadable() {
        Transport from = transport;
        if (from == null) {
            return;
        }
        boolean interrupted = Thread.currentThread().isInterrupted();
        readingThread = Thread.currentThread();
        boolean atEnd = false;
        try {
            ByteBuffer pooled = runtime.readBuffers().borrowForReading();
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
                        all = parse(buffer);
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
                runtime.readBuffers().giveBack(pooled);
                finishReading();
                InterruptFlag.restore(interrupted); // an extension of the application may have left one
            }
            if (atEnd) {
                end.endOfStream(parser.isMidMessage());
            } else {
                goOn(from);
            }
        } catch (Throwable e) {
            readingThrew(e);
        }
    }

    /** The Java machine threw in the middle of a reading. None follows, and the turn that it owes runs on a worker. */
    private void readingThrew(Throwable error) {
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
    void parseRest() {
        Transport from = transport;
        if (from == null) {
            return;
        }
        readingThread = Thread.currentThread();
        try {
            parser.readingBegins(MessageDispatcher.TURN_NANOS);
            ByteBuffer rest = parser.rest();
            boolean mayParse = payOwedTurns() && !receiver.isOverBounds(rest.remaining());
            boolean all = parser.isDue() ? mayParse && parse(rest) : mayParse;
            parser.keepRest(all);
            finishReading();
            goOn(from);
        } catch (Throwable e) { // whatever it is: nothing would parse what follows
            readingThrew(e);
        }
    }

    /**
     * Parses, and runs the turns that this makes due on the event loop. Returns false if something is left to do:
     * callbacks have to catch up, or a reading has had its time and its bytes.
     */
    private boolean parse(ByteBuffer unread) {
        int pieces = 0;
        boolean all;
        do {
            try {
                all = parser.parse(unread);
            } catch (RuntimeException e) {
                extensionFailed(e, unread);
                all = true;
            }
            if (!payOwedTurns()) {
                return false;
            }
        } while (!all && ++pieces < PIECES && !receiver.isOverBounds(unread.remaining()) && parser.isTimeLeft());
        return all;
    }

    @Override
    public void onClosed(@Nullable Throwable cause) {
        end.transportClosed(cause);
    }

    @Override
    public void onRoom() {
        dispatcher.outputHasRoom();
    }

    @Override
    public void onWritePending() {
        timeouts.sendPending();
    }

    @Override
    public void onCompleted(PendingSend ended) {
        completedSends.add(ended);
    }

    @Override
    public void onWriteFailed(Throwable cause) {
        end.broken(cause);
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

    /**
     * After all of a buffer is parsed and not after its first message, so that the replies to it go out in one write.
     * Returns false if the event loop has spent its time on this connection, and a turn is still owed.
     */
    private boolean payOwedTurns() {
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

    /** What a container throws here would end all reading: the session ends, and a turn that calls this does not. */
    private void demand(Transport from) {
        readingPaused = false;
        timeouts.readingGoesOn();
        try {
            from.demandRead();
        } catch (RuntimeException | Error e) {
            end.broken(e);
        }
    }

    ContainerRuntime runtime() {
        return runtime;
    }

    WebSocketContainer container() {
        return container.get();
    }

    OutboundQueue outbound() {
        return outbound;
    }

    MessageDispatcher dispatcher() {
        return dispatcher;
    }

    SessionTimeouts timeouts() {
        return timeouts;
    }

    ConnectionEnd end() {
        return end;
    }

    @Nullable Transport transport() {
        return transport;
    }

    boolean isReadingThread() {
        return readingThread == Thread.currentThread();
    }

    boolean isReadingPaused() {
        return readingPaused;
    }

    /**
     * An extension of the application threw: what the peer's next bytes mean is unknown. The peer learns no details.
     */
    private void extensionFailed(RuntimeException cause, ByteBuffer rest) {
        LOGGER.log(System.Logger.Level.ERROR, "An extension failed to decode a frame; the session is closed", cause);
        rest.position(rest.limit());
        endProtocol();
        end.violated(new RemoteProtocolException(CloseCode.UNEXPECTED, "a frame could not be decoded"));
    }

    /** Nothing more is read: the engine gives back what it holds. */
    void endProtocol() {
        parser.end();
    }

    /** What a text that is being delivered takes in memory. */
    int sizeOf(String text) {
        return parser.sizeOf(text);
    }

    /** A turn is to run once the reading thread has parsed what it read. */
    void oweTurn() {
        turnOwed = true;
    }

    /** The callbacks have caught up. */
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
        outbound.owePong(payload);
        flushOwed = true;
    }

    boolean isApplicationPong(byte[] payload) {
        if (timeouts.isKeepAlive(payload)) {
            return false;
        }
        timeouts.active();
        return true;
    }

    /** Whether messages still reach the endpoint. Asked for each, so it takes no lock. */
    boolean deliversMessages() {
        timeouts.active();
        return end.isListening();
    }

    /** The Java machine threw in a turn, beside all code of the application. */
    void failed(Throwable error) {
        LOGGER.log(System.Logger.Level.ERROR, FAILED, error);
        cut(FAILED);
    }
}
