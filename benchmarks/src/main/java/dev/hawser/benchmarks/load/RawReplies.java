package dev.hawser.benchmarks.load;

import java.nio.ByteBuffer;

/** Checks the replies of a server without a protocol: exactly the bytes that were sent. */
final class RawReplies implements Replies {
    private final ClientFrames frames;
    private final ByteBuffer expected;
    private long number;

    RawReplies(ClientFrames frames, long first) {
        this.frames = frames;
        this.number = first;
        this.expected = frames.view();
        frames.select(expected, first, 1);
    }

    @Override
    public int read(ByteBuffer bytes) throws BadReplyException {
        int completed = 0;
        int end = bytes.limit();
        while (bytes.position() < end) {
            int length = Math.min(end - bytes.position(), expected.remaining());
            int rest = expected.limit();
            bytes.limit(bytes.position() + length);
            expected.limit(expected.position() + length);
            if (bytes.mismatch(expected) >= 0) {
                throw new BadReplyException("Reply " + number + " differs from what was sent");
            }
            bytes.position(bytes.limit()).limit(end);
            expected.position(expected.limit()).limit(rest);
            if (!expected.hasRemaining()) {
                completed++;
                frames.select(expected, ++number, 1);
            }
        }
        return completed;
    }
}
