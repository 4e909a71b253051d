package dev.hawser.internal.connection;

import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.extension.InboundExtension;
import dev.hawser.extension.NegotiatedExtension;
import dev.hawser.extension.OutboundExtension;
import dev.hawser.internal.protocol.OutboundChain;
import dev.hawser.internal.protocol.Role;
import dev.hawser.internal.transport.OutboundListener;
import dev.hawser.internal.transport.OutboundQueue;
import dev.hawser.internal.transport.PendingSend;
import dev.hawser.internal.transport.Transport;
import dev.hawser.internal.transport.TransportListener;
import jakarta.websocket.CloseReason;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket connection after its opening handshake: connects the reader, the outbound queue and the listener.
 * {@link ConnectionEnd} ends it.
 */
public final class WebSocketConnection
        implements TransportListener, OutboundListener, ConnectionParts, WatchedConnection, MessageSender.Turns {
    private final ConnectionListener listener;
    private final OutboundQueue outbound;
    private final MessageDispatcher dispatcher;
    private final TransportReader reader;
    private final SessionTimeouts timeouts;
    private final ConnectionEnd end;
    private final CompletedSends completedSends;
    private final MessageSender sender;

    /**
     * @param settings the endpoint's settings
     * @param extensions the extensions that frames pass through, in the order of the handshake's response; their halves
     *     are made here
     * @param listener the Jakarta side of the connection
     */
    public WebSocketConnection(
            ConnectionResources resources,
            Role role,
            Settings settings,
            List<NegotiatedExtension> extensions,
            ConnectionListener listener) {
        this.listener = listener;
        List<InboundExtension> decoding = new ArrayList<>();
        List<OutboundExtension> encoding = new ArrayList<>();
        extensions.forEach(extension -> {
            decoding.add(extension.inbound().get());
            encoding.add(ApplicationEncoding.of(extension.outbound().get()));
        });
        this.outbound = new OutboundQueue(
                role,
                MaskingKeys::next,
                resources.writeBuffers(),
                resources.sharedEncoding().sharing(OutboundChain.of(encoding)),
                settings.get(Setting.OUTBOUND_BYTES),
                settings.get(Setting.OUTBOUND_MESSAGES),
                this);
        this.end = new ConnectionEnd(role, outbound, this);
        this.timeouts = new SessionTimeouts(
                end, outbound, this, resources.timer(), new ReadingClock(resources.nanoTime()), role, settings);
        this.reader = new TransportReader(resources, listener, outbound, end, timeouts, role, settings, decoding);
        this.dispatcher = reader.dispatcher();
        this.completedSends = new CompletedSends(resources, timeouts, dispatcher.lock());
        this.sender = new MessageSender(resources, outbound, end, timeouts, completedSends, this, settings);
    }

    /** The Jakarta side of the connection. */
    @Override
    public ConnectionListener listener() {
        return listener;
    }

    /** The sends of this connection. */
    public MessageSender sender() {
        return sender;
    }

    /**
     * Begins the closing handshake; does nothing if it has already begun. Messages that arrive before the peer's close
     * frame are delivered. Before the connection has opened, the close follows the opening. Thread-safe; does not wait.
     */
    public void closeByUs(CloseReason reason) {
        end.closeByUs(reason, CloseCodes.NONE);
    }

    /** Closes because the container stops: onClose gets this reason, whether the peer answers in time or not. */
    public void closeAtStop(CloseReason reason) {
        end.closeByUs(reason, reason.getCloseCode().getCode());
    }

    /**
     * Cuts the connection without a closing handshake; onClose gets 1006. A connection that has not opened will never
     * open: it gets no callback, and its transport is aborted as soon as it is known. Thread-safe.
     */
    public void cut(String why) {
        end.cut(why);
    }

    /** Closes for a fault of the peer; onClose gets the code whether the peer answers or not. Thread-safe. */
    public void closeForFault(CloseReason.CloseCodes code, String fault) {
        end.closeForFault(code, fault);
    }

    /** Closes like {@link #closeForFault}, and drops what still arrives. Thread-safe. */
    public void dismiss(CloseReason.CloseCodes code, String why) {
        end.dismiss(code, why);
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
            end.openingFailed(); // does nothing if it was set up
            reader.threw(e);
            throw e;
        }
    }

    /** Sets the connection up, and queues its onOpen. Returns false if the container has ended. */
    private boolean isSetUp(Transport opened, ByteBuffer early) {
        if (!listener.begins()) {
            return false;
        }
        reader.opens(early);
        listener.joins();
        outbound.open(opened);
        timeouts.start();
        end.sessionReady();
        listener.joined();
        return true;
    }

    /** Called by the listener in the turn of onOpen, once onOpen has returned. */
    public void opened() {
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
    public void onEncoded() {
        end.extensionReturned();
    }

    @Override
    public boolean isInExtension() {
        return outbound.encoding().isOnStack() || reader.isInExtension();
    }

    @Override
    public void onWriteFailed(Throwable cause) {
        end.broken(cause);
    }

    /** The queue of frames to write. */
    public OutboundQueue outbound() {
        return outbound;
    }

    MessageDispatcher dispatcher() {
        return dispatcher;
    }

    /** The deadlines of this connection. */
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
     * Called if a SendHandler threw, outside the session's turn: the endpoint is told in a turn. Returns false if
     * onClose is already due, so that nobody is told.
     */
    public boolean handlerFailed(Throwable error) {
        return dispatcher.enqueue(new InboundEvent(InboundEvent.Kind.HANDLER_FAILED, error));
    }
}
