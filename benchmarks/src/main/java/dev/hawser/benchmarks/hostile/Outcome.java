package dev.hawser.benchmarks.hostile;

import dev.hawser.benchmarks.hostile.Bystander.Echoes;
import dev.hawser.benchmarks.hostile.Bystander.Upload;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What an attack did to a server. Sizes are bytes of heap, durations milliseconds.
 *
 * @param attack the attack
 * @param opened how many attackers were let in
 * @param calm the echoes of a bystander before the attack
 * @param attacked the same during the attack
 * @param upload 1 MiB that a newcomer sends to a stream handler during the attack
 * @param base the heap after a full collection before the attack
 * @param held the same while the attackers were connected, after the bystander was done
 * @param peak the most that was in use behind any collection during the attack
 * @param after the heap after a full collection when the attackers had gone
 * @param threads all threads of the server, during the attack
 * @param inCallbacks of these the platform threads that were inside callbacks
 * @param endedByServer how many attackers the server had got rid of by itself when patience was at its end
 * @param endedMillis how long after the begin the last of them was gone, or when patience was at its end
 * @param codes what the endpoint's onClose was told, and how often
 * @param ends what the attackers saw, and how often; those that never read see nothing
 * @param open sessions without onClose long after all attackers hung up
 * @param descriptors open files more than before the attack
 * @param outOfMemory whether an OutOfMemoryError was thrown anywhere in the process
 */
record Outcome(
        Attack attack,
        int opened,
        Echoes calm,
        Echoes attacked,
        Upload upload,
        long base,
        long held,
        long peak,
        long after,
        long threads,
        long inCallbacks,
        int endedByServer,
        long endedMillis,
        String codes,
        Map<String, Integer> ends,
        long open,
        long descriptors,
        boolean outOfMemory) {
    private static final double P99 = 0.99;
    private static final long UPLOAD_MILLIS = 10_000;
    /** Heap that may remain: loaded classes, constants of compiled code, pools that were filled for the first time. */
    private static final long HEAP_TOLERANCE = 8 << 20;

    private static final long DESCRIPTOR_TOLERANCE = 16;

    /** The promises that were broken. */
    List<String> broken(double p99Millis) {
        List<String> broken = new ArrayList<>();
        if (outOfMemory) {
            broken.add("OutOfMemoryError");
        }
        if (opened < attack.connections()) {
            broken.add(String.format("only %,d of %,d handshakes", opened, attack.connections()));
        }
        if (!attacked.failure().isEmpty()) {
            broken.add("only " + attacked.answered() + " echoes: " + attacked.failure());
        }
        if (calm.quantile(P99) >= p99Millis) {
            broken.add(String.format("p99 cannot be judged: %.1f ms without attackers", calm.quantile(P99)));
        } else if (attacked.quantile(P99) >= p99Millis) {
            broken.add(String.format("p99 %.1f ms, under %.0f expected", attacked.quantile(P99), p99Millis));
        }
        if (!upload.failure().isEmpty() || upload.millis() > UPLOAD_MILLIS) {
            broken.add(String.format("upload took %,d ms %s", upload.millis(), upload.failure()));
        }
        long heldEach = (held - base) / attack.connections();
        if (heldEach > attack.mostHeld()) {
            broken.add(String.format("%,d KiB held for each, %,d allowed", heldEach >> 10, attack.mostHeld() >> 10));
        }
        if (after > base + HEAP_TOLERANCE) {
            broken.add(String.format("heap %.1f MiB over its base", mebibytes(after - base)));
        }
        if (open > 0) {
            broken.add(open + " sessions without onClose");
        }
        if (descriptors > DESCRIPTOR_TOLERANCE) {
            broken.add(descriptors + " descriptors more than before");
        }
        int right = ends.getOrDefault(Integer.toString(attack.mustEnd()), 0);
        if (attack.mustEnd() != 0 && right < attack.connections()) {
            broken.add(String.format("%,d of %,d were closed with %d", right, attack.connections(), attack.mustEnd()));
        }
        return broken;
    }

    static double mebibytes(long bytes) {
        return bytes / 1024.0 / 1024.0;
    }
}
