package dev.hawser.internal.connection;

import dev.hawser.CloseCause;
import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.extension.InboundExtension;
import dev.hawser.extension.NegotiatedExtension;
import dev.hawser.extension.OutboundExtension;
import dev.hawser.internal.observe.ConnectionEvents;
import dev.hawser.internal.protocol.HeldMemory;
import dev.hawser.internal.protocol.OutboundChain;
import dev.hawser.internal.protocol.ProtocolLimits;
import dev.hawser.internal.protocol.Role;
import dev.hawser.internal.protocol.WebSocketProtocol;
import dev.hawser.internal.transport.OutboundListener;
import dev.hawser.internal.transport.OutboundQueue;
import dev.hawser.internal.transport.Transport;
import dev.hawser.internal.transport.TransportListener;
import jakarta.websocket.CloseReason;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket connection after its opening handshake, for its session. {@link TransportReader} listens to its
 * transport, {@link ConnectionEnd} ends it.
 */
public final class WebSocketConnection {
    private static final AtomicReferenceFieldUpdater<WebSocketConnection, CompletedSends> COMPLETED_SENDS =
            AtomicReferenceFieldUpdater.newUpdater(WebSocketConnection.class, CompletedSends.class, "completedSends");

    private final ConnectionListener listener;
    private final OutboundQueue outbound;
    private final MessageDispatcher dispatcher;
    private final TransportReader reader;
    private final ConnectionMemory memory;
    private final SessionTimeouts timeouts;
    private final ConnectionEnd end;
    /** Made through {@link #COMPLETED_SENDS}. */
    private volatile @Nullable CompletedSends completedSends;

    private final MessageSender sender;

    private WebSocketConnection(
            ConnectionListener listener,
            OutboundQueue outbound,
            MessageDispatcher dispatcher,
            TransportReader reader,
            ConnectionMemory memory,
            SessionTimeouts timeouts,
            ConnectionEnd end,
            MessageSender sender) {
        this.listener = listener;
        this.outbound = outbound;
        this.dispatcher = dispatcher;
        this.reader = reader;
        this.memory = memory;
        this.timeouts = timeouts;
        this.end = end;
        this.sender = sender;
    }

    /**
     * A connection that waits for its transport to open.
     *
     * @param settings the endpoint's settings
     * @param extensions the extensions that frames pass through, in the order of the handshake's response; their halves
     *     are made here
     * @param listener the Jakarta side of the connection
     */
    public static WebSocketConnection of(
            ConnectionResources resources,
            Role role,
            Settings settings,
            List<NegotiatedExtension> extensions,
            ConnectionListener listener) {
        List<InboundExtension> decoding = new ArrayList<>();
        List<OutboundExtension> encoding = new ArrayList<>();
        List<HeldMemory> codecs = new ArrayList<>(0);
        for (NegotiatedExtension extension : extensions) {
            InboundExtension receiving = extension.inbound().get();
            decoding.add(receiving);
            OutboundExtension sending = extension.outbound().get();
            encoding.add(ApplicationEncoding.of(sending));
            addIfHeld(codecs, receiving);
            addIfHeld(codecs, sending);
        }
        boolean ours = codecs.size() == 2 * extensions.size(); // no half is the application's
        Errand.Maker errands = resources.errands(!ours);
        ConnectionWiring wiring = new ConnectionWiring(listener);
        OutboundQueue outbound =
                queue(resources, role, settings, OutboundChain.of(encoding), listener.events(), wiring);
        ConnectionEnd end = new ConnectionEnd(role, outbound, wiring);
        Runnable flushErrand = errands.of(outbound);
        ReadingClock clock = new ReadingClock(resources.nanoTime());
        SessionTimeouts timeouts =
                new SessionTimeouts(end, outbound, wiring, resources, errands, clock, role, settings);
        MessageDispatcher dispatcher = new MessageDispatcher(
                wiring, listener, resources, outbound, end, timeouts, errands, flushErrand, settings);
        ProtocolLimits limits = resources.limits(settings);
        MessageReceiver receiver = dispatcher.receiver();
        InboundParser parser =
                new InboundParser(new WebSocketProtocol(role, limits, decoding, receiver), receiver, end, timeouts);
        ConnectionMemory memory = new ConnectionMemory(
                resources,
                dispatcher.inbox(),
                parser,
                receiver,
                outbound.progress(),
                wiring,
                codecs.isEmpty() ? List.of() : codecs,
                end,
                errands);
        TransportReader reader =
                new TransportReader(listener, outbound, end, timeouts, memory, resources, dispatcher, parser);
        MessageSender sender = new MessageSender(
                resources, outbound, end, timeouts, wiring, wiring, listener.events(), flushErrand, settings);
        WebSocketConnection connection =
                new WebSocketConnection(listener, outbound, dispatcher, reader, memory, timeouts, end, sender);
        wiring.completes(connection);
        return connection;
    }

    private static void addIfHeld(List<HeldMemory> codecs, Object half) {
        if (half instanceof HeldMemory held) {
            codecs.add(held);
        }
    }

    private static OutboundQueue queue(
            ConnectionResources resources,
            Role role,
            Settings settings,
            @Nullable OutboundExtension extension,
            ConnectionEvents events,
            OutboundListener listener) {
        return new OutboundQueue(
                role,
                MaskingKeys::next,
                resources.writeBuffers(),
                resources.sharedEncoding().sharing(extension),
                settings.get(Setting.OUTBOUND_BYTES),
                settings.get(Setting.OUTBOUND_MESSAGES),
                resources.memory().guard(),
                events,
                resources.clock(),
                listener);
    }

    /** The Jakarta side of the connection. */
    public ConnectionListener listener() {
        return listener;
    }

    /** The listener that the transport of this connection calls. */
    public TransportListener transportListener() {
        return reader;
    }

    TransportReader reader() {
        return reader;
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
        end.closeByUs(reason, CloseCodes.NONE, CloseCause.CLOSED_BY_APPLICATION);
    }

    /** Closes because the container stops: onClose gets this reason, whether the peer answers in time or not. */
    public void closeAtStop(CloseReason reason) {
        end.closeByUs(reason, reason.getCloseCode().getCode(), CloseCause.STOPPED);
    }

    /**
     * Cuts the connection without a closing handshake; onClose gets 1006. A connection that has not opened will never
     * open: it gets no callback, and its transport is aborted as soon as it is known. Thread-safe.
     */
    public void cut(String why, CloseCause cause) {
        end.cut(why, cause);
    }

    /** Closes for a fault of the peer; onClose gets the code whether the peer answers or not. Thread-safe. */
    public void closeForFault(CloseReason.CloseCodes code, String fault, CloseCause cause) {
        end.closeForFault(code, fault, cause);
    }

    /** Closes like {@link #closeForFault}, and drops what still arrives. Thread-safe. */
    public void dismiss(CloseReason.CloseCodes code, String fault, CloseCause cause) {
        end.dismiss(code, fault, cause);
    }

    /** Why the connection ended, or is ending; null while it is open. Thread-safe. */
    public @Nullable CloseCause closeCause() {
        return end.closeCause();
    }

    /** Called by the listener in the turn of onOpen, once onOpen has returned. */
    public void opened() {
        reader.endpointOpened();
    }

    /** Called when the connection has no further callback and no transport. Any number of times. */
    void forget() {
        memory.gone();
    }

    /** The peer's address; null before the transport is open, or if that knows none. */
    public @Nullable SocketAddress remoteAddress() {
        Transport from = transport();
        return from == null ? null : from.remoteAddress();
    }

    /** The address on this side, as {@link #remoteAddress}. */
    public @Nullable SocketAddress localAddress() {
        Transport from = transport();
        return from == null ? null : from.localAddress();
    }

    /** The queue of frames to write. */
    public OutboundQueue outbound() {
        return outbound;
    }

    MessageDispatcher dispatcher() {
        return dispatcher;
    }

    /** The deadlines of this connection. */
    public SessionTimeouts timeouts() {
        return timeouts;
    }

    ConnectionEnd end() {
        return end;
    }

    /** The transport; null before it has opened. */
    public @Nullable Transport transport() {
        return reader.transport();
    }

    /** Whether nothing is read now, so that the peer's silence means nothing. */
    public boolean isReadingPaused() {
        return reader.isReadingPaused();
    }

    /** Whether the calling thread runs a callback of the session now. */
    public boolean inTurn() {
        return dispatcher.inTurn();
    }

    /** See {@link CompletedSends.Place#completedSends}. */
    @Nullable CompletedSends completedSends() {
        return completedSends;
    }

    /** See {@link CompletedSends.Place#needCompletedSends}. */
    CompletedSends needCompletedSends() {
        CompletedSends present = completedSends;
        if (present == null) {
            COMPLETED_SENDS.compareAndSet(
                    this,
                    null,
                    new CompletedSends(sender.resources(), timeouts, dispatcher.eventLoop, dispatcher.inbox()));
            present = Objects.requireNonNull(completedSends);
        }
        return present;
    }

    /**
     * Called if a SendHandler threw, outside the session's turn: the endpoint is told in a turn. Returns false if
     * onClose is already due, so that nobody is told.
     */
    public boolean handlerFailed(Throwable error) {
        return dispatcher.enqueue(new InboundEvent(InboundEvent.Kind.HANDLER_FAILED, error));
    }
}
