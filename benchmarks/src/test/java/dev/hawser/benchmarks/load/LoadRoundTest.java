package dev.hawser.benchmarks.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A whole round against servers that echo, that corrupt, and that swallow. */
class LoadRoundTest {
    private static final int SIZE = 128;
    private static final Duration PATIENCE = Duration.ofMillis(500);
    private static final int ENOUGH = 100;
    private static final long DEADLINE_NANOS = 20_000_000_000L;

    private ServerSocket listener;

    @BeforeEach
    void listen() throws IOException {
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void stop() throws IOException {
        listener.close();
    }

    /** Serves one connection; what is read goes through {@code change}. */
    private void serve(UnaryOperator<byte[]> change) {
        serve(0, change);
    }

    /** The same for a connection that sends some bytes first: those of a broadcast send {@link Target#TAKES_PART}. */
    private void serve(int lead, UnaryOperator<byte[]> change) {
        Thread thread = new Thread(() -> {
            try (Socket socket = listener.accept()) {
                InputStream in = socket.getInputStream();
                OutputStream out = socket.getOutputStream();
                in.skipNBytes(lead);
                byte[] frame = new byte[6 + 2 + SIZE]; // two bytes of header, two of length, four of mask
                while (in.readNBytes(frame, 0, frame.length) == frame.length) {
                    out.write(change.apply(frame.clone()));
                }
            } catch (IOException e) {
                // The round is over.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private LoadRound begin() throws Exception {
        return begin(Workload.echo(Content.ASCII, SIZE, 1, 1));
    }

    private LoadRound begin(Workload workload) throws Exception {
        return begin(new Target(listener.getLocalPort(), true), workload, PATIENCE);
    }

    static LoadRound begin(Target target, Workload workload, Duration patience) throws Exception {
        LoadRound round = new LoadRound(target, workload, patience);
        round.open();
        round.start();
        return round;
    }

    /** Waits until so many messages have come, or the round has failed. */
    static void await(LoadRound round, int messages) {
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        while (round.tally().messages() < messages && round.failure() == null && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
    }

    @Test
    void echoesAreCounted() throws Exception {
        serve(frame -> frame);
        LoadRound round = begin();
        await(round, ENOUGH);
        round.close();
        assertNull(round.failure());
        assertTrue(round.tally().messages() >= ENOUGH);
    }

    @Test
    void ofABroadcastSomeMessagesAreInFlightAndAllAreAwaitedAtTheEnd() throws Exception {
        AtomicInteger served = new AtomicInteger();
        serve(1, frame -> {
            served.incrementAndGet();
            return frame;
        });
        LoadRound round = begin(Workload.echo(Content.ASCII, SIZE, 1, 4).as(Workload.Kind.BROADCAST));
        await(round, ENOUGH);
        round.close();
        assertNull(round.failure());
        assertEquals(served.get(), round.tally().messages());
    }

    @Test
    void aCorruptedEchoFailsTheRound() throws Exception {
        int[] count = {0};
        serve(frame -> {
            if (++count[0] == ENOUGH) {
                frame[frame.length - 1] ^= 1;
            }
            return frame;
        });
        LoadRound round = begin();
        await(round, Integer.MAX_VALUE);
        assertThrows(BadReplyException.class, round::close);
    }

    @Test
    void aMissingEchoFailsTheRound() throws Exception {
        int[] count = {0};
        serve(frame -> ++count[0] >= ENOUGH ? new byte[0] : frame);
        LoadRound round = begin();
        await(round, ENOUGH - 1);
        BadReplyException thrown = assertThrows(BadReplyException.class, round::close);
        assertTrue(thrown.getMessage().contains("missing"), thrown.getMessage());
    }
}
