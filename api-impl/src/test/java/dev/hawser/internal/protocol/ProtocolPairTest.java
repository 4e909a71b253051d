package dev.hawser.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.extension.Opcode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Both roles against each other: one engine serves both, so each test runs with either as the sender. */
class ProtocolPairTest {
    private final ProtocolPair pair = new ProtocolPair(6455);

    private void message(Role sender, Opcode kind, byte[] payload, int fragmentSize) {
        pair.sendMessage(sender, kind, payload, fragmentSize);
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void everyBorderLengthArrives(Role sender) {
        List<Integer> lengths = new ArrayList<>();
        for (int i = 0; i <= 130; i++) {
            lengths.add(i);
        }
        lengths.addAll(List.of(65534, 65535, 65536, 65537));
        Random random = new Random(1);
        List<String> expected = new ArrayList<>();
        for (int length : lengths) {
            byte[] payload = new byte[length];
            random.nextBytes(payload);
            message(sender, Opcode.BINARY, payload, Math.max(1, length));
            expected.add(RecordingSink.binary(payload));
            String text = "x".repeat(length);
            message(sender, Opcode.TEXT, Wire.utf8(text), Math.max(1, length));
            expected.add(RecordingSink.text(text));
        }
        assertEquals(expected, pair.end(Wire.other(sender)).received.events);
        assertEquals(List.of(), pair.end(sender).received.events);
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void randomTrafficArrivesInOrder(Role sender) {
        for (MessageSink.Reception reception : List.of(MessageSink.Reception.WHOLE, MessageSink.Reception.PARTS)) {
            Random random = new Random(reception == MessageSink.Reception.WHOLE ? 1 : 2);
            ProtocolPair traffic = new ProtocolPair(random.nextLong());
            RecordingSink sink = traffic.end(Wire.other(sender)).received;
            sink.reception = reception;
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < 1500; i++) {
                int length = random.nextInt(10) == 0 ? random.nextInt(70_000) : random.nextInt(300);
                int fragment =
                        random.nextBoolean() ? Math.max(1, length) : 1 + random.nextInt(Math.max(1, length / 2 + 1));
                switch (random.nextInt(4)) {
                    case 0 -> {
                        byte[] payload = new byte[length];
                        random.nextBytes(payload);
                        traffic.sendMessage(sender, Opcode.BINARY, payload, Math.max(fragment, length / 1000));
                        expected.add(RecordingSink.binary(payload));
                    }
                    case 1 -> {
                        byte[] payload = new byte[random.nextInt(126)];
                        random.nextBytes(payload);
                        traffic.send(sender, true, random.nextBoolean() ? Opcode.PING : Opcode.PONG, payload);
                        expected.add(null); // replaced below: the opcode was drawn inside the call
                        expected.set(expected.size() - 1, sink.events.get(sink.events.size() - 1));
                        assertTrue(expected.get(i).endsWith("ng " + Wire.hex(payload)));
                    }
                    default -> {
                        String text = text(random, length);
                        byte[] bytes = Wire.utf8(text);
                        traffic.sendMessage(sender, Opcode.TEXT, bytes, Math.max(fragment, bytes.length / 1000));
                        expected.add(RecordingSink.text(text));
                    }
                }
            }
            assertEquals(expected, sink.events);
        }
    }

    /** Code points of one to four octets, seldom and often. */
    static String text(Random random, int codePoints) {
        int[] choice = {'a', 'z', 0xE4, 0x20AC, 0xFFFD, 0xFFFF, 0x1F600, 0x10FFFF};
        int kinds = 2 + random.nextInt(choice.length - 1);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < codePoints; i++) {
            text.appendCodePoint(choice[random.nextInt(kinds)]);
        }
        return text.toString();
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void aCloseFrameEndsTheReadingOfEitherSide(Role first) {
        ProtocolPair.End closing = pair.end(first);
        ProtocolPair.End answering = pair.end(Wire.other(first));
        pair.send(first, true, Opcode.CLOSE, FrameWriter.closePayload(1001, "leaving"));
        assertEquals(List.of("close 1001 leaving"), answering.received.events);
        pair.send(Wire.other(first), true, Opcode.CLOSE, FrameWriter.closePayload(1001, ""));
        assertEquals(List.of("close 1001 "), closing.received.events);
        for (ProtocolPair.End end : List.of(closing, answering)) {
            assertTrue(end.isFinished());
        }
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void randomBytesNeverDoAnythingButFail(Role receiver) {
        Random random = new Random(99);
        for (int i = 0; i < 3000; i++) {
            byte[] noise = new byte[1 + random.nextInt(200)];
            random.nextBytes(noise);
            if (random.nextBoolean()) { // a header that goes further
                noise[0] = (byte) (0x80 | new int[] {0, 1, 2, 8, 9, 10}[random.nextInt(6)]);
                noise[Math.min(1, noise.length - 1)] &= (byte) (receiver == Role.SERVER ? 0xFF : 0x7F);
            }
            List<String> whole = Receiver.as(receiver).inPieces(noise, noise.length);
            assertEquals(whole, Receiver.as(receiver).inPieces(noise, 1), Wire.hex(noise));
        }
    }
}
