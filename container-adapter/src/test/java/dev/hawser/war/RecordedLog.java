package dev.hawser.war;

import java.text.MessageFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What one of Hawser's loggers says, from all class loaders: System.Logger ends in java.util.logging here. */
public final class RecordedLog implements AutoCloseable {
    private final Logger logger;
    private final List<String> warnings = new CopyOnWriteArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            if (entry.getLevel().intValue() >= Level.WARNING.intValue()) {
                Object[] parameters = entry.getParameters();
                warnings.add(
                        parameters == null ? entry.getMessage() : MessageFormat.format(entry.getMessage(), parameters));
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    public RecordedLog(String name) {
        logger = Logger.getLogger(name);
        logger.addHandler(handler);
    }

    /** Warnings and errors so far, formatted. */
    public List<String> warnings() {
        return warnings;
    }

    @Override
    public void close() {
        logger.removeHandler(handler);
    }
}
