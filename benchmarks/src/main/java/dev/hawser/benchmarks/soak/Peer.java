package dev.hawser.benchmarks.soak;

import dev.hawser.benchmarks.hostile.AttackFrames;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** A plain socket that speaks WebSocket, well or badly. For one thread. */
final class Peer implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 30_000;
    private static final int SOURCES = 200;
    private static final int RSV1 = 0x40;
    private static final int SHORT = 126;
    private static final int LONG = 127;
    private static final byte[] TAIL = {0, 0, (byte) 0xFF, (byte) 0xFF};

    private final Socket socket;
    private final DataInputStream input;

    /**
     * Connects, and does the opening handshake.
     *
     * @param offer a value of Sec-WebSocket-Extensions, or empty
     * @throws RefusedException if the answer is not 101
     */
    Peer(int port, String path, String offer, Random random) throws IOException {
        socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(PATIENCE_MILLIS);
            // one source address does not have enough ports for minutes of short connections
            socket.bind(new InetSocketAddress("127.0.1." + (1 + random.nextInt(SOURCES)), 0));
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
            input = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
            String extensions = offer.isEmpty() ? "" : "Sec-WebSocket-Extensions: " + offer + "\r\n";
            String request = "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port
                    + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                    + "Sec-WebSocket-Version: 13\r\n" + extensions + "\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            StringBuilder response = new StringBuilder();
            while (response.indexOf("\r\n\r\n") < 0) {
                response.append((char) input.readUnsignedByte());
            }
            if (!response.toString().startsWith("HTTP/1.1 101")) {
                throw new RefusedException(response.substring(0, response.indexOf("\r")));
            }
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** The handshake was answered otherwise. */
    static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1;

        RefusedException(String status) {
            super(status);
        }
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** Sends a text as a compressed message (RFC 7692 7.2.1). */
    void sendCompressed(String text) throws IOException {
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        try {
            byte[] plain = text.getBytes(StandardCharsets.UTF_8);
            deflater.setInput(plain);
            byte[] compressed = new byte[plain.length + 64];
            int length = deflater.deflate(compressed, 0, compressed.length, Deflater.SYNC_FLUSH) - TAIL.length;
            byte[] payload = new byte[length];
            System.arraycopy(compressed, 0, payload, 0, length);
            send(AttackFrames.frame(AttackFrames.FIN | RSV1 | AttackFrames.TEXT, payload));
        } finally {
            deflater.end();
        }
    }

    /** Sends a close frame. */
    void sendClose(int code) throws IOException {
        send(AttackFrames.frame(AttackFrames.FIN | 0x8, new byte[] {(byte) (code >> 8), (byte) code}));
    }

    /**
     * The next data message, as {@code text:...} or {@code binary:LENGTH}, or {@code pong:...} or {@code close:CODE}.
     * Answers pings.
     *
     * @throws EOFException if the connection ends without a close frame
     */
    String next() throws IOException {
        while (true) {
            int first = input.readUnsignedByte();
            int length = input.readUnsignedByte();
            if (length == SHORT) {
                length = input.readUnsignedShort();
            } else if (length == LONG) {
                length = Math.toIntExact(input.readLong());
            }
            byte[] payload = input.readNBytes(length);
            switch (first & 0xF) {
                case 0x1 -> {
                    byte[] plain = (first & RSV1) == 0 ? payload : inflated(payload);
                    return "text:" + new String(plain, StandardCharsets.UTF_8);
                }
                case 0x2 -> {
                    return "binary:" + length;
                }
                case 0x8 -> {
                    return "close:" + (length < 2 ? 1005 : (payload[0] & 0xFF) << 8 | payload[1] & 0xFF);
                }
                case 0x9 -> send(AttackFrames.frame(AttackFrames.FIN | AttackFrames.PONG, payload));
                case 0xA -> {
                    return "pong:" + new String(payload, StandardCharsets.UTF_8);
                }
                default -> throw new IOException("An unexpected frame: " + Integer.toHexString(first));
            }
        }
    }

    private static byte[] inflated(byte[] payload) throws IOException {
        Inflater inflater = new Inflater(true);
        try {
            ByteArrayOutputStream plain = new ByteArrayOutputStream();
            byte[] room = new byte[4096];
            for (byte[] piece : new byte[][] {payload, TAIL}) {
                inflater.setInput(piece);
                for (int count = inflater.inflate(room); count > 0; count = inflater.inflate(room)) {
                    plain.write(room, 0, count);
                }
            }
            return plain.toByteArray();
        } catch (DataFormatException e) {
            throw new IOException(e);
        } finally {
            inflater.end();
        }
    }

    /** Ends this side of the connection. */
    void shutOutput() throws IOException {
        socket.shutdownOutput();
    }

    /** Closes with a reset instead of an orderly end. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
