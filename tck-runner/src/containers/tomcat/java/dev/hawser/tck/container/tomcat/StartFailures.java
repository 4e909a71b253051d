package dev.hawser.tck.container.tomcat;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Why an application does not start. Tomcat tells nobody but its log, so for as long as this is open the errors that it
 * logs are kept; in an embedded Tomcat that is {@code java.util.logging}.
 */
final class StartFailures extends Handler implements AutoCloseable {
    /** Kept here: the log manager lets go of a logger that nobody holds. */
    private static final Logger TOMCAT = Logger.getLogger("org.apache.catalina");

    private final Queue<LogRecord> errors = new ConcurrentLinkedQueue<>();

    StartFailures() {
        TOMCAT.addHandler(this);
    }

    /** All that was logged as an error, as one exception: the first cause is its cause. */
    IllegalStateException asException(String application) {
        StringBuilder message = new StringBuilder("Tomcat does not start " + application);
        Throwable cause = null;
        for (LogRecord error : errors) {
            message.append("; ").append(error.getMessage());
            cause = cause == null ? error.getThrown() : cause;
        }
        return new IllegalStateException(message.toString(), cause);
    }

    @Override
    public void publish(LogRecord entry) {
        if (entry.getLevel().intValue() >= Level.SEVERE.intValue()) {
            errors.add(entry);
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        TOMCAT.removeHandler(this);
    }
}
