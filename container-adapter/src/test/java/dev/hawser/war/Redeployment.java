package dev.hawser.war;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.servlet.RawClient;
import dev.hawser.war.Leftovers.Left;
import dev.hawser.war.WarServer.Beside;
import dev.hawser.war.WarServer.Container;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/** A container to which one WAR is deployed again and again, while its clients go on sending. */
final class Redeployment {
    /** Begins the line in which a JVM of its own tells what is left. */
    static final String RESULT = "Left: ";

    private static final int CLIENTS = 4;

    /** Between two looks. The JVM keeps what it needed for one of them for up to five seconds. */
    private static final Duration PAUSE = NativeMemory.isComparable() ? Duration.ofSeconds(6) : Duration.ofMillis(100);

    private final Container container;
    private final Beside beside;
    private final int cycles;
    private final Seed seed;
    private final Map<String, String> parameters;
    /** After so many, a server keeps for the next one what it will ever keep. */
    private final int first;

    private final List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
    private final ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);

    /**
     * @param seed leaves something behind in each cycle that is compared with the first ones
     * @param parameters the context parameters of the application
     */
    Redeployment(Container container, Beside beside, int cycles, Seed seed, Map<String, String> parameters) {
        this.container = container;
        this.beside = beside;
        this.cycles = cycles;
        this.seed = seed;
        this.parameters = parameters;
        this.first = cycles < 20 ? cycles / 2 : 10;
    }

    /** In a JVM of its own: container, {@link Beside}, cycles, seed. */
    public static void main(String[] args) {
        int status = 1;
        try {
            Set<Left> left = new Redeployment(
                            Container.valueOf(args[0]),
                            Beside.valueOf(args[1]),
                            Integer.parseInt(args[2]),
                            Seed.valueOf(args[3]),
                            Map.of())
                    .run();
            System.out.println(RESULT + left);
            status = 0;
        } catch (Throwable e) {
            System.getLogger(Redeployment.class.getName()).log(System.Logger.Level.ERROR, "This failed", e);
        } finally {
            System.exit(status); // whatever threads the container or a seed has left
        }
    }

    /** What there is more of after all cycles than after the first ones. */
    Set<Left> run() throws Exception {
        Archive war = beside == Beside.HAWSER ? WarServer.bareWar("") : WarServer.war("");
        Path file = WarServer.file(withTraffic(war).build());
        try (WarServer server = WarServer.start(container, beside)) {
            cycles(0, first, server, file);
            Leftovers before = settled();
            tell(first, before.toString());
            cycles(first, cycles, server, file);
            Leftovers after = settled(before);
            tell(cycles, after.toString());
            if (after.nativeMemory() != null) {
                tell(cycles, "KiB of the JVM's " + after.nativeMemory().since(before.nativeMemory()));
            }
            Set<Left> left = new TreeSet<>(after.moreThan(before));
            if (!uncollected().isEmpty()) {
                left.add(Left.CLASS_LOADERS);
            }
            if (!left.isEmpty()) {
                tell(
                        cycles,
                        "more objects " + after.moreObjectsThan(before) + ", threads " + after.threads()
                                + ", class loaders of cycles " + uncollected());
            }
            return left;
        } finally {
            threads.shutdownNow();
        }
    }

    private void tell(int cycle, String what) {
        System.out.printf("%s, Hawser %s, after %d: %s%n", container, beside, cycle, what);
    }

    private static Archive withTraffic(Archive war) throws IOException {
        return war.webClass(WarTraffic.class)
                .webClass(WarTraffic.Word.class)
                .webClass(WarTraffic.Key.class)
                .webClass(WarTraffic.WordEncoder.class)
                .webClass(WarTraffic.WithHttpSession.class)
                .webClass(WarTraffic.Client.class);
    }

    private void cycles(int from, int to, WarServer server, Path war) throws Exception {
        for (int i = from; i < to; i++) {
            ClassLoader application = server.deploy(war, parameters);
            loaders.add(new WeakReference<>(application));
            if (i >= first) {
                seed.plant(application);
            }
            application = null;
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
                assertEquals(1001, end.get(30, TimeUnit.SECONDS), "cycle " + i);
            }
            if (NativeMemory.isComparable()) {
                System.gc(); // else it depends on chance how many applications there are at a time at most
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

    /**
     * What the first applications left, once it has settled: the least of some seconds, in which the JVM, too, gives
     * back what it took.
     */
    private Leftovers settled() throws Exception {
        collect();
        Leftovers least = Leftovers.now();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(NativeMemory.isComparable() ? 15 : 3);
        while (System.nanoTime() < deadline
                && (NativeMemory.isComparable() || !least.threads().isEmpty())) {
            LockSupport.parkNanos(PAUSE.toNanos());
            Leftovers now = Leftovers.now();
            if (!least.threads().isEmpty()
                    || least.nativeMemory() == null
                    || now.nativeMemory().bytes() < least.nativeMemory().bytes()) {
                least = now;
            }
        }
        return least;
    }

    /** What all have left: waits for whatever ends a little later than its application has ended. */
    private Leftovers settled(Leftovers before) throws Exception {
        collect();
        Leftovers now = Leftovers.now();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (System.nanoTime() < deadline && !now.moreThan(before).isEmpty()) {
            LockSupport.parkNanos(PAUSE.toNanos());
            now = Leftovers.now();
        }
        return now;
    }

    private void collect() {
        System.gc();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!uncollected().isEmpty() && System.nanoTime() < deadline) {
            System.gc();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    /** The cycles whose class loaders are still there. */
    private List<Integer> uncollected() {
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
