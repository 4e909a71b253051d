package dev.hawser.war;

import static org.junit.jupiter.api.Assertions.assertEquals;

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

    void assertNoWarnings() {
        assertEquals(List.of(), warnings);
    }

    /** The warning, if there has been just one. */
    String onlyWarning() {
        assertEquals(1, warnings.size(), warnings::toString);
        return warnings.get(0);
    }

    @Override
    public void close() {
        logger.removeHandler(handler);
    }
}
