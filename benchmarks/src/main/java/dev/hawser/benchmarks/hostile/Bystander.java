package dev.hawser.benchmarks.hostile;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A well-behaved peer: a plain socket with one echo after another. An echo is timed from the moment when it was due, so
 * that an echo that is delayed by a second makes the next ones late as well, as for a real user.
 */
final class Bystander implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 30_000;
    /** The Retry-After of Hawser. */
    private static final long RETRY_MILLIS = 1_000;

    private static final int SHORT = 126;
    private static final int LONG = 127;

    private final Socket socket;
    private final DataInputStream input;

    /** Connects, and does the opening handshake. */
    Bystander(int port, String path) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        input = new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream()));
        String request = "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port
                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                + "Sec-WebSocket-Version: 13\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        StringBuilder response = new StringBuilder();
        while (response.indexOf("\r\n\r\n") < 0) {
            response.append((char) input.readUnsignedByte());
        }
        if (!response.toString().startsWith("HTTP/1.1 101")) {
            throw new IOException("Handshake refused: " + response.substring(0, response.indexOf("\r")));
        }
    }

    /** Connects, and does what {@link #echo} does. */
    static Echoes echoes(int port, int count, long intervalMillis) throws InterruptedException {
        try (Bystander bystander = new Bystander(port, "/attacked/echo")) {
            return bystander.echo(count, intervalMillis);
        } catch (IOException e) {
            return new Echoes(unanswered(count), 0, e.toString());
        }
    }

    /**
     * Sends {@code count} texts, one in each interval, and reads their echoes; gives up 30 seconds after the last was
     * due.
     */
    Echoes echo(int count, long intervalMillis) throws InterruptedException {
        long[] nanos = unanswered(count);
        int answered = 0;
        try {
            long start = System.nanoTime();
            long end = start + (count * intervalMillis + PATIENCE_MILLIS) * 1_000_000;
            for (; answered < count; answered++) {
                if (System.nanoTime() > end) {
                    throw new SocketTimeoutException("too slow");
                }
                long due = start + answered * intervalMillis * 1_000_000;
                long wait = due - System.nanoTime();
                if (wait > 0) {
                    Thread.sleep(wait / 1_000_000, (int) (wait % 1_000_000));
                }
                String text = "echo " + answered;
                send(AttackFrames.text(text));
                String echo = receive();
                if (!echo.equals(text)) {
                    throw new IOException("Expected '" + text + "' and got '" + echo + "'");
                }
                nanos[answered] = System.nanoTime() - Math.min(due, System.nanoTime());
            }
        } catch (IOException e) {
            return new Echoes(nanos, answered, e.toString());
        }
        return new Echoes(nanos, answered, "");
    }

    private static long[] unanswered(int count) {
        long[] nanos = new long[count];
        Arrays.fill(nanos, Long.MAX_VALUE);
        return nanos;
    }

    /**
     * Uploads {@code bytes} bytes as one message to a stream handler, and waits for the answer. A refusal with 503 is
     * followed by another try, as it asks for.
     */
    static Upload upload(int port, int bytes) throws InterruptedException {
        long start = System.nanoTime();
        while (true) {
            try (Bystander bystander = new Bystander(port, "/attacked/bytes")) {
                bystander.send(AttackFrames.binary(bytes));
                String answer = bystander.receive();
                boolean right = answer.equals(Integer.toString(bytes));
                return new Upload(millisSince(start), right ? "" : "answered " + answer);
            } catch (IOException e) {
                boolean again = String.valueOf(e.getMessage()).contains(" 503");
                if (!again || millisSince(start) > PATIENCE_MILLIS) {
                    return new Upload(millisSince(start), e.toString());
                }
                Thread.sleep(RETRY_MILLIS);
            }
        }
    }

    private static long millisSince(long start) {
        return (System.nanoTime() - start) / 1_000_000;
    }

    private void send(byte[] frame) throws IOException {
        socket.getOutputStream().write(frame);
    }

    private String receive() throws IOException {
        while (true) {
            int first = input.readUnsignedByte();
            int length = input.readUnsignedByte();
            if (length == SHORT) {
                length = input.readUnsignedShort();
            } else if (length == LONG) {
                throw new SocketTimeoutException("A frame of more than 64 KiB");
            }
            byte[] payload = input.readNBytes(length);
            if ((first & 0xF) == AttackFrames.TEXT) {
                return new String(payload, StandardCharsets.UTF_8);
            }
            if ((first & 0xF) == 0x8) {
                throw new EOFException(
                        "Closed with " + (payload.length < 2 ? 1005 : (payload[0] & 0xFF) << 8 | payload[1] & 0xFF));
            }
            if ((first & 0xF) == 0x9) {
                send(AttackFrames.frame(AttackFrames.FIN | AttackFrames.PONG, payload));
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /**
     * The result of the echoes.
     *
     * @param nanos how long each took from when it was due; {@code Long.MAX_VALUE} if it was not answered
     * @param answered how many were answered
     * @param failure why they ended early, or empty
     */
    record Echoes(long[] nanos, int answered, String failure) {
        /** The quantile of the durations in milliseconds; infinite if too few echoes were answered. */
        double quantile(double part) {
            long[] sorted = nanos.clone();
            Arrays.sort(sorted);
            long found = sorted[Math.min(sorted.length - 1, (int) Math.ceil(part * sorted.length) - 1)];
            return found == Long.MAX_VALUE ? Double.POSITIVE_INFINITY : found / 1e6;
        }
    }

    /**
     * An upload.
     *
     * @param millis how long it took, the connect included
     * @param failure why it failed, or empty
     */
    record Upload(long millis, String failure) {}
}
