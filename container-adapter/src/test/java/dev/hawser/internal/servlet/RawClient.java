package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.jetty.TestCertificate;
import dev.hawser.logs.SecretsInLogs;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * A socket and literal bytes: nothing of Hawser is in between, so a fault there cannot cancel one out in the server.
 */
public final class RawClient implements AutoCloseable {
    private static final byte[] MASK = {0x37, (byte) 0xfa, 0x21, 0x3d}; // the key of the examples in RFC 6455 5.7

    private final Socket socket;
    private String head = "";

    /** Sends a well-formed opening handshake and reads the head of the response. */
    public RawClient(int port, String path) throws IOException {
        this(port);
        send(handshake(path));
        head = readHead();
    }

    /** Only connects. */
    public RawClient(int port) throws IOException {
        this(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    /** Takes a connection over, such as one of TLS. */
    public RawClient(Socket connected) throws IOException {
        socket = connected;
        socket.setSoTimeout(30_000);
        socket.setTcpNoDelay(true);
    }

    /** Connects, plain or with TLS, does the opening handshake, and is upgraded. */
    static RawClient open(TestServer server, boolean secure, String path) throws Exception {
        Socket socket = secure
                ? new TestCertificate().trusting().createSocket(InetAddress.getLoopbackAddress(), server.tlsPort())
                : new Socket(InetAddress.getLoopbackAddress(), server.port());
        RawClient client = new RawClient(socket);
        client.send(handshake(path));
        client.readHead();
        return client.upgraded();
    }

    /** The opening handshake of RFC 6455 1.3, with further header lines and those that are secrets. */
    public static String handshake(String path, String... lines) {
        StringBuilder request = new StringBuilder(
                "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n");
        for (String line : SecretsInLogs.withFields(lines)) {
            request.append(line).append("\r\n");
        }
        return request.append("\r\n").toString();
    }

    public String head() {
        return head;
    }

    /** The status of the response, as {@code 101}. */
    public int status() {
        return Integer.parseInt(head.substring(9, 12));
    }

    public RawClient upgraded() {
        assertEquals(101, status(), head);
        assertTrue(head.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), head); // RFC 6455 1.3
        return this;
    }

    public void send(String ascii) throws IOException {
        send(ascii.getBytes(StandardCharsets.ISO_8859_1));
    }

    public void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    /** Sends bytes written as hex; blanks are ignored. */
    public void sendHex(String hex) throws IOException {
        send(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    /** Sends one masked frame. */
    public void sendFrame(int firstByte, byte[] payload) throws IOException {
        send(frame(firstByte, payload));
    }

    /** The bytes of a masked frame. */
    static byte[] frame(int firstByte, byte[] payload) {
        java.io.ByteArrayOutputStream frame = new java.io.ByteArrayOutputStream();
        frame.write(firstByte);
        if (payload.length < 126) {
            frame.write(0x80 | payload.length);
        } else if (payload.length < 1 << 16) {
            frame.write(0x80 | 126);
            frame.write(payload.length >> 8);
            frame.write(payload.length);
        } else {
            frame.write(0x80 | 127);
            frame.writeBytes(
                    ByteBuffer.allocate(Long.BYTES).putLong(payload.length).array());
        }
        frame.writeBytes(MASK);
        for (int i = 0; i < payload.length; i++) {
            frame.write(payload[i] ^ MASK[i & 3]);
        }
        return frame.toByteArray();
    }

    public void sendText(String text) throws IOException {
        sendFrame(0x81, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Reads one unmasked frame, as {@code opcode:payload} in hex digits and text, such as {@code 1:hello}. */
    public Frame readFrame() throws IOException {
        int first = octet();
        int length = octet();
        if (length == 126) {
            length = octet() << 8 | octet();
        } else if (length == 127) {
            length = Math.toIntExact(ByteBuffer.wrap(socket.getInputStream().readNBytes(Long.BYTES))
                    .getLong());
        }
        byte[] payload = socket.getInputStream().readNBytes(length);
        if (payload.length < length) {
            throw new EOFException("in a frame");
        }
        return new Frame(first, payload);
    }

    /** The text that comes back has a secret in front, which must not be logged. */
    public void assertEchoes(String words) throws IOException {
        assertEchoesOnly("pl4nted " + words);
    }

    /** For a server to which the length matters. */
    public void assertEchoesOnly(String text) throws IOException {
        sendText(text);
        Frame frame = readFrame();
        assertEquals(0x81, frame.first());
        assertEquals(text, frame.text());
    }

    /**
     * Reads frames until a close frame comes, and gives its code; 1005 if it has none; 1006 if the stream ends without
     * one.
     */
    public int readCloseCode() throws IOException {
        try {
            while (true) {
                Frame frame = readFrame();
                if (frame.first() == 0x88) {
                    byte[] payload = frame.payload();
                    return payload.length < 2 ? 1005 : (payload[0] & 0xff) << 8 | payload[1] & 0xff;
                }
            }
        } catch (EOFException | java.net.SocketException e) {
            return 1006;
        }
    }

    /** Reads until the server closes TCP. */
    public byte[] readToEnd() throws IOException {
        return socket.getInputStream().readAllBytes();
    }

    public String readHead() throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.indexOf("\r\n\r\n") < 0) {
            text.append((char) octet());
        }
        head = text.toString();
        return head;
    }

    /** Reads as many bytes of a body as the response's Content-Length says. */
    public String readBody() throws IOException {
        int at = head.toLowerCase(java.util.Locale.ROOT).indexOf("content-length: ");
        int length = Integer.parseInt(head.substring(at + 16, head.indexOf('\r', at)));
        return new String(socket.getInputStream().readNBytes(length), StandardCharsets.UTF_8);
    }

    /** Ends the connection with RST instead of FIN. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    public Socket socket() {
        return socket;
    }

    private int octet() throws IOException {
        InputStream in = socket.getInputStream();
        int octet;
        try {
            octet = in.read();
        } catch (SocketTimeoutException e) {
            throw new SocketTimeoutException(e.getMessage() + "; the threads: " + ThreadsNow.inOneLine());
        }
        if (octet < 0) {
            throw new EOFException();
        }
        return octet;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** One frame as received. */
    public record Frame(int first, byte[] payload) {
        public String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }
    }
}
