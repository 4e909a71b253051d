package dev.hawser.internal.protocol;

import dev.hawser.extension.Opcode;
import dev.hawser.extension.RemoteProtocolException;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Writes down what the engine delivers, one line an event. Messages taken in parts are joined, so that the lines do not
 * depend on how the bytes came; {@link #parts} has the pieces.
 */
public final class RecordingSink implements MessageSink {
    public final List<String> events = new ArrayList<>();
    public final List<String> parts = new ArrayList<>();
    /** The kind and the size of each message that has ended. */
    public final List<String> ends = new ArrayList<>();

    public Reception reception = Reception.WHOLE;
    public long limit = 1 << 24;
    public BooleanSupplier wantsMore = () -> true;

    private final StringBuilder text = new StringBuilder();
    private final ByteArrayOutputStream binary = new ByteArrayOutputStream();

    public static String binary(byte[] payload) {
        return payload.length <= 64
                ? "binary " + Wire.hex(payload)
                : "binary of " + payload.length + " #" + java.util.Arrays.hashCode(payload);
    }

    public static String text(String message) {
        return "text " + message;
    }

    @Override
    public boolean wantsMore() {
        return wantsMore.getAsBoolean();
    }

    @Override
    public Reception messageBegins(Opcode kind) {
        return reception;
    }

    @Override
    public long maxMessageSize(Opcode kind) {
        return limit;
    }

    @Override
    public void onMessageEnd(Opcode kind, long size) {
        ends.add(kind + " of " + size);
    }

    @Override
    public void onText(String message) {
        events.add(text(message));
    }

    @Override
    public void onBinary(byte[] message) {
        events.add(binary(message));
    }

    @Override
    public void onTextPart(String part, boolean last) {
        parts.add(part + (last ? " last" : ""));
        text.append(part);
        if (last) {
            events.add(text(text.toString()));
            text.setLength(0);
        }
    }

    @Override
    public void onBinaryPart(byte[] part, boolean last) {
        parts.add(Wire.hex(part) + (last ? " last" : ""));
        binary.writeBytes(part);
        if (last) {
            events.add(binary(binary.toByteArray()));
            binary.reset();
        }
    }

    @Override
    public void onPing(byte[] payload) {
        events.add("ping " + Wire.hex(payload));
    }

    @Override
    public void onPong(byte[] payload) {
        events.add("pong " + Wire.hex(payload));
    }

    @Override
    public void onClose(int code, String reason) {
        events.add("close " + code + " " + reason);
    }

    @Override
    public void onViolation(RemoteProtocolException violation) {
        events.add("violation " + violation.closeCode() + " " + violation.getMessage());
    }
}
