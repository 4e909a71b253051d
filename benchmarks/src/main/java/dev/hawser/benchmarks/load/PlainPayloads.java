package dev.hawser.benchmarks.load;

import java.nio.ByteBuffer;

/** Checks uncompressed payloads. */
final class PlainPayloads implements PayloadCheck {
    private final ClientFrames frames;
    private final ByteBuffer[] expected;
    private long number;
    private ByteBuffer message;

    PlainPayloads(ClientFrames frames, long first) {
        this.frames = frames;
        this.number = first;
        this.expected = new ByteBuffer[frames.variants()];
        this.message = expected();
    }

    private ByteBuffer expected() {
        int variant = (int) (number % expected.length);
        ByteBuffer buffer = expected[variant];
        if (buffer == null) {
            buffer = ByteBuffer.wrap(frames.payload(number));
            expected[variant] = buffer;
        }
        return buffer.clear();
    }

    @Override
    public void begin(boolean compressed) throws BadReplyException {
        if (compressed) {
            throw new BadReplyException("Compressed message " + number + " where nothing was negotiated");
        }
    }

    @Override
    public void part(ByteBuffer bytes, int length) throws BadReplyException {
        if (length > message.remaining()) {
            throw new BadReplyException("Message " + number + " is longer than " + message.capacity() + " bytes");
        }
        int end = bytes.limit();
        bytes.limit(bytes.position() + length);
        message.limit(message.position() + length);
        int difference = bytes.mismatch(message);
        if (difference >= 0) {
            throw new BadReplyException("Message " + number + " differs at byte " + (message.position() + difference));
        }
        bytes.position(bytes.limit()).limit(end);
        message.position(message.limit()).limit(message.capacity());
    }

    @Override
    public void end() throws BadReplyException {
        if (message.hasRemaining()) {
            throw new BadReplyException(
                    "Message " + number + " has " + message.position() + " bytes, expected " + message.capacity());
        }
        number++;
        message = expected();
    }
}
