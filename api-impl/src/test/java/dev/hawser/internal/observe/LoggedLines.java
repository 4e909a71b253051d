package dev.hawser.internal.observe;

import dev.hawser.internal.session.SessionHarness;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Keeps what is logged, a line each: {@code FINE session ...}. */
final class LoggedLines extends Handler {
    final List<String> all = new CopyOnWriteArrayList<>();

    /** Keeps what a logger writes, and nobody else gets it. Its level is INFO until a test says otherwise. */
    void listenTo(Logger logger) {
        setLevel(Level.ALL);
        logger.addHandler(this);
        logger.setUseParentHandlers(false);
        logger.setLevel(Level.INFO);
    }

    /** The logger is as before. */
    void leave(Logger logger) {
        logger.removeHandler(this);
        logger.setUseParentHandlers(true);
        logger.setLevel(null);
        FrameLog.followLevel();
    }

    void awaits(String line) {
        SessionHarness.await(line + " in " + all, () -> all.contains(line));
    }

    @Override
    public void publish(LogRecord line) {
        all.add(line.getLevel() + " " + line.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
