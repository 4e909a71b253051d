package dev.hawser.cli;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the tool writes: to standard output what was received and nothing else, so that it can be piped; to standard
 * error notes about the connection. UTF-8 in both. What was received is written as it is, unless a terminal shows it:
 * then it is made {@link Printable}, and notes always are. Thread-safe.
 */
final class Terminal {
    private static final long PATIENCE_SECONDS = 5;

    private final PrintStream out =
            new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
    private final PrintStream err =
            new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
    private final boolean quiet;
    private final boolean shown;

    /**
     * Writes nothing yet.
     *
     * @param quiet without notes; warnings and errors are written all the same
     * @param shown whether a terminal shows the output
     */
    Terminal(boolean quiet, boolean shown) {
        this.quiet = quiet;
        this.shown = shown;
    }

    /**
     * Whether standard output is a terminal. Java knows only about input and output together, so test(1) is asked
     * about the rest.
     */
    static boolean showsOutput() throws InterruptedException {
        try {
            Process test = new ProcessBuilder("test", "-t", "1")
                    .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try {
                return test.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) && test.exitValue() == 0;
            } finally {
                test.destroyForcibly();
            }
        } catch (IOException e) { // there is no such program, as on Windows
            return isInteractive();
        }
    }

    /** From Java 22 on, there is a console without a terminal, too, and a method that tells. */
    @SuppressWarnings("SystemConsoleNull")
    private static boolean isInteractive() {
        Console console = System.console();
        try {
            return console != null
                    && (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }

    /** Writes a line of output, and says whether somebody reads it: {@code | head -1} does not for long. */
    boolean line(String text) {
        synchronized (out) {
            out.println(shown ? Printable.lines(text) : text);
            return !out.checkError();
        }
    }

    /** Writes bytes, and says whether somebody reads them. */
    boolean bytes(ByteBuffer content) {
        byte[] copy = new byte[content.remaining()];
        content.get(copy);
        if (shown) {
            copy = Printable.lines(new String(copy, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
        }
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

    /**
     * What a person should know even with {@code --quiet}: perhaps the message of an exception, if it has one. It may
     * have words of the peer in it.
     */
    void problem(@Nullable String text) {
        synchronized (err) {
            err.println(Printable.line(String.valueOf(text)));
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
