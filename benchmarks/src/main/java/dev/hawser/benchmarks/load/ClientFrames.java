package dev.hawser.benchmarks.load;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.zip.Deflater;

/**
 * The frames of a workload, masked and compressed before the round: the next {@code n} messages are one slice of a
 * direct buffer. Messages are numbered from 0 and repeat after {@link #variants()}. Neighbours differ, so that an echo
 * out of order or of another connection is noticed.
 *
 * <p>With context takeover the first pass over the variants differs from the later ones, whose history has the pass
 * before. All later passes are equal, because the variants together are longer than the window of 32 KiB.
 */
final class ClientFrames {
    private static final int SMALL = 2048;
    private static final int TAIL = 4;

    private final byte[][] payloads;
    private final int lead;
    private final int[] offsets;
    private final ByteBuffer bytes;

    ClientFrames(Workload workload) {
        int variants = workload.size() <= SMALL ? 64 : Math.max(2, 256 * 1024 / workload.size());
        payloads = new byte[variants][];
        for (int i = 0; i < variants; i++) {
            payloads[i] = workload.content().payload(i, workload.size());
        }
        lead = workload.compression() == Compression.TAKEOVER ? variants : 0;
        int frames = lead + variants + workload.inFlight();
        offsets = new int[frames + 1];
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        int repeat = lead + variants;
        byte[][] wire = new byte[repeat][];
        for (int i = 0; i < frames; i++) {
            if (i < repeat) {
                wire[i] = wire(workload, deflater, payloads[i % variants]);
            }
            boolean compressed = workload.compression() != Compression.NONE;
            int same = i < repeat ? i : lead + (i - lead) % variants;
            // The masking key is also that of the frame it repeats, since a server without a protocol must return these
            // bytes.
            frame(out, opcode(workload, compressed), wire[same], new Random(same));
            offsets[i + 1] = out.size();
        }
        deflater.end();
        bytes = ByteBuffer.allocateDirect(out.size()).put(out.toByteArray()).flip();
    }

    /** A close frame with code 1000, masked. */
    static ByteBuffer close() {
        return control(0x88, new byte[] {0x03, (byte) 0xE8});
    }

    /** A masked control frame. */
    static ByteBuffer control(int first, byte[] payload) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        frame(out, first, payload, new Random(first));
        return ByteBuffer.wrap(out.toByteArray());
    }

    int variants() {
        return payloads.length;
    }

    /** The payload of message {@code number}, before compression. */
    byte[] payload(long number) {
        return payloads[(int) (number % payloads.length)];
    }

    /** A view of the whole buffer, for {@link #select}. */
    ByteBuffer view() {
        return bytes.duplicate();
    }

    /**
     * Sets a view's position and limit to {@code count} messages from {@code number} on; {@code count} is at most the
     * messages in flight.
     */
    void select(ByteBuffer view, long number, int count) {
        int first = number < lead ? (int) number : lead + (int) ((number - lead) % payloads.length);
        view.limit(offsets[first + count]).position(offsets[first]);
    }

    private static int opcode(Workload workload, boolean compressed) {
        // FIN, RSV1 if compressed, and the opcode (RFC 6455, 5.2).
        return 0x80 | (compressed ? 0x40 : 0) | (workload.content().isText() ? 1 : 2);
    }

    private static byte[] wire(Workload workload, Deflater deflater, byte[] payload) {
        if (workload.compression() == Compression.NONE) {
            return payload;
        }
        if (workload.compression() != Compression.TAKEOVER) {
            deflater.reset();
        }
        deflater.setInput(payload);
        byte[] out = new byte[payload.length + 64];
        int length = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
        // without the octets 00 00 ff ff of the flush (RFC 7692, 7.2.1)
        return java.util.Arrays.copyOf(out, length - TAIL);
    }

    private static void frame(ByteArrayOutputStream out, int first, byte[] payload, Random random) {
        out.write(first);
        int length = payload.length;
        if (length < 126) {
            out.write(0x80 | length);
        } else if (length < 1 << 16) {
            out.write(0x80 | 126);
            out.write(length >>> 8);
            out.write(length);
        } else {
            out.write(0x80 | 127);
            out.writeBytes(ByteBuffer.allocate(8).putLong(length).array());
        }
        byte[] mask = new byte[4];
        random.nextBytes(mask);
        out.writeBytes(mask);
        byte[] masked = new byte[length];
        for (int i = 0; i < length; i++) {
            masked[i] = (byte) (payload[i] ^ mask[i & 3]);
        }
        out.writeBytes(masked);
    }
}
