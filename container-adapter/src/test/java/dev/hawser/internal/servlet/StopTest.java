package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.servlet.TestServer.Application;
import dev.hawser.internal.servlet.TestServer.Container;
import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.net.SocketException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What peers see of an application that stops, alone or with its server, on every container: 1001 whatever they are
 * doing, and no wait without end.
 */
class StopTest {
    private static final Map<String, String> PARAMETERS = Map.of("dev.hawser.stopTimeout", "2s");
    /** From JDK 25 on the common pool has one thread for all such tasks where there are two processors. */
    private static final Executor OWN_THREADS = task -> new Thread(task, "stop-test").start();

    /** Echoes. */
    @ServerEndpoint("/echo")
    public static class Echo {
        @OnMessage
        public String echo(String text) {
            return text;
        }
    }

    /** Never returns, if it is not interrupted. */
    @ServerEndpoint("/block")
    public static class Blocker {
        static volatile CountDownLatch entered = new CountDownLatch(1);

        @OnMessage
        public void block(String text) throws InterruptedException {
            entered.countDown();
            new CountDownLatch(1).await();
        }
    }

    private enum How {
        UNDEPLOY {
            @Override
            void stop(TestServer server) throws Exception {
                server.undeploy();
            }
        },
        SERVER {
            @Override
            void stop(TestServer server) throws Exception {
                server.close();
            }
        };

        abstract void stop(TestServer server) throws Exception;
    }

    static Stream<Arguments> stops() {
        return Container.underTest().flatMap(c -> Stream.of(How.values()).map(how -> Arguments.of(c, how)));
    }

    @ParameterizedTest
    @MethodSource("stops")
    void everyPeerIsTold1001AndNobodyIsWaitedForWithoutEnd(Container container, How how) throws Exception {
        Blocker.entered = new CountDownLatch(1);
        TestServer server =
                container.start(Application.of(Echo.class, Blocker.class).with(PARAMETERS));
        try (RawClient idle = server.connect("/echo").upgraded();
                RawClient busy = server.connect("/echo").upgraded();
                RawClient blocked = server.connect("/block").upgraded();
                RawClient dead = server.connect("/echo").upgraded()) {
            blocked.sendText("wait");
            dead.assertEchoes("alive");
            assertTrue(Blocker.entered.await(30, TimeUnit.SECONDS));
            CompletableFuture<Integer> busyEnd =
                    CompletableFuture.supplyAsync(() -> sendUntilClosed(busy), OWN_THREADS);

            CompletableFuture<Void> stopped = CompletableFuture.runAsync(
                    () -> {
                        try {
                            how.stop(server);
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        }
                    },
                    OWN_THREADS);
            assertEquals(1001, idle.readCloseCode());
            assertTrue(!isServed(server), "a handshake that comes later");
            idle.sendFrame(0x88, new byte[] {0x03, (byte) 0xe9}); // 1001
            assertEquals(0, idle.readToEnd().length);
            assertEquals(1001, busyEnd.get(30, TimeUnit.SECONDS));
            assertEquals(1001, blocked.readCloseCode());
            stopped.get(30, TimeUnit.SECONDS);

            assertEquals(1001, dead.readCloseCode()); // it had been told, and was cut when it did not answer
            assertTrue(isCut(dead), "the dead peer's connection");
        } finally {
            server.close();
        }
    }

    private static int sendUntilClosed(RawClient client) {
        try {
            while (true) {
                client.sendText("x".repeat(1000));
                RawClient.Frame frame = client.readFrame();
                if (frame.first() == 0x88) {
                    client.sendFrame(0x88, frame.payload());
                    return (frame.payload()[0] & 0xff) << 8 | frame.payload()[1] & 0xff;
                }
            }
        } catch (IOException e) {
            return 1006;
        }
    }

    private static boolean isServed(TestServer server) {
        try (RawClient late = server.connect("/echo")) {
            return late.status() == 101;
        } catch (IOException e) {
            return false; // the port is closed already
        }
    }

    private static boolean isCut(RawClient client) throws IOException {
        try {
            return client.readToEnd().length == 0;
        } catch (SocketException e) {
            return true;
        }
    }
}
