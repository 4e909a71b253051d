package dev.hawser.tck.wire;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One TCP connection to a WebSocket server on 127.0.0.1. Every read fails after 30 seconds. Not thread-safe.
 *
 * <p>Frames it sends are masked with a fixed key, so that a failing test shows the same octets each time.
 */
public final class WireClient implements AutoCloseable {

    private static final int DEADLINE_MILLIS = 30_000;
    private static final byte[] MASK = {0x37, (byte) 0xFA, 0x21, 0x3D};

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private final HandshakeResponse response;

    /**
     * Connects and sends an opening handshake (RFC 6455 section 4.1).
     *
     * @param port the server's port
     * @param target path and query of the request line, unchanged
     * @param headers further header lines, unchanged; one of the usual headers given here replaces the usual one
     * @throws IOException if there is no answer
     */
    public WireClient(int port, String target, String... headers) throws IOException {
        socket = new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port);
        socket.setSoTimeout(DEADLINE_MILLIS);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
        out.write(request(port, target, headers).getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
        response = readResponse();
    }

    private static String request(int port, String target, String... headers) {
        Map<String, String> lines = new LinkedHashMap<>();
        for (String line : List.of(
                "Host: 127.0.0.1:" + port,
                "Upgrade: websocket",
                "Connection: Upgrade",
                // The key of the example in RFC 6455 section 1.3.
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                "Sec-WebSocket-Version: 13")) {
            lines.put(nameOf(line), line);
        }
        for (String line : headers) {
            lines.merge(nameOf(line), line, (usual, given) -> given);
        }
        return "GET " + target + " HTTP/1.1\r\n" + String.join("\r\n", lines.values()) + "\r\n\r\n";
    }

    private static String nameOf(String line) {
        return line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT);
    }

    private HandshakeResponse readResponse() throws IOException {
        int status = Integer.parseInt(readLine().split(" ", 3)[1]);
        Map<String, List<String>> headers = new LinkedHashMap<>();
        for (String line = readLine(); !line.isEmpty(); line = readLine()) {
            headers.computeIfAbsent(nameOf(line), name -> new ArrayList<>())
                    .add(line.substring(line.indexOf(':') + 1).strip());
        }
        return new HandshakeResponse(status, headers);
    }

    private String readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int octet = in.readUnsignedByte(); octet != '\n'; octet = in.readUnsignedByte()) {
            line.write(octet);
        }
        return line.toString(StandardCharsets.ISO_8859_1).strip();
    }

    /** The answer to the opening handshake. */
    public HandshakeResponse response() {
        return response;
    }

    /** Sends a whole text message in one frame. */
    public WireClient sendText(String text) throws IOException {
        return send(true, Frame.TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends a whole binary message in one frame. */
    public WireClient sendBinary(int... octets) throws IOException {
        byte[] payload = new byte[octets.length];
        for (int i = 0; i < octets.length; i++) {
            payload[i] = (byte) octets[i];
        }
        return send(true, Frame.BINARY, payload);
    }

    /** Sends a close frame. */
    public WireClient sendClose(int code, String reason) throws IOException {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        return send(
                true,
                Frame.CLOSE,
                ByteBuffer.allocate(2 + text.length)
                        .putChar((char) code)
                        .put(text)
                        .array());
    }

    /** Sends a frame (RFC 6455 section 5.2). */
    public WireClient send(boolean fin, int opcode, byte[] payload) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write((fin ? 0x80 : 0) | opcode);
        if (payload.length < 126) {
            frame.write(0x80 | payload.length);
        } else if (payload.length < 1 << 16) {
            frame.write(0x80 | 126);
            frame.writeBytes(
                    ByteBuffer.allocate(2).putChar((char) payload.length).array());
        } else {
            frame.write(0x80 | 127);
            frame.writeBytes(ByteBuffer.allocate(8).putLong(payload.length).array());
        }
        frame.writeBytes(MASK);
        for (int i = 0; i < payload.length; i++) {
            frame.write(payload[i] ^ MASK[i & 3]);
        }
        out.write(frame.toByteArray());
        out.flush();
        return this;
    }

    /**
     * Receives a frame.
     *
     * @throws EOFException if the server ended the connection instead
     * @throws java.net.SocketTimeoutException if there is none for 30 seconds
     */
    public Frame receive() throws IOException {
        int first = in.readUnsignedByte();
        int second = in.readUnsignedByte();
        long length = second & 0x7F;
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = in.readLong();
        }
        if ((second & 0x80) != 0) {
            throw new IOException("A server must not mask a frame (RFC 6455 section 5.1)");
        }
        byte[] payload = new byte[Math.toIntExact(length)];
        in.readFully(payload);
        return new Frame((first & 0x80) != 0, first & 0x0F, payload);
    }

    /** Receives a whole text message; answers pings and leaves out pongs that come before it. */
    public String receiveText() throws IOException {
        Frame frame = receiveMessage();
        if (frame.opcode() != Frame.TEXT) {
            throw new IOException("Expected a text message, received " + frame);
        }
        return frame.text();
    }

    /** Receives frames until the server's close frame, and returns that. */
    public Frame receiveClose() throws IOException {
        Frame frame = receiveMessage();
        while (frame.opcode() != Frame.CLOSE) {
            frame = receiveMessage();
        }
        return frame;
    }

    /** The next message with its fragments joined, or the next close frame. */
    public Frame receiveMessage() throws IOException {
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        int opcode = Frame.CONTINUATION;
        while (true) {
            Frame frame = receive();
            switch (frame.opcode()) {
                case Frame.PING -> send(true, Frame.PONG, frame.payload());
                case Frame.PONG -> {
                    // Unsolicited or late.
                }
                case Frame.CLOSE -> {
                    return frame;
                }
                default -> {
                    opcode = frame.opcode() == Frame.CONTINUATION ? opcode : frame.opcode();
                    payload.writeBytes(frame.payload());
                    if (frame.fin()) {
                        return new Frame(true, opcode, payload.toByteArray());
                    }
                }
            }
        }
    }

    /** Ends the TCP connection without a closing handshake. */
    @Override
    public void close() throws IOException {
        socket.close();
    }
}
