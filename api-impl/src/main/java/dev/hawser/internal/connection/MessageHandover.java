package dev.hawser.internal.connection;

import dev.hawser.CloseCause;
import dev.hawser.ObservedCallback;
import dev.hawser.extension.Opcode;
import dev.hawser.internal.coder.MessageInputStream;
import dev.hawser.internal.endpoint.BoundEndpoint;
import dev.hawser.internal.endpoint.MessageInvoker;
import dev.hawser.internal.endpoint.MessageInvoker.Delivery;
import dev.hawser.internal.observe.ConnectionEvents;
import dev.hawser.internal.observe.Observers;
import jakarta.websocket.CloseReason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import org.jspecify.annotations.Nullable;

/**
 * Gives text and binary messages to their handlers, in the session's turn. The handler that gets the first part gets
 * the whole message, even if the session's handlers change meanwhile (Jakarta WebSocket 2.1.3).
 *
 * <p>A message is received in the form that suits the handler at that time: whole, in parts, or as a stream. If another
 * handler has replaced that one before the handover, and needs another form, the message is collected for it, up to the
 * limit of whole messages.
 */
final class MessageHandover {
    private final MessageLimits limits;
    private final ConnectionEnd end;
    private final BoundEndpoint endpoint;
    private final ConnectionEvents events;

    /** The callback that runs; null if none does, or nobody watches. */
    private Observers.@Nullable Begun begun;

    private boolean midMessage;
    /** The handler that gets the rest of the message; null if none took its beginning. */
    private @Nullable MessageInvoker current;
    /** The collected part of a text message; null if none is collected. */
    private @Nullable StringBuilder text;
    /** The octets of the collected text in UTF-8. */
    private long textOctets;

    private @Nullable ByteArrayOutputStream octets;

    MessageHandover(BoundEndpoint endpoint, MessageLimits limits, ConnectionEnd end, ConnectionEvents events) {
        this.limits = limits;
        this.end = end;
        this.endpoint = endpoint;
        this.events = events;
    }

    /**
     * The handler of an event; null if the event is not a message, or no handler takes it. To be called once for each
     * event.
     */
    @Nullable MessageInvoker handlerOf(InboundEvent event) {
        return switch (event.kind) {
            case TEXT, BINARY -> handlerOfPart(event);
            case PONG -> endpoint.pong();
            default -> null;
        };
    }

    private @Nullable MessageInvoker handlerOfPart(InboundEvent part) {
        if (!midMessage) {
            current = part.kind == InboundEvent.Kind.TEXT ? endpoint.text() : endpoint.binary();
        }
        midMessage = !part.last;
        return current;
    }

    /** The callback of a message or pong begins. */
    void callbackBegins(InboundEvent event) {
        begun = events.callbackBegins(callbackOf(event));
    }

    /** What began has returned or thrown, and its reply is queued; does nothing if nothing began, or nobody watches. */
    void callbackReturned(InboundEvent event) {
        Observers.Begun ended = begun;
        if (ended != null) {
            begun = null;
            events.callbackReturned(callbackOf(event), ended);
        }
    }

    private static ObservedCallback callbackOf(InboundEvent event) {
        return event.kind == InboundEvent.Kind.PONG ? ObservedCallback.PONG : ObservedCallback.MESSAGE;
    }

    /** Whether the event has the form that the handler takes. */
    boolean suits(MessageInvoker handler, InboundEvent event) {
        boolean stream = event.payload instanceof Reader || event.payload instanceof InputStream;
        return switch (handler.delivery()) {
            case STREAM -> stream;
            case PARTS -> !stream;
            case WHOLE -> !stream && !event.part;
        };
    }

    /**
     * Collects a message that does not suit the handler, and calls the handler once it is complete. Returns the reply,
     * or null.
     */
    @Nullable Object invokeWithWhole(MessageInvoker handler, InboundEvent event) throws Throwable {
        boolean stream = handler.delivery() == Delivery.STREAM;
        Object whole = event.kind == InboundEvent.Kind.TEXT ? wholeText(event, stream) : wholeBinary(event, stream);
        return whole == null ? null : handler.invoke(whole, true);
    }

    private @Nullable Object wholeText(InboundEvent event, boolean stream) throws IOException {
        StringBuilder gathered = text == null ? new StringBuilder() : text;
        if (event.payload instanceof Reader reader) {
            for (int c = reader.read(); c >= 0 && fits(event, textOctets); c = reader.read()) {
                gathered.append((char) c);
                textOctets += octets((char) c);
            }
        } else {
            String part = (String) event.payload;
            gathered.append(part);
            for (int i = 0; i < part.length(); i++) {
                textOctets += octets(part.charAt(i));
            }
        }
        boolean fits = fits(event, textOctets);
        boolean done = event.last && fits;
        text = event.last || !fits ? null : gathered;
        textOctets = text == null ? 0 : textOctets;
        if (!done) {
            return null;
        }
        String whole = gathered.toString();
        return stream ? new StringReader(whole) : whole;
    }

    /** The octets of a character in UTF-8; each char of a surrogate pair counts as half of the pair's four octets. */
    private static int octets(char c) {
        return c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    }

    private @Nullable Object wholeBinary(InboundEvent event, boolean stream) throws IOException {
        ByteArrayOutputStream gathered = octets == null ? new ByteArrayOutputStream() : octets;
        if (event.payload instanceof InputStream in) {
            for (int octet = in.read(); octet >= 0 && fits(event, gathered.size()); octet = in.read()) {
                gathered.write(octet);
            }
        } else {
            gathered.writeBytes((byte[]) event.payload);
        }
        boolean fits = fits(event, gathered.size());
        boolean done = event.last && fits;
        octets = event.last || !fits ? null : gathered;
        return !done ? null : stream ? new MessageInputStream(gathered.toByteArray()) : gathered.toByteArray();
    }

    /** Whether the collected message is within the limit. If not, closes the connection. */
    private boolean fits(InboundEvent event, long size) {
        Opcode kind = event.kind == InboundEvent.Kind.TEXT ? Opcode.TEXT : Opcode.BINARY;
        long limit = limits.maxWholeMessageSize(kind);
        if (size <= limit) {
            return true;
        }
        end.closeForFault(
                CloseReason.CloseCodes.TOO_BIG,
                "a whole message may have " + limit + " bytes",
                CloseCause.MESSAGE_TOO_BIG);
        return false;
    }
}
