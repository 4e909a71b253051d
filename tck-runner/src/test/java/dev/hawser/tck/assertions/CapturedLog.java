package dev.hawser.tck.assertions;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What the server logs while this is open, by java.util.logging or to standard error. */
final class CapturedLog extends Handler implements AutoCloseable {

    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final PrintStream before = System.err;

    CapturedLog() {
        Logger.getLogger("").addHandler(this);
        System.setErr(new PrintStream(new Lines(), true, StandardCharsets.UTF_8));
    }

    /** Whether a text is logged within 30 seconds, as part of a message or of an exception. */
    boolean shows(String text) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        try {
            String line = lines.poll(30, TimeUnit.SECONDS);
            while (line != null && !line.contains(text)) {
                line = lines.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            }
            return line != null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void publish(LogRecord entry) {
        if (entry.getLevel().intValue() >= Level.INFO.intValue()) {
            lines.add(String.valueOf(entry.getMessage()));
            for (Throwable error = entry.getThrown(); error != null; error = error.getCause()) {
                lines.add(error.toString());
            }
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        Logger.getLogger("").removeHandler(this);
        System.setErr(before);
    }

    /** Cuts what is printed into lines, and prints it as before. */
    private final class Lines extends java.io.OutputStream {
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();

        @Override
        public synchronized void write(int octet) {
            before.write(octet);
            if (octet == '\n') {
                lines.add(line.toString(StandardCharsets.UTF_8));
                line.reset();
            } else {
                line.write(octet);
            }
        }
    }
}
