package dev.hawser.benchmarks.load;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Checks payloads that are compressed by permessage-deflate. An uncompressed message, which the extension allows, is an
 * error here, because rows would not be comparable.
 */
final class CompressedPayloads implements PayloadCheck, AutoCloseable {
    private static final byte[] TAIL = {0, 0, (byte) 0xFF, (byte) 0xFF};

    private final ClientFrames frames;
    private final Inflater inflater = new Inflater(true);
    private long number;
    private byte[] compressed = new byte[1024];
    private int length;
    private byte[] inflated = new byte[0];

    CompressedPayloads(ClientFrames frames, long first) {
        this.frames = frames;
        this.number = first;
    }

    @Override
    public void begin(boolean isCompressed) throws BadReplyException {
        if (!isCompressed) {
            throw new BadReplyException("Message " + number + " is not compressed");
        }
        length = 0;
    }

    @Override
    public void part(ByteBuffer bytes, int count) {
        if (compressed.length < length + count + TAIL.length) {
            compressed = Arrays.copyOf(compressed, 2 * (length + count + TAIL.length));
        }
        bytes.get(compressed, length, count);
        length += count;
    }

    @Override
    public void end() throws BadReplyException {
        byte[] expected = frames.payload(number);
        System.arraycopy(TAIL, 0, compressed, length, TAIL.length);
        if (inflated.length < expected.length + 1) {
            inflated = new byte[expected.length + 1];
        }
        inflater.setInput(compressed, 0, length + TAIL.length);
        try {
            int size = inflater.inflate(inflated);
            if (!Arrays.equals(inflated, 0, size, expected, 0, expected.length)) {
                throw new BadReplyException("Message " + number + " differs after inflating");
            }
        } catch (DataFormatException e) {
            throw new BadReplyException("Message " + number + " does not inflate: " + e.getMessage());
        }
        if (inflater.finished()) { // A final block is legal (RFC 7692, 7.2.3.4); the next message begins a new stream.
            inflater.reset();
        }
        number++;
    }

    @Override
    public void close() {
        inflater.end();
    }
}
