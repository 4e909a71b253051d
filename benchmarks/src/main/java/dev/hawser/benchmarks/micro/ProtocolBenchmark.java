package dev.hawser.benchmarks.micro;

import dev.hawser.extension.Opcode;
import dev.hawser.extension.RemoteProtocolException;
import dev.hawser.internal.protocol.FrameWriter;
import dev.hawser.internal.protocol.Masking;
import dev.hawser.internal.protocol.MessageSink;
import dev.hawser.internal.protocol.ProtocolLimits;
import dev.hawser.internal.protocol.Role;
import dev.hawser.internal.protocol.Utf8Validator;
import dev.hawser.internal.protocol.WebSocketProtocol;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The engine alone: reading and writing frames, masking, UTF-8. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class ProtocolBenchmark {
    private static final int KEY = 0x12345678;

    /** What the text is made of. */
    @Param({"ascii", "cjk"})
    public String characters = "ascii";

    /** Payload size in bytes. */
    @Param({"128", "1024", "16384"})
    public int size = 128;

    private final LastMessage sink = new LastMessage();
    private final WebSocketProtocol protocol =
            new WebSocketProtocol(Role.SERVER, new ProtocolLimits(16, 16), List.of(), sink);
    private final FrameWriter writer = new FrameWriter(Role.SERVER, () -> 0);
    private final Utf8Validator validator = new Utf8Validator();
    private byte[] payload = {};
    private byte[] frame = {};
    private byte[] binaryFrame = {};
    private byte[] received = {};
    private ByteBuffer written = ByteBuffer.allocate(0);

    /** Makes the frame. */
    @Setup
    public void frame() {
        payload = Frames.payload(characters, size);
        frame = Frames.ofClient(Opcode.TEXT, payload, 1);
        binaryFrame = Frames.ofClient(Opcode.BINARY, payload, 1);
        received = new byte[frame.length];
        written = ByteBuffer.allocate(payload.length + FrameWriter.LONGEST_HEADER);
    }

    /**
     * A frame's header, and its payload unmasked into its own array: the work of FrameReader, and a copy in place of a
     * network read.
     */
    @Benchmark
    public @Nullable Object readBinary() {
        System.arraycopy(binaryFrame, 0, received, 0, binaryFrame.length);
        protocol.receive(ByteBuffer.wrap(received));
        return sink.last;
    }

    /** A frame's header, unmasking, decoding and the String, and a copy in place of a network read. */
    @Benchmark
    public @Nullable Object readText() {
        System.arraycopy(frame, 0, received, 0, frame.length);
        protocol.receive(ByteBuffer.wrap(received));
        return sink.last;
    }

    /** A server's frame into a buffer. */
    @Benchmark
    public ByteBuffer writeFrame() {
        written.clear();
        writer.putFrame(written, true, 0, Opcode.TEXT, payload, 0, payload.length);
        return written;
    }

    /** Masking in place. */
    @Benchmark
    public byte[] mask() {
        Masking.mask(received, 0, payload.length, KEY, 0);
        return received;
    }

    /** The incremental check, as for texts in pieces. */
    @Benchmark
    public int checkUtf8() {
        return validator.firstBad(payload, 0, payload.length);
    }

    /** The class library's decoder, as for texts that have arrived as a whole. */
    @Benchmark
    public String decodeUtf8() {
        return new String(payload, StandardCharsets.UTF_8);
    }

    /** Keeps what was delivered. */
    private static final class LastMessage implements MessageSink {
        private @Nullable Object last;

        @Override
        public Reception messageBegins(Opcode kind) {
            return Reception.WHOLE;
        }

        @Override
        public long maxMessageSize(Opcode kind) {
            return 1 << 20;
        }

        @Override
        public void onText(String message) {
            last = message;
        }

        @Override
        public void onBinary(byte[] message) {
            last = message;
        }

        @Override
        public void onTextPart(String part, boolean end) {
            last = part;
        }

        @Override
        public void onBinaryPart(byte[] part, boolean end) {
            last = part;
        }

        @Override
        public void onPing(byte[] octets) {
            last = octets;
        }

        @Override
        public void onPong(byte[] octets) {
            last = octets;
        }

        @Override
        public void onClose(int code, String reason) {
            last = reason;
        }

        @Override
        public void onViolation(RemoteProtocolException violation) {
            throw new IllegalStateException(violation);
        }
    }
}
