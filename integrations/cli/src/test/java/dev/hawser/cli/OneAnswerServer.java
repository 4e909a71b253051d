package dev.hawser.cli;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that gives every opening handshake the same answer. */
final class OneAnswerServer implements AutoCloseable {
    private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final AtomicInteger connections = new AtomicInteger();
    private final String head;
    /** Sent behind an accepted handshake; empty if it is refused. */
    private final byte[] frame;

    private OneAnswerServer(String head, byte[] frame) throws IOException {
        this.head = head;
        this.frame = frame;
        Thread thread = new Thread(this::serve, "one-answer-server");
        thread.setDaemon(true);
        thread.start();
    }

    /** Refuses with this status line and these header lines. */
    OneAnswerServer(String head) throws IOException {
        this(head + "Content-Length: 0\r\nConnection: close\r\n", new byte[0]);
    }

    /** Accepts, and closes with this code at once. */
    static OneAnswerServer closing(int code) throws IOException {
        return accepting("", close(code, ""));
    }

    /** Accepts with these header lines, and sends these frames at once, of which the last one closes. */
    static OneAnswerServer accepting(String lines, byte[]... frames) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] frame : frames) {
            all.writeBytes(frame);
        }
        return new OneAnswerServer(
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" + lines,
                all.toByteArray());
    }

    /** RFC 6455 5.2: FIN and opcode 1, of at most 125 bytes. */
    static byte[] text(String text) {
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(2 + payload.length)
                .put((byte) 0x81)
                .put((byte) payload.length)
                .put(payload)
                .array();
    }

    /** RFC 6455 5.5.1: FIN and opcode 8, of at most 123 bytes behind the code. */
    static byte[] close(int code, String phrase) {
        byte[] payload = phrase.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(4 + payload.length)
                .put((byte) 0x88)
                .put((byte) (2 + payload.length))
                .putShort((short) code)
                .put(payload)
                .array();
    }

    URI uri() {
        return URI.create("ws://127.0.0.1:" + listening.getLocalPort() + "/");
    }

    int connections() {
        return connections.get();
    }

    private void serve() {
        while (!listening.isClosed()) {
            try (Socket socket = listening.accept()) {
                connections.incrementAndGet();
                answer(socket);
            } catch (IOException e) {
                // closed, or a client that has gone
            }
        }
    }

    private void answer(Socket socket) throws IOException {
        BufferedReader request =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        String key = "";
        for (String line = request.readLine(); line != null && !line.isEmpty(); line = request.readLine()) {
            if (line.regionMatches(true, 0, "Sec-WebSocket-Key:", 0, 18)) {
                key = line.substring(18).strip();
            }
        }
        String accept = frame.length == 0 ? "" : "Sec-WebSocket-Accept: " + accept(key) + "\r\n";
        OutputStream out = socket.getOutputStream();
        out.write((head + accept + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        out.write(frame);
        out.flush();
        if (frame.length > 0) {
            socket.getInputStream().read(); // the client's close frame
        }
    }

    /** RFC 6455 4.2.2. */
    private static String accept(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1")
                    .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.ISO_8859_1));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
