package dev.hawser.test;

import java.util.ArrayDeque;

/** The last lines of what one peer has sent and received, for the messages of failed assertions. Thread-safe. */
final class Transcript {
    private static final int LINES = 20;

    // Guarded by this.
    private final ArrayDeque<String> lines = new ArrayDeque<>();
    private int omitted;

    synchronized void add(String line) {
        if (lines.size() == LINES) {
            lines.removeFirst();
            omitted++;
        }
        lines.add(line);
    }

    @Override
    public synchronized String toString() {
        if (lines.isEmpty()) {
            return "Nothing was sent or received.";
        }
        String head = omitted == 0 ? "Sent and received:" : "Sent and received, after " + omitted + " others:";
        return head + "\n  " + String.join("\n  ", lines);
    }
}
