package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hawser.internal.servlet.TestServer.Application;
import dev.hawser.internal.servlet.TestServer.Container;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An application that stops when it has accepted a handshake and the response is still to be sent: that peer is told
 * 1001, too.
 */
class StopDuringHandshakeTest {
    /** Echoes. */
    @ServerEndpoint("/echo")
    public static class Echo {
        @OnMessage
        public String echo(String text) {
            return text;
        }
    }

    /** Keeps an accepted handshake until the stop has begun and its thread waits, or has gone on without waiting. */
    private static final class Hold extends HttpFilter {
        final transient CountDownLatch accepted = new CountDownLatch(1);
        transient volatile Thread stop = Thread.currentThread();

        @Override
        protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws IOException, ServletException {
            Deployment deployment = Deployment.of(getServletContext());
            chain.doFilter(request, response);
            accepted.countDown();
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (System.nanoTime() < deadline
                    && !(deployment.runtime().isClosing()
                            && (!stop.isAlive() || stop.getState() == Thread.State.TIMED_WAITING))) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.hawser.internal.servlet.TestServer$Container#underTestWithHttp2")
    void thePeerIsTold1001(Container container) throws Exception {
        Hold hold = new Hold();
        TestServer server = container.start(Application.of(Echo.class)
                .with(Map.of("dev.hawser.stopTimeout", "10s"))
                .with(hold));
        try {
            CompletableFuture<RawClient> connecting = CompletableFuture.supplyAsync(() -> {
                try {
                    return server.connect("/echo").upgraded();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            hold.accepted.await(30, TimeUnit.SECONDS);
            Thread stop = new Thread(() -> {
                try {
                    server.undeploy();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            hold.stop = stop;
            stop.start();
            try (RawClient client = connecting.get(30, TimeUnit.SECONDS)) {
                assertEquals(1001, client.readCloseCode());
                client.sendFrame(0x88, new byte[] {0x03, (byte) 0xe9}); // 1001
                assertEquals(0, client.readToEnd().length);
            }
            stop.join(20_000);
        } finally {
            server.close();
        }
    }
}
