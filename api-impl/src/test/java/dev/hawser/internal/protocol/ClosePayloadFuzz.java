package dev.hawser.internal.protocol;

import dev.hawser.extension.Opcode;
import dev.hawser.fuzz.FuzzInput;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Close frames: any payload, read as RFC 6455 5.5.1 and 7.4 have it, and any code and reason, written so that the other
 * side reads what was meant.
 */
public final class ClosePayloadFuzz {
    private ClosePayloadFuzz() {}

    public static void fuzzerTestOneInput(byte[] octets) {
        FuzzInput input = new FuzzInput(octets);
        if (input.yes()) {
            read(input.octets(125));
        } else {
            written(input.octet() << 8 | input.octet(), new String(input.rest(), StandardCharsets.UTF_16BE));
        }
    }

    private static List<String> events(Role role, byte[] wire) {
        RecordingSink sink = new RecordingSink();
        WebSocketProtocol engine = new WebSocketProtocol(role, new ProtocolLimits(1, 1), List.of(), sink);
        engine.receive(ByteBuffer.wrap(wire));
        require(engine.isFinished(), "a close frame is the last");
        return sink.events;
    }

    private static void read(byte[] payload) {
        for (Role role : Role.values()) {
            byte[] wire = Wire.frame(Wire.other(role), 0x88, payload);
            ReferenceConnection reference =
                    new ReferenceConnection(new ReferenceConnection.Rules(role, 1, 1, 1, false, false, 0));
            reference.receive(wire);
            String event = events(role, wire).get(0);
            String expected = reference.events().get(0);
            require(event.startsWith("close") ? event.equals(expected) : event.startsWith(expected), expected);
        }
    }

    private static void written(int code, String reason) {
        String cut = FrameWriter.truncateReason(reason);
        byte[] wanted = reason.getBytes(StandardCharsets.UTF_8); // a surrogate alone becomes a question mark
        byte[] kept = cut.getBytes(StandardCharsets.UTF_8);
        require(kept.length <= 123, "a reason is cut to 123 octets");
        String all = new String(wanted, StandardCharsets.UTF_8);
        String prefix = new String(kept, StandardCharsets.UTF_8);
        require(all.startsWith(prefix), "between two code points");
        if (prefix.length() < all.length()) {
            String next = Character.toString(all.codePointAt(prefix.length()));
            require(kept.length + next.getBytes(StandardCharsets.UTF_8).length > 123, "and no sooner than it must be");
        }
        boolean defined = code >= 1000 && code < 1015 && (code < 1004 || code > 1006);
        boolean legal = defined || code >= 3000 && code < 5000 || code == 1005 && cut.isEmpty();
        byte[] payload;
        try {
            payload = FrameWriter.closePayload(code, cut);
        } catch (IllegalArgumentException e) {
            require(!legal, "code " + code + " can be sent");
            return;
        }
        require(legal, "code " + code + " is not sent");
        for (Role sender : Role.values()) {
            ByteBuffer frame = ByteBuffer.allocate(200);
            new FrameWriter(sender, () -> 0x1234_5678)
                    .putFrame(frame, true, 0, Opcode.CLOSE, payload, 0, payload.length);
            byte[] wire = Arrays.copyOf(frame.array(), frame.position());
            require(
                    events(Wire.other(sender), wire).equals(List.of("close " + code + " " + prefix)),
                    "what is written is read");
        }
    }

    private static void require(boolean holds, String law) {
        if (!holds) {
            throw new AssertionError("not so: " + law);
        }
    }
}
