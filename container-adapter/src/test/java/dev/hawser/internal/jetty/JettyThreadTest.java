package dev.hawser.internal.jetty;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.transport.Transport;
import dev.hawser.internal.transport.TransportListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.jetty.io.ByteArrayEndPoint;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * An error of the JVM in what Jetty's threads call ends that connection, and does not come out: the selector's thread
 * would log it, and die of that where there is no memory for it.
 */
class JettyThreadTest {
    private final ByteArrayEndPoint endPoint = new ByteArrayEndPoint(new byte[0], 1);
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final JettyTransport transport = new JettyTransport(endPoint, Runnable::run, new Failing());
    private String failing = "";

    @Test
    void anErrorWhileItOpensDoesNotComeOut() {
        failing = "open";
        assertDoesNotThrow(transport::onOpen);
        assertEndedOnce("open");
    }

    @Test
    void anErrorWhileItReadsDoesNotComeOut() {
        transport.onOpen();
        failing = "readable";
        transport.demandRead();
        assertDoesNotThrow(() -> endPoint.getFillInterest().fillable());
        assertEndedOnce("open", "readable");
    }

    @Test
    void anErrorWhileABrokenDemandIsToldDoesNotComeOut() {
        transport.onOpen();
        failing = "readable";
        transport.demandRead();
        assertDoesNotThrow(() -> endPoint.getFillInterest().onFail(new IOException("of a test")));
        assertEndedOnce("open", "readable");
    }

    @Test
    void anErrorWhileAWriteEndsDoesNotComeOut() {
        transport.onOpen();
        failing = "written";
        begin();
        assertDoesNotThrow(() -> {
            endPoint.takeOutput();
            endPoint.getWriteFlusher().completeWrite();
        });
        assertEndedOnce("open", "written");
    }

    @Test
    void anErrorWhileAWriteFailsDoesNotComeOut() {
        transport.onOpen();
        failing = "failed";
        begin();
        assertDoesNotThrow(() -> endPoint.getWriteFlusher().onFail(new IOException("of a test")));
        assertEndedOnce("open", "failed");
    }

    @Test
    void anErrorWhileTheEndIsToldDoesNotComeOut() {
        transport.onOpen();
        failing = "closed";
        assertDoesNotThrow(() -> transport.onClose(null));
        assertEndedOnce("open");
    }

    /** A write that waits for the peer. */
    private void begin() {
        transport.write(new Written(), ByteBuffer.wrap(new byte[2]));
        assertEquals(List.of("open"), calls);
    }

    private void assertEndedOnce(String... before) {
        assertFalse(endPoint.isOpen());
        assertEquals(before.length + 1, calls.size(), calls::toString);
        assertEquals(List.of(before), calls.subList(0, before.length));
        assertTrue(calls.contains("closed"), calls::toString);
    }

    private void called(String name) {
        calls.add(name);
        if (failing.equals(name)) {
            throw new StackOverflowError("of a test");
        }
    }

    private final class Written implements Transport.WriteCompletion {
        @Override
        public void written() {
            called("written");
        }

        @Override
        public void failed(Throwable cause) {
            called("failed");
        }
    }

    private final class Failing implements TransportListener {
        @Override
        public void onOpen(Transport opened, ByteBuffer early) {
            called("open");
        }

        @Override
        public void onReadable() {
            called("readable");
        }

        @Override
        public void onClosed(@Nullable Throwable cause) {
            called("closed");
        }
    }
}
