package dev.hawser.internal.connection;

import dev.hawser.CloseCause;
import dev.hawser.extension.Opcode;
import dev.hawser.extension.RemoteProtocolException;
import dev.hawser.internal.dispatch.BlockingTurns;
import dev.hawser.internal.endpoint.BoundEndpoint;
import dev.hawser.internal.endpoint.MessageInvoker;
import dev.hawser.internal.endpoint.MessageInvoker.Delivery;
import dev.hawser.internal.endpoint.MessageKind;
import dev.hawser.internal.observe.ConnectionEvents;
import dev.hawser.internal.protocol.MessageSink;
import jakarta.websocket.CloseReason.CloseCodes;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes messages from the engine, in the form that the endpoint's handlers need, and puts them into the {@link Inbox}
 * for the turns of the {@link MessageDispatcher}. The parts of a streamed message go into its {@link MessagePipe}. It
 * counts the room that is left, and stops the engine if there is none.
 *
 * <p>Only the reading thread uses it, except for the calls of a {@link MessagePipe}.
 */
final class MessageReceiver implements MessageSink, MessagePipe.Listener {
    private final Reading reading;
    private final BoundEndpoint endpoint;
    private final MessageLimits limits;
    private final ConnectionEnd end;
    private final SessionTimeouts timeouts;
    private final ConnectionResources resources;
    private final BlockingTurns blocking;
    private final MessageDispatcher callbacks;
    private final Inbox inbox;
    private final ConnectionEvents events;
    /** Whether a stream's handler begins with its first part. */
    private final boolean streamsAtOnce;

    /** The stream in progress, or null; accessed only by the reading thread. */
    private @Nullable MessagePipe pipe;
    /** The handler of the message in progress: a handler that is added meanwhile would get half a message. */
    private @Nullable MessageInvoker partsHandler;
    /** How many more bytes and messages may be received before parsing stops; accessed only by the reading thread. */
    private long roomForBytes;

    private int roomForMessages;

    /** The code of the peer's close frame, until {@link #tellEnd}. Without a reason there was no close frame. */
    private int closeCode;

    private @Nullable String closeReason;
    /** The rule that the peer has broken, until {@link #tellEnd}. */
    private @Nullable RemoteProtocolException violation;

    /** Whether text or binary messages fail the connection; written before the first reading. */
    private volatile boolean refusesText;

    private volatile boolean refusesBinary;

    MessageReceiver(
            Reading reading,
            ConnectionListener listener,
            ConnectionEnd end,
            SessionTimeouts timeouts,
            ConnectionResources resources,
            MessageDispatcher callbacks,
            Inbox inbox,
            boolean streamsAtOnce) {
        this.reading = reading;
        this.endpoint = listener.endpoint();
        this.events = listener.events();
        this.limits = listener.limits();
        this.end = end;
        this.timeouts = timeouts;
        this.resources = resources;
        this.blocking = resources.dispatcher().blocking();
        this.callbacks = callbacks;
        this.inbox = inbox;
        this.streamsAtOnce = streamsAtOnce;
    }

    /**
     * Called when onOpen has returned, before anything is read. If the endpoint has handlers now, a kind of message
     * that none of them takes is refused with 1003. An endpoint without handlers may add them later, as a client may
     * after it connected, one by one and while messages arrive. Messages that come before their handler are dropped,
     * and so are those that come while a handler is replaced.
     */
    void endpointOpened() {
        boolean declared = endpoint.isAnnotated()
                || endpoint.takes(MessageKind.TEXT)
                || endpoint.takes(MessageKind.BINARY)
                || endpoint.takes(MessageKind.PONG);
        refusesText = declared && !endpoint.takes(MessageKind.TEXT);
        refusesBinary = declared && !endpoint.takes(MessageKind.BINARY);
    }

    /** Called when parsing begins, or goes on after callbacks have caught up: computes the room. */
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

    /** Lets the handler of the stream in progress begin, because nothing more is received before it has read. */
    private static void begin(@Nullable MessagePipe stream) {
        if (stream != null) {
            stream.begin();
        }
    }

    /** Adds a received event, and counts it. */
    private void receive(InboundEvent event) {
        roomForBytes -= event.size + Inbox.EVENT_WEIGHT;
        roomForMessages--;
        callbacks.enqueue(event);
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
        return limits.maxMessageSize(kind, partsHandler); // the handler that decided the form of the message
    }

    @Override
    public @Nullable Consumer<ByteBuffer> onFrame(Opcode opcode, boolean fin, int rsv, long length) {
        return events.off() ? null : events.frameReceived(opcode, fin, rsv, length);
    }

    @Override
    public void onMessageEnd(Opcode kind, long size) {
        if (!events.off()) {
            events.messageReceived(kind, size);
        }
    }

    @Override
    public void onText(String message) {
        receive(new InboundEvent(InboundEvent.Kind.TEXT, message, reading.sizeOf(message)));
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

    /**
     * The pipe of the message in progress. A new pipe is queued for the handler, which reads while the rest arrives.
     */
    private MessagePipe stream(InboundEvent.Kind kind, boolean last) {
        MessagePipe current = pipe;
        if (current == null) {
            current = new MessagePipe(
                    limits.streamReadTimeout(), timeouts.clock(), resources.clock(), streamsAtOnce, this);
            if (!last && !streamsAtOnce) {
                blocking.beginSoon(current, resources.timer());
            }
            Object payload = kind == InboundEvent.Kind.TEXT ? current.reader() : current.inputStream();
            receive(new InboundEvent(kind, payload));
        }
        pipe = last ? null : current;
        return current;
    }

    @Override
    public void onMayBegin(MessagePipe stream) {
        blocking.forget(stream);
        callbacks.streamMayBegin();
    }

    @Override
    public void onPing(byte[] payload) {
        reading.pinged(payload);
    }

    /**
     * Queues a pong for the application. A pong in the middle of a streamed message waits for that message's handler,
     * which needs further reading. So many pongs that they would stop the reading are unsolicited, and are dropped.
     */
    @Override
    public void onPong(byte[] payload) {
        if (isApplicationPong(payload) && endpoint.takes(MessageKind.PONG) && (pipe == null || !inbox.isHalfFull())) {
            receive(new InboundEvent(InboundEvent.Kind.PONG, new ReceivedPong(payload), payload.length));
        }
    }

    private boolean isApplicationPong(byte[] payload) {
        if (timeouts.isKeepAlive(payload)) {
            return false;
        }
        timeouts.active();
        return true;
    }

    @Override
    public void onClose(int code, String reason) {
        breakPipe("the peer closed the connection in the middle of a message");
        closeCode = code;
        closeReason = reason;
        events.closeReceived(code);
    }

    @Override
    public void onViolation(RemoteProtocolException broken) {
        breakPipe(String.valueOf(broken.getMessage()));
        violation = broken;
        events.closeReceived(0);
    }

    /**
     * Reports the end of the connection by the peer, if there was one. This is not done when it is received, because
     * the engine's lock is held then, and no transport may be called with it, and no send completed.
     */
    void tellEnd() {
        String reason = closeReason;
        RemoteProtocolException broken = violation;
        closeReason = null;
        violation = null;
        events.tell();
        if (reason != null) {
            end.closedByPeer(closeCode, reason);
        } else if (broken != null) {
            end.violated(broken);
        }
        end.extensionReturned();
    }

    /** See {@link Inbox#pauseReading}: the last call of a reading. */
    boolean pauseReading(int unparsed) {
        MessagePipe current = pipe;
        boolean paused = inbox.pauseReading(unparsed);
        if (paused) {
            begin(current);
        }
        return paused;
    }

    // See Inbox for these methods; called by the reading thread.
    boolean isOverBounds(int unparsed) {
        return inbox.isOverBounds(unparsed);
    }

    boolean isMemoryShort() {
        return inbox.isMemoryShort();
    }

    int mayRead(int unparsed) {
        return inbox.mayRead(unparsed);
    }

    /** Whether a streamed message is in progress. Any thread may call this; the result may be a moment old. */
    boolean isStreaming() {
        return pipe != null;
    }

    /**
     * Fails the stream in progress, since the rest will not come. Called by the reading thread, or when reading has
     * ended.
     */
    void breakPipe(String why) {
        MessagePipe current = pipe;
        if (current != null) {
            pipe = null;
            current.fail(why);
        }
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

    /**
     * Closes the connection: a peer that stops inside a message would hold the handler's thread as long as it answers
     * pings.
     */
    @Override
    public void onStalled() {
        end.dismiss(CloseCodes.VIOLATED_POLICY, "a message was begun and not continued", CloseCause.SLOW_SENDER);
    }
}
