package dev.hawser.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the tool writes: to standard output what was received and nothing else, so that it can be piped; to standard
 * error notes about the connection. UTF-8 in both. Thread-safe.
 */
final class Terminal {
    private final PrintStream out =
            new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
    private final PrintStream err =
            new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
    private final boolean quiet;

    /**
     * Writes nothing yet.
     *
     * @param quiet without notes; warnings and errors are written all the same
     */
    Terminal(boolean quiet) {
        this.quiet = quiet;
    }

    /** Writes a line of output, and says whether somebody reads it: {@code | head -1} does not for long. */
    boolean line(String text) {
        synchronized (out) {
            out.println(text);
            return !out.checkError();
        }
    }

    /** Writes bytes as they are, and says whether somebody reads them. */
    boolean bytes(ByteBuffer content) {
        byte[] copy = new byte[content.remaining()];
        content.get(copy);
        synchronized (out) {
            out.write(copy, 0, copy.length);
            return !out.checkError();
        }
    }

    /** About the connection. */
    void note(String text) {
        if (!quiet) {
            problem("-- " + text);
        }
    }

    /** What a person should know even with {@code --quiet}: perhaps the message of an exception, if it has one. */
    void problem(@Nullable String text) {
        synchronized (err) {
            err.println(text);
        }
    }

    /** A duration in words, from its nanoseconds. */
    static String duration(long nanos) {
        if (nanos < 1_000_000) {
            return String.format(Locale.ROOT, "%.0f µs", nanos / 1e3);
        }
        return nanos < 1_000_000_000
                ? String.format(Locale.ROOT, "%.1f ms", nanos / 1e6)
                : String.format(Locale.ROOT, "%.2f s", nanos / 1e9);
    }
}
