package dev.hawser.internal.protocol;

import dev.hawser.fuzz.FuzzInput;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.zip.Deflater;

/**
 * Frames that a fuzzer writes in fewer octets than they have on the wire: it need not know the masking, nor find
 * DEFLATE by chance. Each begins with its first octet, then one that says how its payload is made, then the payload's
 * length.
 */
final class FrameScript {
    private static final int LYING_LENGTH = 1;
    private static final int LONG_LENGTH = 2;
    private static final int OTHER_MASKING = 4;
    private static final int DEFLATED = 8;
    private static final int REPEATED = 16;
    private static final int CUT = 32;
    private static final int FINAL_BLOCK = 64;
    private static final int FIN = 0x80;

    private static final int MOST = 40_000;

    private final Role sender;
    private final ByteArrayOutputStream wire = new ByteArrayOutputStream();

    FrameScript(Role sender, FuzzInput input) {
        this.sender = sender;
        while (!input.isEmpty() && wire.size() < MOST) {
            frame(input.octet(), input.octet(), input);
        }
    }

    byte[] wire() {
        return wire.toByteArray();
    }

    private void frame(int byte0, int how, FuzzInput input) {
        byte[] payload;
        if ((how & REPEATED) != 0) {
            int length = input.below(1 << 15);
            payload = repeated(input.octets(1 + input.below(8)), length);
        } else {
            payload = input.octets(input.octet());
        }
        if ((how & DEFLATED) != 0) {
            payload = deflated(payload, (how & FINAL_BLOCK) != 0);
        }
        if ((how & CUT) != 0) {
            int cut = Math.min(payload.length, input.octet());
            put(byte0 & ~FIN, how, Arrays.copyOf(payload, cut), input);
            put(byte0 & FIN, how, Arrays.copyOfRange(payload, cut, payload.length), input);
        } else {
            put(byte0, how, payload, input);
        }
    }

    private void put(int byte0, int how, byte[] payload, FuzzInput input) {
        Role as = (how & OTHER_MASKING) != 0 ? Wire.other(sender) : sender;
        if ((how & LYING_LENGTH) != 0) {
            long length = (how & LONG_LENGTH) != 0 ? (long) input.octet() << 56 | input.below(1 << 16) : input.octet();
            String field = (how & LONG_LENGTH) != 0 ? "7f%016x" : "7e%04x";
            wire.writeBytes(Wire.frame(as, byte0, Wire.hex(field.formatted(length)), payload));
        } else {
            wire.writeBytes(Wire.frame(as, byte0, payload));
        }
    }

    private static byte[] repeated(byte[] period, int length) {
        byte[] all = new byte[length];
        for (int i = 0; i < length && period.length > 0; i++) {
            all[i] = period[i % period.length];
        }
        return all;
    }

    private static byte[] deflated(byte[] payload, boolean finalBlock) {
        Deflater deflater = new Deflater(6, true);
        deflater.setInput(payload);
        if (finalBlock) {
            deflater.finish();
        }
        byte[] all = new byte[payload.length + 100];
        int count = deflater.deflate(all, 0, all.length, Deflater.SYNC_FLUSH);
        deflater.end();
        return Arrays.copyOf(all, finalBlock ? count : Math.max(0, count - 4));
    }
}
