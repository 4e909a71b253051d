package dev.hawser.benchmarks.contestant;

import jakarta.websocket.CloseReason;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the sessions of the endpoints under attack: how many are open, and with which close codes the others have
 * ended.
 */
final class SessionTally {
    private static final AtomicInteger OPEN = new AtomicInteger();
    /** Guarded by itself. */
    private static final Map<Integer, Integer> ENDED = new TreeMap<>();

    private SessionTally() {}

    static void opened() {
        OPEN.incrementAndGet();
    }

    static void closed(CloseReason reason) {
        synchronized (ENDED) {
            ENDED.merge(reason.getCloseCode().getCode(), 1, Integer::sum);
        }
        OPEN.decrementAndGet();
    }

    /** Sessions whose onClose has not been called. */
    static int open() {
        return OPEN.get();
    }

    /** Close codes and how often each was seen since the last call, such as {@code 1006*3 1008*97}. */
    static String ended() {
        StringBuilder text = new StringBuilder();
        synchronized (ENDED) {
            ENDED.forEach((code, times) -> text.append(text.isEmpty() ? "" : " ")
                    .append(code)
                    .append('*')
                    .append(times));
            ENDED.clear();
        }
        return text.toString();
    }
}
