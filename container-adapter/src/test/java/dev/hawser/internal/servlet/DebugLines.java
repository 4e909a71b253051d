package dev.hawser.internal.servlet;

import java.text.MessageFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The DEBUG lines of a logger that contain some words. */
final class DebugLines implements AutoCloseable {
    private final Logger logger;
    private final @Nullable Level before;
    private final List<String> seen = new CopyOnWriteArrayList<>();
    private final Handler handler;

    DebugLines(String name, String words) {
        logger = Logger.getLogger(name);
        before = logger.getLevel();
        handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                String text = line.getParameters() == null
                        ? line.getMessage()
                        : MessageFormat.format(line.getMessage(), line.getParameters());
                if (line.getLevel().equals(Level.FINE) && text.contains(words)) {
                    seen.add(text);
                }
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        handler.setLevel(Level.ALL);
        logger.setLevel(Level.ALL);
        logger.addHandler(handler);
    }

    List<String> seen() {
        return seen;
    }

    @Override
    public void close() {
        logger.removeHandler(handler);
        logger.setLevel(before);
    }
}
