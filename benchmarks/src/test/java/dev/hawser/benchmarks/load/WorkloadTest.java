package dev.hawser.benchmarks.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.benchmarks.load.Workload.Kind;
import org.junit.jupiter.api.Test;

/** How many messages flow before a measurement. */
class WorkloadTest {
    private static final int KIB = 1024;
    private static final int SUBSCRIBERS = 1000;

    @Test
    void beforeMeasurementReadersThatDoNotReadGetMoreThanBuffersHold() {
        Workload beside = Workload.echo(Content.JSON, KIB, SUBSCRIBERS, 1)
                .as(Kind.BROADCAST)
                .beside(SUBSCRIBERS);
        // 16 KiB, which Linux doubles; 16 KiB in the queue; 64 KiB for a receiver that could not make its buffer small
        int buffers = (2 * 16 + 16 + 64) * KIB;
        assertTrue(beside.receivedBefore() / SUBSCRIBERS * KIB > buffers, () -> beside.receivedBefore() + " messages");
    }

    @Test
    void nothingIsFilledWithoutSuchReaders() {
        Workload alone = Workload.echo(Content.JSON, KIB, SUBSCRIBERS, 1).as(Kind.BROADCAST);
        assertEquals(0, alone.receivedBefore());
        Workload slowEndpoint = Workload.echo(Content.JSON, KIB, 50, 1).beside(8);
        assertEquals(0, slowEndpoint.receivedBefore());
    }
}
