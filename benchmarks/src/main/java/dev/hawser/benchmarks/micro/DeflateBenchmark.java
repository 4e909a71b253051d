package dev.hawser.benchmarks.micro;

import dev.hawser.extension.ExtensionOffer;
import dev.hawser.extension.InboundExtension;
import dev.hawser.extension.NegotiatedExtension;
import dev.hawser.extension.Opcode;
import dev.hawser.extension.OutboundExtension;
import dev.hawser.extension.RemoteProtocolException;
import dev.hawser.internal.protocol.deflate.DeflateCodecs;
import dev.hawser.internal.protocol.deflate.DeflatePolicy;
import dev.hawser.internal.protocol.deflate.PerMessageDeflate;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A server's permessage-deflate with a JSON text of 1 KiB: compression alone, and compression with decompression. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class DeflateBenchmark {
    /** Whether both sides keep their history between messages. */
    @Param({"false", "true"})
    public boolean takeover;

    private final byte[] json = json().getBytes(StandardCharsets.UTF_8);
    private final ByteBuffer decoded = ByteBuffer.allocate(4096);
    private final DeflateCodecs codecs = new DeflateCodecs();
    private final DeflatePolicy own = new DeflatePolicy(-1, 0, true, true, 15);
    private NegotiatedExtension negotiated = negotiate(own, List.of());
    private OutboundExtension outbound = negotiated.outbound().get();
    private InboundExtension inbound = negotiated.inbound().get();

    /** Negotiates. */
    @Setup
    public void negotiate() {
        close();
        List<ExtensionOffer.Parameter> parameters = takeover
                ? List.of()
                : List.of(
                        new ExtensionOffer.Parameter("server_no_context_takeover", null),
                        new ExtensionOffer.Parameter("client_no_context_takeover", null));
        negotiated = negotiate(own, parameters);
        outbound = negotiated.outbound().get();
        inbound = negotiated.inbound().get();
    }

    private NegotiatedExtension negotiate(DeflatePolicy policy, List<ExtensionOffer.Parameter> parameters) {
        PerMessageDeflate deflate = new PerMessageDeflate(policy, codecs);
        return Objects.requireNonNull(
                deflate.accept(List.of(new ExtensionOffer(deflate.name(), parameters))), "the offer was declined");
    }

    /** Gives the codecs back. */
    @TearDown
    public void close() {
        outbound.close();
        inbound.close();
    }

    /** One message out. */
    @Benchmark
    public OutboundExtension.Encoded compress() {
        return outbound.encode(Opcode.TEXT, true, json, 0, json.length);
    }

    /** One message out, and the same one in again. */
    @Benchmark
    public int compressAndExpand() throws RemoteProtocolException {
        OutboundExtension.Encoded encoded = outbound.encode(Opcode.TEXT, true, json, 0, json.length);
        inbound.frameBegins(Opcode.TEXT, encoded.rsv(), true);
        decoded.clear();
        inbound.decode(ByteBuffer.wrap(encoded.bytes(), encoded.offset(), encoded.length()), true, decoded);
        return decoded.position();
    }

    private static String json() {
        StringBuilder json = new StringBuilder("[");
        for (int i = 0; json.length() < 1000; i++) {
            json.append("{\"id\":")
                    .append(i * 7919 % 1000)
                    .append(",\"name\":\"item ")
                    .append(i)
                    .append("\"},");
        }
        return json.append("0]").toString();
    }
}
