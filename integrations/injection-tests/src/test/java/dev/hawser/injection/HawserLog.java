package dev.hawser.injection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Warnings and errors of all of Hawser's loggers, which end in java.util.logging here. */
final class HawserLog extends Handler implements AutoCloseable {
    private static final Logger LOGGER = Logger.getLogger("dev.hawser");

    private final List<LogRecord> told = new CopyOnWriteArrayList<>();

    static HawserLog record() {
        HawserLog log = new HawserLog();
        LOGGER.addHandler(log);
        return log;
    }

    @Override
    public void publish(LogRecord entry) {
        if (entry.getLevel().intValue() >= Level.WARNING.intValue()) {
            told.add(entry);
        }
    }

    /** The line, and the first line of its stack trace, of the only entry since the last call. */
    String only() {
        List<LogRecord> all = List.copyOf(told);
        told.clear();
        assertEquals(
                1,
                all.size(),
                () -> all.stream().map(LogRecord::getMessage).toList().toString());
        return all.get(0).getMessage() + "\n" + all.get(0).getThrown();
    }

    void assertSilent() {
        assertEquals(List.of(), told.stream().map(LogRecord::getMessage).toList());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        LOGGER.removeHandler(this);
    }
}
