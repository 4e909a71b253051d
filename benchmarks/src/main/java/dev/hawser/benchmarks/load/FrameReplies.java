package dev.hawser.benchmarks.load;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Checks the frames of a WebSocket server: opcode, FIN, RSV bits, mask, length and payload. A message may come in
 * several frames, since some implementations fragment long ones.
 */
final class FrameReplies implements Replies {
    private static final int MOST_HEADER = 10;
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;

    private final int opcode;
    private final PayloadCheck check;
    private final byte[] header = new byte[MOST_HEADER];
    private final ByteBuffer control = ByteBuffer.allocate(125);
    private int headerLength;
    private int headerNeeded = 2;
    private boolean inPayload;
    private boolean inMessage;
    private long remaining;
    private boolean closed;
    private @Nullable ByteBuffer pong;

    FrameReplies(boolean text, PayloadCheck check) {
        this.opcode = text ? TEXT : BINARY;
        this.check = check;
    }

    @Override
    public int read(ByteBuffer bytes) throws BadReplyException {
        int completed = 0;
        while (bytes.hasRemaining()) {
            if (!inPayload) {
                if (!readHeader(bytes)) {
                    return completed;
                }
                begin();
            }
            int length = (int) Math.min(remaining, bytes.remaining());
            if (isControl()) {
                int end = bytes.limit();
                control.put(bytes.limit(bytes.position() + length));
                bytes.limit(end);
            } else {
                check.part(bytes, length);
            }
            remaining -= length;
            if (remaining == 0) {
                completed += end();
            }
        }
        return completed;
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public @Nullable ByteBuffer takePong() {
        ByteBuffer owed = pong;
        pong = null;
        return owed;
    }

    private boolean readHeader(ByteBuffer bytes) {
        while (headerLength < headerNeeded) {
            if (!bytes.hasRemaining()) {
                return false;
            }
            header[headerLength++] = bytes.get();
            if (headerLength == 2) {
                int length = header[1] & 0x7F;
                headerNeeded = length < 126 ? 2 : length == 126 ? 4 : MOST_HEADER;
            }
        }
        return true;
    }

    private void begin() throws BadReplyException {
        if ((header[1] & 0x80) != 0) {
            throw new BadReplyException("Masked frame from a server");
        }
        remaining = header[1] & 0x7F;
        if (headerNeeded > 2) {
            remaining = 0;
            for (int i = 2; i < headerNeeded; i++) {
                remaining = remaining << 8 | header[i] & 0xFF;
            }
        }
        inPayload = true;
        headerLength = 0;
        headerNeeded = 2;
        if (isControl()) {
            control.clear();
            return;
        }
        int expected = inMessage ? 0 : opcode;
        int rsv = header[0] >> 4 & 7;
        if ((header[0] & 0xF) != expected || closed) {
            throw new BadReplyException(
                    "Opcode " + (header[0] & 0xF) + (closed ? " after close" : ", expected " + expected));
        }
        if (!inMessage) {
            check.begin((rsv & 4) != 0);
        }
        if ((rsv & 3) != 0 || inMessage && rsv != 0) {
            throw new BadReplyException("RSV bits " + rsv);
        }
        inMessage = true;
    }

    private int end() throws BadReplyException {
        inPayload = false;
        if (!isControl()) {
            if (header[0] >= 0) { // FIN is the sign bit
                return 0;
            }
            inMessage = false;
            check.end();
            return 1;
        }
        control.flip();
        int type = header[0] & 0xF;
        if (type == CLOSE) {
            closed = true;
            int code = control.remaining() < 2 ? 1005 : control.getShort() & 0xFFFF;
            if (code != 1000 && code != 1001) {
                throw new BadReplyException("Close frame with code " + code);
            }
        } else if (type == PING) {
            byte[] payload = new byte[control.remaining()];
            control.get(payload);
            pong = ClientFrames.control(0x8A, payload);
        }
        return 0;
    }

    private boolean isControl() {
        return (header[0] & 8) != 0;
    }
}
