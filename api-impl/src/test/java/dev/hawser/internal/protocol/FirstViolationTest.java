package dev.hawser.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hawser.extension.ExtensionOffer;
import dev.hawser.extension.InboundExtension;
import dev.hawser.extension.NegotiatedExtension;
import dev.hawser.extension.Opcode;
import dev.hawser.internal.protocol.deflate.DeflateCodecs;
import dev.hawser.internal.protocol.deflate.DeflatePolicy;
import dev.hawser.internal.protocol.deflate.PerMessageDeflate;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A message that is too big and broken at once ends with 1009 or with 1007, by which of the two comes first in the
 * stream, however its bytes arrive and in whichever form the message is taken. A plain frame is too big at its header;
 * what inflates, at the octet that is one too many.
 */
class FirstViolationTest {
    private static final DeflateCodecs CODECS = new DeflateCodecs();
    /** Of every size of frame that is tried: the whole message, and fragments. */
    private static final int[] FRAGMENTS = {Integer.MAX_VALUE, 1000, 7, 1};

    @AfterAll
    static void end() {
        CODECS.close();
    }

    /** The limit, the size, and where the octet is that no UTF-8 has. */
    static Stream<Arguments> brokenTexts() {
        return Stream.of(
                Arguments.of(100, 200, 0),
                Arguments.of(100, 200, 98),
                Arguments.of(100, 200, 99),
                Arguments.of(100, 200, 100), // the same octet is one too many
                Arguments.of(100, 200, 101),
                Arguments.of(100, 200, 199),
                Arguments.of(9000, 10_000, 8191), // parts are decoded in pieces of 8192
                Arguments.of(9000, 10_000, 8999),
                Arguments.of(9000, 10_000, 9000),
                Arguments.of(9000, 10_000, 9001),
                Arguments.of(9000, 20_000, 19_999));
    }

    private static byte[] text(int size, int bad) {
        byte[] text = new byte[size];
        Arrays.fill(text, (byte) 'a');
        text[bad] = (byte) 0xFF;
        return text;
    }

    @ParameterizedTest
    @MethodSource("brokenTexts")
    void aPlainTextIsTooBigAtTheHeaderOfAFrameAndBrokenAtItsOctet(int limit, int size, int bad) {
        for (int fragment : FRAGMENTS) {
            int allowed = limit / fragment * fragment; // the octets of the frames before the one that is too big
            int expected = bad < (fragment > size ? 0 : allowed) ? CloseCode.NOT_CONSISTENT : CloseCode.TOO_BIG;
            assertEnds(expected, limit, fragments(0x01, text(size, bad), fragment), List.of());
        }
    }

    @ParameterizedTest
    @MethodSource("brokenTexts")
    void aCompressedTextIsTooBigAtTheFirstOctetBeyondTheLimit(int limit, int size, int bad) {
        int expected = bad < limit ? CloseCode.NOT_CONSISTENT : CloseCode.TOO_BIG;
        for (int fragment : FRAGMENTS) {
            byte[] frames = fragments(0x41, deflated(text(size, bad)), fragment);
            assertEnds(expected, limit, frames, List.of(deflate()));
        }
    }

    @ParameterizedTest
    @MethodSource("brokenTexts")
    void throughTwoExtensionsItIsTheSame(int limit, int size, int bad) {
        int expected = bad < limit ? CloseCode.NOT_CONSISTENT : CloseCode.TOO_BIG;
        for (int fragment : FRAGMENTS) {
            byte[] frames = fragments(0x61, deflated(text(size, bad)), fragment);
            assertEnds(expected, limit, frames, List.of(unchanged(), deflate()));
        }
    }

    /** The limit, the size of what can be inflated, and the octet of the stream that ends it. */
    static Stream<Arguments> brokenStreams() {
        return Stream.of(
                Arguments.of(100, 99),
                Arguments.of(100, 100),
                Arguments.of(100, 101),
                Arguments.of(100, 200),
                Arguments.of(9000, 8192),
                Arguments.of(9000, 8999),
                Arguments.of(9000, 9000),
                Arguments.of(9000, 9001),
                Arguments.of(9000, 9002),
                Arguments.of(9000, 12_000));
    }

    @ParameterizedTest
    @MethodSource("brokenStreams")
    void aStreamThatIsBrokenBehindTheLimitIsTooBig(int limit, int good) {
        int expected = good <= limit ? CloseCode.NOT_CONSISTENT : CloseCode.TOO_BIG;
        byte[] noise = new byte[good];
        new Random(1).nextBytes(noise);
        byte[] stream = Wire.join(deflated(noise), Wire.hex("00 00 00 ff ff ff ff ff")); // a block of type 3 ends it
        for (int opcode : new int[] {0x42, 0x62}) {
            List<InboundExtension> extensions = opcode == 0x42 ? List.of(deflate()) : List.of(unchanged(), deflate());
            for (int fragment : FRAGMENTS) {
                assertEnds(expected, limit, fragments(opcode, stream, fragment), extensions);
            }
        }
    }

    private static void assertEnds(int code, int limit, byte[] frames, List<InboundExtension> extensions) {
        Receiver receiver = Receiver.as(Role.SERVER).with(new ProtocolLimits(1 << 20, 1 << 20));
        for (MessageSink.Reception reception : List.of(MessageSink.Reception.WHOLE, MessageSink.Reception.PARTS)) {
            receiver.taking(sink -> {
                sink.limit = limit;
                sink.reception = reception;
            });
            for (int piece : new int[] {frames.length, 1, 2, 13, 500}) {
                receiver.with(() -> extensions); // closed after each run, and good for another
                List<String> events = receiver.inPieces(frames, piece);
                assertEquals(1, events.size(), events::toString);
                assertEquals(
                        "violation " + code,
                        events.get(0).substring(0, 14),
                        () -> events + ", " + reception + " in pieces of " + piece);
            }
        }
    }

    private static byte[] fragments(int first, byte[] payload, int size) {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        int opcode = first;
        for (int at = 0; at < payload.length; at += Math.min(size, payload.length)) {
            int to = (int) Math.min(payload.length, (long) at + size);
            int fin = to == payload.length ? 0x80 : 0;
            frames.writeBytes(Wire.frame(Role.CLIENT, opcode | fin, Arrays.copyOfRange(payload, at, to)));
            opcode = opcode & 0x20; // RSV2 is each frame's own here, RSV1 the message's
        }
        return frames.toByteArray();
    }

    private static byte[] deflated(byte[] octets) {
        Deflater deflater = new Deflater(6, true);
        try {
            deflater.setInput(octets);
            byte[] out = new byte[octets.length + 100];
            int count = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
            return Arrays.copyOf(out, count - 4);
        } finally {
            deflater.end();
        }
    }

    private static InboundExtension deflate() {
        NegotiatedExtension agreed = new PerMessageDeflate(DeflatePolicy.DEFAULT, CODECS)
                .accept(List.of(new ExtensionOffer("permessage-deflate", List.of())));
        if (agreed == null) {
            throw new AssertionError();
        }
        return agreed.inbound().get();
    }

    /** Gives what it takes, of frames with RSV2. */
    private static InboundExtension unchanged() {
        return new InboundExtension() {
            @Override
            public int rsv() {
                return RSV2;
            }

            @Override
            public Scope scope() {
                return Scope.FRAME;
            }

            @Override
            public boolean frameBegins(Opcode opcode, int rsv, boolean fin) {
                return rsv != 0;
            }

            @Override
            public boolean decode(ByteBuffer encoded, boolean endOfFrame, ByteBuffer decoded) {
                while (encoded.hasRemaining() && decoded.hasRemaining()) {
                    decoded.put(encoded.get());
                }
                return !encoded.hasRemaining();
            }

            @Override
            public void close() {}
        };
    }
}
