package dev.hawser.internal.protocol.deflate;

import dev.hawser.extension.Opcode;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The figures of docs/adr/006-window-bits.md: size after compression / before, and CPU time of a message, for each
 * window. Not a test; its arguments are files, and what it prints is the ADR's table.
 */
final class WindowBitsFigures {
    private static final int ROUNDS = 12;
    private static final int MOST = 1 << 17;

    private WindowBitsFigures() {}

    /** Each argument is a file, whose first 128 KiB are cut into messages. */
    public static void main(String[] files) throws IOException {
        System.out.println("| | 2^8 | 2^9 | 2^10 | 2^11 | 2^12 | 2^13 | 2^14 | 2^15 |");
        System.out.println("|---|---|---|---|---|---|---|---|---|");
        try (DeflateCodecs codecs = new DeflateCodecs()) {
            for (String file : files) {
                byte[] all = Files.readAllBytes(Path.of(file));
                for (int size : new int[] {1024, 16384}) {
                    List<byte[]> messages = new ArrayList<>();
                    for (int at = 0; at + size <= Math.min(all.length, MOST); at += size) {
                        messages.add(Arrays.copyOfRange(all, at, at + size));
                    }
                    String name = Path.of(file).getFileName() + ", " + size / 1024 + " KiB, ";
                    System.out.println("| " + name + "no takeover" + row(codecs, messages, false));
                    System.out.println("| " + name + "takeover" + row(codecs, messages, true));
                }
            }
        }
    }

    private static String row(DeflateCodecs codecs, List<byte[]> messages, boolean takeover) {
        int windows = DeflateParameters.LARGEST_WINDOW - DeflateParameters.SMALLEST_WINDOW + 1;
        long[] best = new long[windows];
        long[] after = new long[windows];
        Arrays.fill(best, Long.MAX_VALUE);
        DeflatePolicy policy = new DeflatePolicy(6, 0, takeover, true, DeflateParameters.LARGEST_WINDOW);
        for (int round = 0; round < ROUNDS; round++) { // all windows in each, so that all are equally warm
            for (int i = 0; i < windows; i++) {
                int bits = DeflateParameters.SMALLEST_WINDOW + i;
                MessageDeflater deflater = new MessageDeflater(codecs, policy, takeover, bits);
                after[i] = 0;
                long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
                for (byte[] message : messages) {
                    after[i] += deflater.encode(Opcode.TEXT, true, message, 0, message.length)
                            .length();
                }
                best[i] = Math.min(best[i], ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start);
                deflater.close();
            }
        }
        long before = messages.stream().mapToLong(message -> message.length).sum();
        StringBuilder row = new StringBuilder();
        for (int i = 0; i < windows; i++) {
            row.append(" | %.3f, %d".formatted(after[i] / (double) before, best[i] / 1000 / messages.size()));
        }
        return row + " |";
    }
}
