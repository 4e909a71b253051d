package dev.hawser.war;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hawser.Dispatch;
import dev.hawser.servlet.RawClient;
import dev.hawser.war.WarServer.Beside;
import dev.hawser.war.WarServer.Container;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A WAR is deployed and undeployed again and again while its clients go on sending; nothing of it is left, and nothing of Hawser where
 * that is in the WAR. A few times in each build; with {@code -Pleaks} a hundred times, in a JVM whose heap does not grow.
 */
class RedeploymentTest {
    private static final int CYCLES = Integer.getInteger("hawser.test.redeployments", 8);
    /** What is left after so many is what a server keeps for the next one. */
    private static final int FIRST = CYCLES < 20 ? CYCLES / 2 : 10;

    private static final int CLIENTS = 4;

    private final ExecutorService threads = Executors.newCachedThreadPool();

    @ParameterizedTest
    @CsvSource({
        "JETTY, NOTHING",
        "JETTY, HAWSER",
        "TOMCAT_10, NOTHING",
        "TOMCAT_11, NOTHING",
        "TOMCAT_11, HAWSER",
        "UNDERTOW, NOTHING",
        "UNDERTOW, HAWSER"
    })
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void nothingIsLeft(Container container, Beside beside) throws Exception {
        nothingIsLeft(container, beside, Map.of());
    }

    @ParameterizedTest
    @EnumSource(
            value = Container.class,
            names = {"JETTY", "TOMCAT_11", "UNDERTOW"})
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void nothingIsLeftOnVirtualThreads(Container container) throws Exception {
        assumeTrue(Dispatch.VIRTUAL_THREADS.isSupported(), "virtual threads are Java 21");
        nothingIsLeft(container, Beside.NOTHING, Map.of("dev.hawser.dispatch", "virtual-threads"));
    }

    private void nothingIsLeft(Container container, Beside beside, Map<String, String> parameters) throws Exception {
        Archive war = beside == Beside.HAWSER ? WarServer.bareWar("") : WarServer.war("");
        Path file = WarServer.file(withTraffic(war).build());
        List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
        try (WarServer server = WarServer.start(container, beside)) {
            cycles(FIRST, server, file, parameters, loaders);
            Leftovers first = settled(loaders, null);
            cycles(CYCLES - FIRST, server, file, parameters, loaders);
            Leftovers last = settled(loaders, first);
            System.out.printf("%s, Hawser %s, after %d: %s%n", container, beside, FIRST, first);
            System.out.printf("%s, Hawser %s, after %d: %s%n", container, beside, CYCLES, last);
            assertTrue(
                    last.isNoMoreThan(first),
                    first + " became " + last + "; threads " + last.threads() + ", more objects "
                            + last.moreObjectsThan(first));
        } finally {
            threads.shutdownNow();
        }
    }

    private static Archive withTraffic(Archive war) throws IOException {
        return war.webClass(WarTraffic.class)
                .webClass(WarTraffic.Word.class)
                .webClass(WarTraffic.WordEncoder.class)
                .webClass(WarTraffic.WithHttpSession.class)
                .webClass(WarTraffic.Client.class);
    }

    private void cycles(
            int count,
            WarServer server,
            Path war,
            Map<String, String> parameters,
            List<WeakReference<ClassLoader>> loaders)
            throws Exception {
        for (int i = 0; i < count; i++) {
            loaders.add(new WeakReference<>(server.deploy(war, parameters)));
            List<Client> clients = new ArrayList<>();
            List<Future<Integer>> ends = new ArrayList<>();
            for (int c = 0; c < CLIENTS; c++) {
                Client client = new Client(server.port());
                clients.add(client);
                ends.add(threads.submit(client::goOn));
            }
            for (Client client : clients) {
                client.awaitRounds(3);
            }
            server.undeploy();
            for (Future<Integer> end : ends) {
                assertEquals(1001, end.get(20, TimeUnit.SECONDS), "cycle " + i);
            }
        }
    }

    /** Sends, and reads what comes back, until it is told the end. */
    private static final class Client {
        private final RawClient connection;
        private final AtomicInteger rounds = new AtomicInteger();

        Client(int port) throws IOException {
            connection = new RawClient(port);
            connection.send(RawClient.handshake("/traffic", "Sec-WebSocket-Extensions: permessage-deflate"));
            connection.readHead();
            assertTrue(connection.upgraded().head().contains("permessage-deflate"), connection.head());
            connection.sendText("ws://127.0.0.1:" + port + "/echo");
            assertEquals(0x81, connection.readFrame().first());
        }

        void awaitRounds(int count) {
            await("clients are served", () -> rounds.get() >= count);
        }

        int goOn() throws IOException {
            String longText = "x".repeat(20_000);
            try (connection) {
                while (true) {
                    connection.sendText(longText);
                    connection.sendFrame(0x82, new byte[100]);
                    connection.sendHex("c187 37fa213d c5b2ecf4 fefd21"); // "Hello" as in RFC 7692 7.2.3.1, masked
                    for (int replies = 0; replies < 3; replies++) {
                        RawClient.Frame frame = connection.readFrame();
                        if (frame.first() == 0x88) {
                            connection.sendFrame(0x88, frame.payload());
                            connection.readToEnd();
                            return (frame.payload()[0] & 0xff) << 8 | frame.payload()[1] & 0xff;
                        }
                    }
                    rounds.incrementAndGet();
                }
            }
        }
    }

    /** Waits until the loaders are collected, and whatever ends a little later than its application has ended. */
    private static Leftovers settled(List<WeakReference<ClassLoader>> loaders, Leftovers before) throws Exception {
        long collected = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!left(loaders).isEmpty()) {
            assertTrue(
                    System.nanoTime() < collected,
                    () -> "the class loaders of these of " + loaders.size() + " cycles are not collected: "
                            + left(loaders));
            System.gc();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        Leftovers now = Leftovers.now();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(before == null ? 3 : 15);
        while (System.nanoTime() < deadline && !(before == null ? now.threads().isEmpty() : now.isNoMoreThan(before))) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            now = Leftovers.now();
        }
        return now;
    }

    private static List<Integer> left(List<WeakReference<ClassLoader>> loaders) {
        return IntStream.range(0, loaders.size())
                .filter(i -> loaders.get(i).get() != null)
                .boxed()
                .toList();
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, () -> "not in time: " + what);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }
}
