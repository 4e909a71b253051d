package dev.hawser.internal.session;

import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.extension.InboundExtension;
import dev.hawser.extension.OutboundExtension;
import dev.hawser.internal.protocol.OutboundChain;
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
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket connection after its opening handshake: joins what reads it, the session, and the outbound queue. How
 * it ends is {@link ConnectionEnd}'s.
 */
public final class WebSocketConnection
        implements TransportListener,
                OutboundListener,
                ConnectionEnd.Parts,
                SessionTimeouts.Watched,
                MessageSender.Turns,
                HandlerCompletion.Sender {
    private final ContainerRuntime runtime;
    private final Supplier<? extends WebSocketContainer> container;
    private final WebSocketSession session;
    private final OutboundQueue outbound;
    private final MessageDispatcher dispatcher;
    private final TransportReader reader;
    private final SessionTimeouts timeouts;
    private final ConnectionEnd end;
    private final CompletedSends completedSends;

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
        this.end = new ConnectionEnd(handshake.role(), outbound, this);
        this.timeouts = new SessionTimeouts(
                end, outbound, this, runtime.timer(), new ReadingClock(runtime.nanoTime()), handshake.role(), settings);
        this.completedSends = new CompletedSends(runtime, timeouts);
        this.session = new WebSocketSession(this, handshake, timeouts);
        this.reader =
                new TransportReader(runtime, session, outbound, end, timeouts, handshake.role(), settings, decoding);
        this.dispatcher = reader.dispatcher();
    }

    /** The session as the application sees it. */
    @Override
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
        reader.transport(opened);
        try {
            if (!end.transportOpened()) {
                return; // the transport is aborted
            }
            if (isSetUp(opened, early)) {
                reader.begin();
            } else {
                end.openingFailed();
            }
        } catch (Throwable e) {
            end.openingFailed(); // unless it was set up
            reader.threw(e);
            throw e;
        }
    }

    /** Sets the session up, and queues its onOpen. Returns false if the container has ended. */
    private boolean isSetUp(Transport opened, ByteBuffer early) {
        if (!runtime.registry().begins(session)) {
            return false;
        }
        reader.opens(early);
        boolean httpSessionLives = runtime.registry().opened(session.endpointKey(), session);
        outbound.open(opened);
        timeouts.start();
        end.sessionReady();
        if (runtime.isClosing()) {
            closeAtStop(ContainerRuntime.stopReason());
        } else if (!httpSessionLives) {
            session.httpSessionEnded();
        }
        return true;
    }

    /** Called in the turn of onOpen, once it has returned. */
    void opened() {
        reader.endpointOpened();
    }

    @Override
    public void onReadable() {
        reader.read();
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

    @Override
    public SessionTimeouts timeouts() {
        return timeouts;
    }

    ConnectionEnd end() {
        return end;
    }

    @Override
    public @Nullable Transport transport() {
        return reader.transport();
    }

    @Override
    public boolean isReadingPaused() {
        return reader.isReadingPaused();
    }

    @Override
    public void endInput(String why) {
        reader.end(why);
    }

    @Override
    public boolean enqueue(InboundEvent event) {
        return dispatcher.enqueue(event);
    }

    @Override
    public boolean inTurn() {
        return dispatcher.inTurn();
    }

    @Override
    public boolean mayHoldBack() {
        return dispatcher.mayHoldBack();
    }

    CompletedSends completedSends() {
        return completedSends;
    }

    @Override
    public void scheduleCompletedSends() {
        completedSends.schedule();
    }

    @Override
    public void payOwedTurn() {
        dispatcher.turns.payOwed();
    }

    /**
     * A SendHandler threw, on a thread beside the session's turn: the endpoint is told in the turn, unless its onClose
     * is due already.
     */
    @Override
    public void handlerFailed(Throwable error) {
        if (!dispatcher.enqueue(new InboundEvent(InboundEvent.Kind.HANDLER_FAILED, error))) {
            session.errors().handlerFailedAfterTheEnd(error);
        }
    }
}
