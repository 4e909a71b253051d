package dev.hawser.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A client has the limits of a server: other implementations forgot them in this role. */
class HostileServerTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final RecordingSink sink = new RecordingSink();
    private final WebSocketProtocol client =
            new WebSocketProtocol(Role.CLIENT, new ProtocolLimits(1024, 4096), List.of(), sink);

    @BeforeEach
    void limit() {
        sink.limit = 65536;
    }

    @Test
    void aLengthOverTheLimitIsRefusedOnTheHeaderAndAllocatesNothing() {
        byte[] header = Wire.frame(Role.SERVER, 0x82, Wire.hex("7f0000000080000000"), new byte[0]);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        client.receive(ByteBuffer.wrap(header));
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertTrue(sink.events.get(0).startsWith("violation 1009"), sink.events::toString);
        assertTrue(allocated < 64 * 1024, allocated + " bytes allocated");
    }

    @Test
    void fragmentsAreSummedUp() {
        assertEquals(5, framesUntilTheEnd(0x02, new byte[16384]));
        assertTrue(sink.events.get(0).startsWith("violation 1009"), sink.events::toString);
    }

    @Test
    void fragmentsAreCounted() {
        assertEquals(4097, framesUntilTheEnd(0x02, new byte[1]));
        assertTrue(sink.events.get(0).startsWith("violation 1008"), sink.events::toString);
    }

    @Test
    void emptyFragmentsAreCounted() {
        assertEquals(1025, framesUntilTheEnd(0x01, new byte[0]));
        assertTrue(sink.events.get(0).startsWith("violation 1008"), sink.events::toString);
    }

    /**
     * Sends a message that never ends in frames of this payload, and counts those that were taken, the one refused
     * among them.
     */
    private int framesUntilTheEnd(int first, byte[] payload) {
        client.receive(ByteBuffer.wrap(Wire.frame(Role.SERVER, first, payload)));
        int sent = 1;
        while (sink.events.isEmpty() && sent < 100_000) {
            client.receive(ByteBuffer.wrap(Wire.frame(Role.SERVER, 0x00, payload)));
            sent++;
        }
        return sent;
    }
}
