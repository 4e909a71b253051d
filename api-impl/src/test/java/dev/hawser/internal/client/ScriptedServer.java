package dev.hawser.internal.client;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import org.jspecify.annotations.Nullable;

/** A server whose connections do what a script says, each on a thread of its own. */
final class ScriptedServer implements AutoCloseable {
    /** What one connection does. When it returns, the connection is closed. */
    interface Script {
        void run(Peer peer) throws IOException;
    }

    private final ServerSocket server;
    private final boolean secure;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    /** The heads of all requests, in their order. */
    final BlockingQueue<String> heads = new LinkedBlockingQueue<>();

    ScriptedServer(@Nullable SSLContext tls, Script script) throws IOException {
        this(
                tls == null
                        ? new ServerSocket(0, 200, InetAddress.getLoopbackAddress())
                        : tls.getServerSocketFactory().createServerSocket(0, 200, InetAddress.getLoopbackAddress()),
                script);
    }

    /** On a socket that is bound already. */
    ScriptedServer(ServerSocket bound, Script script) {
        server = bound;
        secure = bound instanceof SSLServerSocket;
        daemon(() -> {
            while (true) {
                Socket socket = server.accept();
                sockets.add(socket);
                daemon(() -> {
                    try (socket) {
                        script.run(new Peer(socket));
                    }
                });
            }
        });
    }

    ScriptedServer(Script script) throws IOException {
        this((SSLContext) null, script);
    }

    int port() {
        return server.getLocalPort();
    }

    URI uri(String pathAndQuery) {
        return URI.create((secure ? "wss" : "ws") + "://localhost:" + port() + pathAndQuery);
    }

    String nextHead() throws InterruptedException {
        String head = heads.poll(30, TimeUnit.SECONDS);
        if (head == null) {
            throw new AssertionError("no request came");
        }
        return head;
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void daemon(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        // the client hung up, or the test is over
                    }
                },
                "scripted-server");
        thread.setDaemon(true);
        thread.start();
    }

    /** The value of a header field of a request's head; "" if it has none. */
    static String field(String head, String name) {
        for (String line : head.split("\r\n")) {
            if (line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":")) {
                return line.substring(name.length() + 1).strip();
            }
        }
        return "";
    }

    /** A valid 101 to a request, up to its end, with more fields if there are any. */
    static String accept(String head, String... fields) {
        String accept = dev.hawser.internal.protocol.handshake.AcceptKey.of(field(head, "Sec-WebSocket-Key"));
        return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                + accept + "\r\n"
                + String.join("", List.of(fields).stream().map(f -> f + "\r\n").toList()) + "\r\n";
    }

    /** A connection as its script sees it. */
    final class Peer {
        final Socket socket;
        final InputStream in;
        final OutputStream out;

        Peer(Socket socket) throws IOException {
            this.socket = socket;
            this.in = socket.getInputStream();
            this.out = socket.getOutputStream();
        }

        /** Reads a request's head. */
        String head() throws IOException {
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                head.write(read());
            }
            String text = head.toString(StandardCharsets.ISO_8859_1);
            heads.add(text);
            return text;
        }

        int read() throws IOException {
            int octet = in.read();
            if (octet < 0) {
                throw new EOFException();
            }
            return octet;
        }

        void send(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
        }

        /** Says nothing and waits until the client hangs up. */
        void staySilent() throws IOException {
            while (in.read() >= 0) {
                // whatever it says
            }
        }

        /** Answers the opening handshake, then {@link #echo}. */
        void echoWebSocket(String... fields) throws IOException {
            send(accept(head(), fields));
            echo();
        }

        /** Sends each frame of at most 125 bytes back without its mask, up to and including a close frame. */
        void echo() throws IOException {
            int first;
            do {
                first = read();
                byte[] payload = new byte[read() & 0x7F];
                byte[] mask = in.readNBytes(4);
                if (in.readNBytes(payload, 0, payload.length) < payload.length) {
                    throw new EOFException();
                }
                for (int i = 0; i < payload.length; i++) {
                    payload[i] ^= mask[i % 4];
                }
                out.write(first);
                out.write(payload.length);
                out.write(payload);
                out.flush();
            } while ((first & 0xF) != 8);
        }

        /** Carries the bytes of both directions to another port, as a proxy's tunnel does. */
        void tunnelTo(int port) throws IOException {
            tunnelTo(InetAddress.getLoopbackAddress(), port);
        }

        void tunnelTo(InetAddress address, int port) throws IOException {
            try (Socket target = new Socket(address, port)) {
                sockets.add(target);
                daemon(() -> target.getInputStream().transferTo(out));
                in.transferTo(target.getOutputStream());
            }
        }
    }
}
