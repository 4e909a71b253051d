package dev.hawser.benchmarks.hostile;

import dev.hawser.benchmarks.hostile.Attack.Script;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One hostile connection: a socket and a few bytes of state, so that a thousand of them cost the machine little. One
 * thread drives all.
 */
final class Attacker {
    private static final int DEAF_BUFFER = 4096;
    private static final int SOURCES = 32;
    private static final boolean LOOPBACK_IS_A_NETWORK = "Linux".equals(System.getProperty("os.name"));
    private static final int CLOSE = 0x8;
    private static final int PING = 0x9;

    private final Script script;
    private final SocketChannel channel;
    private final SelectionKey key;
    private final StringBuilder response = new StringBuilder(256);
    private final ByteBuffer input = ByteBuffer.allocate(512);
    private ByteBuffer output;
    private int times;
    private boolean isOpen;
    private @Nullable String end;

    Attacker(int index, Script script, int port, Selector selector) throws IOException {
        this.script = script;
        this.times = script.times();
        channel = SocketChannel.open();
        if (LOOPBACK_IS_A_NETWORK) { // one source address does not have enough ports for all rounds
            channel.bind(new InetSocketAddress("127.0.0." + (1 + index % SOURCES), 0));
        }
        if (!script.reads()) {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, DEAF_BUFFER);
        }
        channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        channel.configureBlocking(false);
        String offer = script.compresses() ? "Sec-WebSocket-Extensions: permessage-deflate\r\n" : "";
        String request = "GET " + script.path() + " HTTP/1.1\r\nHost: 127.0.0.1:" + port
                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                + "Sec-WebSocket-Version: 13\r\n" + offer + "\r\n";
        output = ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII));
        key = channel.register(selector, SelectionKey.OP_READ, this);
        write();
    }

    /** Whether the handshake is done. */
    boolean isOpen() {
        return isOpen;
    }

    /** Whether this side knows that the connection is over. */
    boolean hasEnded() {
        return end != null;
    }

    /**
     * How the connection ended: a close code, {@code cut}, or the status that refused the handshake; null if it has not
     * ended.
     */
    @Nullable String end() {
        return end;
    }

    /** Sends the opening of the script. */
    void begin() {
        nextTime();
    }

    private void nextTime() {
        if (times > 0 && !hasEnded()) {
            times--;
            output = ByteBuffer.wrap(script.opening());
            write();
        }
    }

    /** Sends one step, if the one before was sent. */
    void step() {
        if (!hasEnded() && !output.hasRemaining() && script.step().length > 0) {
            output = ByteBuffer.wrap(script.step());
            write();
        }
    }

    /** Called when the selector has found the socket ready. */
    void ready() {
        if (key.isValid() && key.isWritable()) {
            write();
        }
        if (key.isValid() && key.isReadable()) {
            read();
        }
    }

    private void write() {
        try {
            channel.write(output);
            boolean whole = !output.hasRemaining();
            int reading = script.reads() || !isOpen ? SelectionKey.OP_READ : 0;
            key.interestOps(whole ? reading : reading | SelectionKey.OP_WRITE);
            if (whole && isOpen) {
                nextTime();
            }
        } catch (IOException e) {
            end("cut");
        }
    }

    private void read() {
        try {
            if (channel.read(input) < 0) {
                end("cut");
                return;
            }
        } catch (IOException e) {
            end("cut");
            return;
        }
        input.flip();
        while (input.hasRemaining() && !isOpen && !hasEnded()) {
            readResponse((char) input.get());
        }
        while (isOpen && !hasEnded() && readFrame()) {}
        input.compact();
    }

    private void readResponse(char next) {
        response.append(next);
        if (response.toString().endsWith("\r\n\r\n")) {
            if (!response.toString().startsWith("HTTP/1.1 101")) {
                end(response.substring(0, response.indexOf("\r")));
                return;
            }
            isOpen = true;
            key.interestOps(script.reads() ? SelectionKey.OP_READ : 0);
        }
    }

    /**
     * Reads one frame of the server. It is a control frame, because the server gets no whole message from a connection
     * that reads.
     */
    private boolean readFrame() {
        if (input.remaining() < 2 || input.remaining() < 2 + (input.get(input.position() + 1) & 0x7F)) {
            return false;
        }
        int opcode = input.get() & 0xF;
        byte[] payload = new byte[input.get() & 0x7F];
        input.get(payload);
        if (opcode == CLOSE) {
            end(payload.length < 2 ? "1005" : Integer.toString((payload[0] & 0xFF) << 8 | payload[1] & 0xFF));
        } else if (opcode == PING && Attack.answersPings(script) && !output.hasRemaining()) {
            output = ByteBuffer.wrap(AttackFrames.frame(AttackFrames.FIN | AttackFrames.PONG, payload));
            write();
        }
        return true;
    }

    private void end(String how) {
        if (end == null) {
            end = how;
            hangUp();
        }
    }

    /** Closes the socket without a closing handshake. */
    void hangUp() {
        try {
            channel.close();
        } catch (IOException e) {
            // the socket is closed all the same
        }
    }
}
