package dev.hawser.protocol.deflate;

import dev.hawser.protocol.Opcode;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The figures of docs/adr/006-window-bits.md: size after compression / before, and CPU time of a message, for each window. Not a test. */
final class WindowBitsFigures {
    private static final int ROUNDS = 12;

    private WindowBitsFigures() {}

    /** Each argument is a file, whose first 128 KiB are cut into messages. */
    public static void main(String[] files) throws IOException {
        try (DeflateCodecs codecs = new DeflateCodecs()) {
            for (String file : files) {
                byte[] all = Files.readAllBytes(Path.of(file));
                for (int size : new int[] {1024, 16384}) {
                    List<byte[]> messages = new ArrayList<>();
                    for (int at = 0; at + size <= Math.min(all.length, 1 << 17); at += size) {
                        messages.add(Arrays.copyOfRange(all, at, at + size));
                    }
                    System.out.println(file + " in messages of " + size + " bytes: " + row(codecs, messages, false));
                    System.out.println("  with context takeover: " + row(codecs, messages, true));
                }
            }
        }
    }

    private static String row(DeflateCodecs codecs, List<byte[]> messages, boolean takeover) {
        StringBuilder row = new StringBuilder();
        DeflatePolicy policy = new DeflatePolicy(6, 0, takeover, true, DeflateParameters.LARGEST_WINDOW);
        for (int bits = DeflateParameters.SMALLEST_WINDOW; bits <= DeflateParameters.LARGEST_WINDOW; bits++) {
            long best = Long.MAX_VALUE;
            long before = 0;
            long after = 0;
            for (int round = 0; round < ROUNDS; round++) {
                MessageDeflater deflater = new MessageDeflater(codecs, policy, takeover, bits);
                before = 0;
                after = 0;
                long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
                for (byte[] message : messages) {
                    before += message.length;
                    after += deflater.encode(Opcode.TEXT, true, message, 0, message.length)
                            .length();
                }
                best = Math.min(best, ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start);
                deflater.close();
            }
            row.append(" | 2^%d %.3f, %d us".formatted(bits, after / (double) before, best / 1000 / messages.size()));
        }
        return row.toString();
    }
}
