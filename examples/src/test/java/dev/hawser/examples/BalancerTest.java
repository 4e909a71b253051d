package dev.hawser.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The balancer, between clients and a server that sends back what it gets, and one that is dead. */
class BalancerTest {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();

    private ServerSocket echo;
    private InetSocketAddress dead;

    @BeforeEach
    void start() throws IOException {
        echo = new ServerSocket(0, 500, HERE);
        Thread server = new Thread(this::serve, "echo");
        server.setDaemon(true);
        server.start();
        try (ServerSocket gone = new ServerSocket(0, 1, HERE)) {
            dead = new InetSocketAddress(HERE, gone.getLocalPort());
        }
    }

    @AfterEach
    void end() throws IOException {
        echo.close();
    }

    private void serve() {
        try {
            while (true) {
                try (Socket client = echo.accept()) {
                    client.getOutputStream().write(client.getInputStream().read());
                    assertEquals(-1, client.getInputStream().read());
                }
            }
        } catch (IOException e) {
            // the test has ended
        }
    }

    private InetSocketAddress alive() {
        return new InetSocketAddress(HERE, echo.getLocalPort());
    }

    /** What a client gets back for the byte 7; -1 if it is refused. */
    private static int exchange(int port) throws IOException {
        try (Socket client = new Socket(HERE, port)) {
            client.setSoTimeout(30_000);
            client.getOutputStream().write(7);
            int answer = client.getInputStream().read();
            client.shutdownOutput();
            assertEquals(-1, client.getInputStream().read());
            return answer;
        }
    }

    @Test
    void noClientIsRefusedWhileOneServerLives() throws Exception {
        int port = new Balancer(List.of(dead, alive())).listen(List.of(HERE), 0);
        ExecutorService clients = Executors.newFixedThreadPool(32);
        try {
            CountDownLatch go = new CountDownLatch(1);
            List<Future<Integer>> answers = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                answers.add(clients.submit(() -> {
                    go.await();
                    return exchange(port);
                }));
            }
            go.countDown();
            for (Future<Integer> answer : answers) {
                assertEquals(7, answer.get(30, TimeUnit.SECONDS));
            }
        } finally {
            clients.shutdownNow();
        }
    }

    @Test
    void aConnectionThatHasEndedLeavesNoDescriptor() throws Exception {
        int port = new Balancer(List.of(alive())).listen(List.of(HERE), 0);
        exchange(port);
        UnixOperatingSystemMXBean system = (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long before = system.getOpenFileDescriptorCount();
        for (int i = 0; i < 100; i++) {
            assertEquals(7, exchange(port));
        }
        await(
                () -> system.getOpenFileDescriptorCount() < before + 20,
                () -> before + " descriptors before, " + system.getOpenFileDescriptorCount() + " after");
    }

    @Test
    void itGoesOnAfterAnAcceptThatFailed() throws Exception {
        AtomicInteger accepts = new AtomicInteger();
        ServerSocket failing = new ServerSocket(0, 50, HERE) {
            @Override
            public Socket accept() throws IOException {
                switch (accepts.getAndIncrement()) {
                    case 0 -> throw new IOException("Too many open files");
                    case 1 -> throw new OutOfMemoryError("unable to create native thread");
                    default -> {
                        return super.accept();
                    }
                }
            }
        };
        try (failing) {
            new Balancer(List.of(alive())).serve(failing);
            assertEquals(7, exchange(failing.getLocalPort()));
        }
    }

    private static void await(BooleanSupplier condition, Supplier<String> message) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, message);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }
}
