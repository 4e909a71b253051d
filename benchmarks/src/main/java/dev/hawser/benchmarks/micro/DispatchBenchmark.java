package dev.hawser.benchmarks.micro;

import dev.hawser.Dispatch;
import dev.hawser.extension.Opcode;
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

/**
 * The whole way of a message from the transport's bytes to the answer's: parsing, dispatch, callback, encoding, one
 * write.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class DispatchBenchmark {
    /** The setting {@code dispatch}. */
    @Param({"EVENT_LOOP", "WORKER"})
    public Dispatch dispatch = Dispatch.EVENT_LOOP;

    /** Payload size in bytes. */
    @Param({"128", "16384"})
    public int size = 128;

    /** How many frames one read finds. */
    @Param({"1", "32"})
    public int batch = 1;

    private EchoConnection connection = new EchoConnection(Dispatch.EVENT_LOOP);
    private byte[] frames = {};
    private long expected;

    /** Opens the session. */
    @Setup
    public void open() {
        connection.close();
        connection = new EchoConnection(dispatch);
        byte[] payload = Frames.payload("ascii", size);
        frames = Frames.ofClient(Opcode.TEXT, payload, batch);
        expected = batch * Frames.sizeOfServer(payload);
    }

    /** Ends it. */
    @TearDown
    public void close() {
        connection.close();
    }

    /** One read and all its answers; the figure is for the whole batch. */
    @Benchmark
    public long echo() {
        return connection.exchange(frames, expected);
    }
}
