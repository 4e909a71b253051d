package dev.hawser.internal.protocol.deflate;

import dev.hawser.extension.Opcode;
import dev.hawser.extension.RemoteProtocolException;
import dev.hawser.fuzz.FuzzInput;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Our inflating half against java.util.zip: messages of which payloads are raw octets or what zlib deflated, each in
 * frames, in pieces and into rooms of any size, with the history of those before. It gives the octets that zlib gives,
 * no more and no less, or refuses what zlib refuses; and its inflater is back when a message is over.
 */
public final class InflaterFuzz {
    /** More is not asked for: what a peer may inflate is bounded above. */
    private static final int MOST = 10_000;

    private final FuzzInput input;
    private final int windowBits;
    private final boolean takeover;
    private byte[] history = new byte[0];

    private InflaterFuzz(FuzzInput input) {
        this.input = input;
        takeover = input.yes();
        windowBits = 15 - input.below(8);
    }

    public static void fuzzerTestOneInput(byte[] octets) {
        try (DeflateCodecs codecs = new DeflateCodecs(1)) {
            new InflaterFuzz(new FuzzInput(octets)).test(codecs);
            if (codecs.liveInflaters() > 1) {
                throw new AssertionError(codecs.liveInflaters() + " inflaters are alive");
            }
        }
    }

    private void test(DeflateCodecs codecs) {
        MessageInflater inflater = new MessageInflater(codecs, takeover ? new History(windowBits) : null);
        for (int messages = 0; messages < 8 && !input.isEmpty(); messages++) {
            byte[] payload = payload();
            Inflated expected = reference(payload);
            int frameSize = input.oneOf(1 << 20, 1, 3, 50);
            int pieceSize = input.oneOf(1 << 20, 1, 7);
            int room = input.oneOf(8192, 1, 2, 100, 300, 5000);
            Inflated actual = inflated(inflater, payload, frameSize, pieceSize, room);
            if (!Arrays.equals(expected.octets, actual.octets) || expected.whole != actual.whole) {
                throw new AssertionError(expected + " is what zlib makes of " + payload.length + " octets in frames of "
                        + frameSize + ", pieces of " + pieceSize + " and rooms of " + room + ", but was " + actual);
            }
            if (!expected.whole) {
                break;
            }
            if (takeover) {
                byte[] all = joined(history, expected.octets);
                history = Arrays.copyOfRange(all, Math.max(0, all.length - (1 << windowBits)), all.length);
            }
        }
        inflater.close();
    }

    /** What a payload comes to before it ends or breaks. */
    private record Inflated(byte[] octets, boolean whole) {
        @Override
        public String toString() {
            return octets.length + " octets #" + Arrays.hashCode(octets) + (whole ? "" : ", then broken");
        }
    }

    private byte[] payload() {
        int how = input.octet();
        if ((how & 1) == 0) {
            return input.octets(input.octet());
        }
        byte[] period = input.octets(1 + (how >> 1 & 7));
        byte[] message = new byte[input.below(12_000)];
        for (int i = 0; i < message.length && period.length > 0; i++) {
            message[i] = period[i % period.length];
        }
        Deflater deflater = new Deflater((how >> 4) % 10, true);
        if ((how & 2) != 0) {
            deflater.setDictionary(history);
        }
        deflater.setInput(message);
        byte[] all = new byte[message.length + 200];
        int count = deflater.deflate(all, 0, all.length, Deflater.SYNC_FLUSH);
        deflater.end();
        return Arrays.copyOf(all, Math.max(0, count - 4));
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }

    private Inflated reference(byte[] payload) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        boolean whole = false;
        Inflater inflater = new Inflater(true);
        inflater.setDictionary(history);
        try {
            zlib(inflater, payload, out);
            if (payload.length > 0 && !inflater.finished()) {
                byte[] tail = {0, 0, -1, -1, 1, 0, 0, -1, -1};
                inflater.setInput(tail);
                whole = inflater.inflate(new byte[1]) == 0 && inflater.finished() && inflater.getRemaining() == 0;
            } else {
                whole = true;
            }
        } catch (DataFormatException e) {
            whole = false;
        } finally {
            inflater.end();
        }
        return out.size() > MOST
                ? new Inflated(Arrays.copyOf(out.toByteArray(), MOST), false)
                : new Inflated(out.toByteArray(), whole);
    }

    private static void zlib(Inflater inflater, byte[] payload, ByteArrayOutputStream out) throws DataFormatException {
        byte[] buffer = new byte[100];
        inflater.setInput(payload);
        while (out.size() <= MOST) {
            long before = inflater.getBytesWritten();
            try {
                if (inflater.inflate(buffer) == 0 && !inflater.finished()) {
                    return;
                }
            } finally {
                out.write(buffer, 0, (int) (inflater.getBytesWritten() - before));
            }
            if (inflater.finished()) {
                int rest = inflater.getRemaining();
                if (rest == 0) {
                    return;
                }
                inflater.reset();
                inflater.setInput(payload, payload.length - rest, rest);
            }
        }
    }

    private static Inflated inflated(MessageInflater inflater, byte[] payload, int frameSize, int pieceSize, int room) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int at = 0;
        boolean first = true;
        do {
            int end = Math.min(payload.length, at + frameSize);
            inflater.frameBegins(first ? Opcode.BINARY : Opcode.CONTINUATION, first ? 4 : 0, end == payload.length);
            first = false;
            do {
                int to = Math.min(end, at + pieceSize);
                ByteBuffer piece = ByteBuffer.wrap(Arrays.copyOfRange(payload, at, to));
                at = to;
                if (!decodes(inflater, piece, at == end, room, out)) {
                    return new Inflated(Arrays.copyOf(out.toByteArray(), Math.min(out.size(), MOST)), false);
                }
            } while (at < end);
        } while (at < payload.length);
        return new Inflated(out.toByteArray(), true);
    }

    /** Whether the piece is decoded to its end. */
    private static boolean decodes(
            MessageInflater inflater, ByteBuffer piece, boolean endOfFrame, int room, ByteArrayOutputStream out) {
        boolean done = false;
        while (!done && out.size() <= MOST) {
            byte[] array = new byte[room + 2];
            ByteBuffer decoded = ByteBuffer.wrap(array).position(1).limit(room + 1);
            try {
                done = inflater.decode(piece, endOfFrame, decoded);
            } catch (RemoteProtocolException e) {
                out.write(array, 1, decoded.position() - 1);
                return false;
            }
            out.write(array, 1, decoded.position() - 1);
            if (array[0] != 0 || array[room + 1] != 0 || done && piece.hasRemaining()) {
                throw new AssertionError("written outside of the room, or done with " + piece.remaining() + " to go");
            }
        }
        return out.size() <= MOST;
    }
}
