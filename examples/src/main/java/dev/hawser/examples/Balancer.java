package dev.hawser.examples;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Passes connections on to servers in turn, as a load balancer does, and leaves out those that do not answer. Two
 * threads for each connection: enough for a demonstration, and for nothing else.
 */
final class Balancer {
    /** How long it waits after a failed accept: what was short may be free again. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final List<InetSocketAddress> servers;
    private final AtomicInteger next = new AtomicInteger();

    Balancer(List<InetSocketAddress> servers) {
        this.servers = List.copyOf(servers);
    }

    /** Listens on each address. Returns the port, which the system chose if {@code port} is 0. */
    int listen(List<InetAddress> addresses, int port) throws IOException {
        int chosen = port;
        for (InetAddress address : addresses) {
            ServerSocket socket = new ServerSocket(chosen, 50, address);
            chosen = socket.getLocalPort();
            serve(socket);
        }
        return chosen;
    }

    /** Accepts connections until the socket is closed. */
    void serve(ServerSocket socket) {
        thread("balancer", () -> accept(socket));
    }

    private void accept(ServerSocket socket) {
        while (!socket.isClosed()) {
            Socket client = null;
            try {
                client = socket.accept();
                Socket accepted = client;
                thread("balancer-connection", () -> connect(accepted));
            } catch (IOException | OutOfMemoryError e) { // such as: too many open files, or no more threads
                if (client != null) {
                    close(client);
                }
                if (!socket.isClosed()) {
                    System.err.println("The balancer could not accept a connection, and goes on: " + e.getMessage());
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            }
        }
    }

    /** Passes bytes on in both directions until both have ended, and closes both sockets. */
    private void connect(Socket client) {
        try (client;
                Socket server = connected()) {
            if (server == null) {
                return;
            }
            client.setTcpNoDelay(true);
            Thread answer = thread("balancer-answer", () -> pass(server, client));
            pass(client, server);
            answer.join();
        } catch (IOException e) {
            // one side has gone, and the other is closed
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A connection to the server whose turn it is, or else to one of the others; null if none answers. */
    private @Nullable Socket connected() {
        int first = next.getAndIncrement(); // drawn once: other threads draw, too, and no server may be left out
        for (int i = 0; i < servers.size(); i++) {
            Socket server = new Socket();
            try {
                server.connect(servers.get(Math.floorMod(first + i, servers.size())), 1000);
                server.setTcpNoDelay(true);
                return server;
            } catch (IOException e) {
                close(server); // it has stopped
            }
        }
        return null;
    }

    /** Passes bytes on until one side ends, and ends the other; an error ends both directions. */
    private static void pass(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException e) {
            close(from);
            close(to);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // it is closed
        }
    }

    private static Thread thread(String name, Runnable action) {
        Thread thread = new Thread(action, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
