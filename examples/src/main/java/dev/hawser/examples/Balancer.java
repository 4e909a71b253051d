package dev.hawser.examples;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Passes connections on to servers in turn, as a load balancer does, and leaves out those that do not answer. Two
 * threads for each connection: enough for a demonstration, and for nothing else.
 */
final class Balancer {
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
            thread("balancer", () -> accept(socket));
        }
        return chosen;
    }

    private void accept(ServerSocket socket) {
        while (true) {
            try {
                Socket client = socket.accept();
                thread("balancer-connection", () -> connect(client));
            } catch (IOException e) {
                System.err.println("The balancer could not accept a connection: " + e.getMessage());
                return;
            }
        }
    }

    private void connect(Socket client) {
        for (int i = 0; i < servers.size(); i++) {
            InetSocketAddress server = servers.get(Math.floorMod(next.getAndIncrement(), servers.size()));
            Socket to = new Socket();
            try {
                to.connect(server, 1000);
                client.setTcpNoDelay(true);
                to.setTcpNoDelay(true);
            } catch (IOException e) {
                close(to);
                continue; // it has stopped
            }
            thread("balancer-answer", () -> pass(to, client));
            pass(client, to);
            return;
        }
        close(client);
    }

    /** Passes bytes on until one side ends, which ends both. */
    private static void pass(Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            in.transferTo(out);
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

    private static void thread(String name, Runnable action) {
        Thread thread = new Thread(action, name);
        thread.setDaemon(true);
        thread.start();
    }
}
