package dev.hawser.brokers;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The network between a node and its broker, which can be slow, and can lose the host while TCP stays as it is. */
public final class FaultyProxy implements AutoCloseable {
    private static final int MOST_CHUNKS = 1000;

    /** Bytes, and when they are passed on, by {@link System#nanoTime}. */
    private record Chunk(byte[] bytes, long due) {}

    private final ServerSocket server;
    private final int target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private volatile boolean vanished;
    private volatile long delay;

    /** @param target a port of the loopback */
    public FaultyProxy(int target) throws IOException {
        this.target = target;
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        thread(this::accept);
    }

    /** Where it listens, on the loopback. */
    public int port() {
        return server.getLocalPort();
    }

    /** From now on nothing comes through, but no connection breaks, until {@link #comesBack}. */
    public void vanishes() {
        vanished = true;
    }

    /** What has not come through, comes. */
    public void comesBack() {
        vanished = false;
    }

    /** How many connections have reached the target. */
    public int connections() {
        return accepted.get();
    }

    /** Delays all in both directions. */
    public void delay(long millis) {
        delay = TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private void accept() throws IOException, InterruptedException {
        while (!server.isClosed()) {
            Socket from = server.accept();
            Socket to = reached(from);
            if (to == null) {
                continue;
            }
            from.setTcpNoDelay(true);
            to.setTcpNoDelay(true);
            accepted.incrementAndGet();
            sockets.add(from);
            sockets.add(to);
            pass(from, to);
            pass(to, from);
        }
    }

    /** A connection to the target. If nobody listens there, the other side is closed, and this is null. */
    private @Nullable Socket reached(Socket from) throws IOException {
        try {
            return new Socket(InetAddress.getLoopbackAddress(), target);
        } catch (ConnectException e) {
            from.close();
            return null;
        }
    }

    private void pass(Socket from, Socket to) {
        BlockingQueue<Chunk> way = new LinkedBlockingQueue<>(MOST_CHUNKS);
        thread(() -> {
            try (from) {
                InputStream in = from.getInputStream();
                byte[] bytes = new byte[1 << 16];
                for (int length = in.read(bytes); length >= 0; length = in.read(bytes)) {
                    way.put(new Chunk(Arrays.copyOf(bytes, length), System.nanoTime() + delay));
                }
            } finally {
                sockets.remove(from);
                way.put(new Chunk(new byte[0], System.nanoTime()));
            }
        });
        thread(() -> {
            try (to) {
                OutputStream out = to.getOutputStream();
                for (Chunk each = way.take(); each.bytes.length > 0; each = way.take()) {
                    while ((vanished || each.due - System.nanoTime() > 0) && !server.isClosed()) {
                        LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(500));
                    }
                    out.write(each.bytes);
                }
            }
        });
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private static void thread(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        // the connection has ended, on this side or on the other
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "faulty-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket each : sockets) {
            each.close();
        }
    }
}
