package dev.hawser.internal.servlet;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * The network between clients and a server on the loopback, whose faults a test chooses: for each direction of the next
 * connections beforehand, at an octet, or for a {@link Link} while it lives.
 */
final class FaultyNetwork implements AutoCloseable {
    /** Small, so that a peer that does not read is soon noticed. */
    private static final int SOCKET_BUFFER = 64 * 1024;

    /** How often a held direction looks whether it is released. */
    private static final long HELD_NANOS = 100_000;

    /** What happens to a direction when so many octets have passed. */
    enum Fault {
        NONE,
        /** Both ends get a TCP reset. */
        RESET,
        /** The receiver gets the end of the stream; the other direction goes on. */
        END,
        /** What follows is lost, and nobody is told: TCP stays as it is. */
        VANISH
    }

    /**
     * How a direction passes octets on.
     *
     * @param segment the most octets that are passed on at once
     * @param pauseNanos the time before each segment
     * @param at how many octets pass before the fault
     */
    record Course(int segment, long pauseNanos, long at, Fault fault) {
        static final Course FAITHFUL = of(Fault.NONE, Long.MAX_VALUE);

        static Course of(Fault fault, long at) {
            return new Course(SOCKET_BUFFER, 0, at, fault);
        }

        Course inSegmentsOf(int octets) {
            return new Course(octets, pauseNanos, at, fault);
        }

        Course pausing(long micros) {
            return new Course(segment, TimeUnit.MICROSECONDS.toNanos(micros), at, fault);
        }
    }

    private final ServerSocket listening = new ServerSocket();
    private final int target;
    private final Set<Link> living = ConcurrentHashMap.newKeySet();
    private final BlockingQueue<Link> links = new LinkedBlockingQueue<>();
    private volatile Course toServer = Course.FAITHFUL;
    private volatile Course toClient = Course.FAITHFUL;

    /** @param target the server's port */
    FaultyNetwork(int target) throws IOException {
        this.target = target;
        listening.setReceiveBufferSize(SOCKET_BUFFER);
        listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        start(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    /** For the connections from now on. */
    FaultyNetwork with(Course towardsServer, Course towardsClient) {
        toServer = towardsServer;
        toClient = towardsClient;
        return this;
    }

    /** The next connection that was accepted. */
    Link link() throws InterruptedException {
        Link next = links.poll(30, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("nobody has connected; the threads: " + ThreadsNow.inOneLine());
        }
        return next;
    }

    /** How many connections have an open socket here. */
    int living() {
        return living.size();
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = listening.accept();
            Socket server = new Socket();
            server.setReceiveBufferSize(SOCKET_BUFFER);
            try {
                server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
            } catch (IOException e) {
                client.close();
                throw e;
            }
            Link link = new Link(client, server, toServer, toClient);
            living.add(link);
            links.add(link);
            start(link.toServer);
            start(link.toClient);
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void start(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        // closed, on purpose or by one of the two ends, which the other is told
                    }
                },
                "faulty-network");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Link link : living) {
            link.reset();
        }
    }

    /** One connection of a client, and the one to the server that belongs to it. */
    final class Link {
        private final Socket client;
        private final Socket server;
        final Direction toServer;
        final Direction toClient;
        /** Guarded by this. */
        private int ended;

        private Link(Socket client, Socket server, Course toServer, Course toClient) throws IOException {
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            this.client = client;
            this.server = server;
            this.toServer = new Direction(this, client, server, toServer);
            this.toClient = new Direction(this, server, client, toClient);
        }

        /** Both ends get a TCP reset. */
        synchronized void reset() throws IOException {
            living.remove(this);
            vanish(); // what is held does not come through either
            for (Socket socket : new Socket[] {client, server}) {
                if (!socket.isClosed()) {
                    socket.setSoLinger(true, 0);
                    socket.close();
                }
            }
            toServer.release();
            toClient.release();
        }

        /** Nothing comes through any more, in either direction. */
        void vanish() {
            toServer.vanish();
            toClient.vanish();
        }

        private synchronized void oneEnded() throws IOException {
            if (++ended == 2) {
                living.remove(this);
                client.close();
                server.close();
            }
        }
    }

    /** One direction of a connection. */
    static final class Direction implements Work {
        private final Link link;
        private final Socket from;
        private final Socket to;
        private final Course course;
        /** Whether what is received is lost. */
        private volatile boolean silent;

        private volatile boolean held;
        /** How many octets come before the one that is changed; negative if none is. */
        private volatile int untouched = -1;
        /** How many octets have come through. */
        private final AtomicLong passed = new AtomicLong();
        /** Whether the receiver was told the end of the stream. Guarded by this. */
        private boolean shut;

        private Direction(Link link, Socket from, Socket to, Course course) {
            this.link = link;
            this.from = from;
            this.to = to;
            this.course = course;
        }

        /** How many octets have come through. */
        long passed() {
            return passed.get();
        }

        void vanish() {
            silent = true;
        }

        /** Of what comes next, one bit of the octet behind so many is changed. */
        void tamper(int ahead) {
            untouched = ahead;
        }

        private void change(byte[] octets, int count) {
            int at = untouched;
            if (at >= count) {
                untouched = at - count;
            } else if (at >= 0) {
                octets[at] ^= 1;
                untouched = -1;
            }
        }

        /** Nothing is passed on until {@link #release}; the sender's socket fills up. */
        void hold() {
            held = true;
        }

        void release() {
            held = false;
        }

        /** The receiver gets the end of the stream, and nothing more. */
        synchronized void end() throws IOException {
            silent = true;
            if (!shut) {
                shut = true;
                to.shutdownOutput();
            }
        }

        @Override
        public void run() throws IOException {
            try {
                pass();
                if (!silent) {
                    end();
                }
                link.oneEnded();
            } catch (IOException e) {
                if (silent) {
                    link.oneEnded(); // the reset is lost, too
                } else {
                    link.reset();
                }
                throw e;
            }
        }

        private void pass() throws IOException {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] octets = new byte[SOCKET_BUFFER];
            while (true) {
                Course now = course;
                long soFar = passed.get();
                if (soFar >= now.at) {
                    strike(now.fault);
                }
                int most = soFar < now.at ? (int) Math.min(now.segment, now.at - soFar) : now.segment;
                int count = in.read(octets, 0, most);
                if (count < 0) {
                    return;
                }
                LockSupport.parkNanos(now.pauseNanos);
                while (held) {
                    LockSupport.parkNanos(HELD_NANOS);
                }
                change(octets, count);
                if (!silent) {
                    out.write(octets, 0, count);
                    passed.addAndGet(count);
                }
            }
        }

        private void strike(Fault fault) throws IOException {
            switch (fault) {
                case RESET -> link.reset();
                case END -> end();
                case VANISH -> vanish();
                case NONE -> {}
            }
        }
    }
}
