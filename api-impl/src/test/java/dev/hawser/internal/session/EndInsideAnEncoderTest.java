package dev.hawser.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hawser.Settings;
import dev.hawser.internal.connection.WebSocketConnection;
import dev.hawser.internal.transport.FakeTransport;
import jakarta.websocket.Encoder;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.io.Writer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/**
 * An encoder that writes to a stream sends while its lock is held, and a write that fails there ends the session. The
 * recorder of locks sees what that takes.
 */
class EndInsideAnEncoderTest {
    private static final AtomicInteger DESTROYED = new AtomicInteger();

    @Test
    void theThreadInTheEncoderMayDoAllThatIsLeftOfTheEnd() throws Exception {
        Told endpoint = new Told();
        FakeTransport transport = new FakeTransport();
        try (SessionHarness harness = new SessionHarness(new Quiet())) {
            WebSocketConnection connection = harness.connect(endpoint, Settings.defaults(), transport);
            transport.writesEndOn(end -> connection.transportListener().onClosed(new IOException("cut")));
            transport.onAbort(() -> {
                // this holds up only the freeing of the transport: another thread goes on with the callbacks
                new Thread(() -> connection.transportListener().onClosed(new IOException("cut"))).start();
                SessionHarness.await("onClose is called", () -> endpoint.closed.get() != null);
                SessionHarness.await("its worker has nothing left to do", () -> isIdle(endpoint.closed.get()));
            });
            Session session = endpoint.session.get();
            assertThrows(IOException.class, () -> session.getBasicRemote().sendObject(1L));
            SessionHarness.await("the encoder is destroyed when its thread has left it", () -> DESTROYED.get() == 1);
            assertEquals(1, DESTROYED.get());
        }
    }

    private static boolean isIdle(Thread worker) {
        Thread.State state = worker.getState();
        return state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING || !worker.isAlive();
    }

    /** Sends a long message, in parts. */
    public static class InParts implements Encoder.TextStream<Long> {
        @Override
        public void encode(Long object, Writer writer) throws IOException {
            for (int i = 0; i < 100; i++) {
                writer.write("part ".repeat(10_000));
            }
        }

        @Override
        public void destroy() {
            DESTROYED.incrementAndGet();
        }
    }

    @ServerEndpoint("/quiet")
    public static class Quiet {}

    /** Knows its session, and the thread that has closed it. */
    @ServerEndpoint(value = "/told", encoders = InParts.class)
    public static class Told {
        private final AtomicReference<Session> session = new AtomicReference<>();
        private final AtomicReference<Thread> closed = new AtomicReference<>();

        @OnOpen
        public void open(Session opened) {
            session.set(opened);
        }

        @OnClose
        public void close() {
            closed.set(Thread.currentThread());
        }
    }
}
