package dev.hawser.internal.log;

/**
 * A log for failures that a peer can repeat at will, by connecting and sending: it is limited for each kind, which is a
 * message and the class of the exception ({@link RepeatedErrors}). Thread-safe.
 */
public final class LimitedLog {
    private final System.Logger logger;
    private final RepeatedErrors errors = new RepeatedErrors(System::nanoTime);

    /** @param name the name of the logger */
    public LimitedLog(String name) {
        this.logger = System.getLogger(name);
    }

    /**
     * Makes a message in advance, as the initial value of a constant. The JVM makes a literal when it is first used; if
     * that is in the handling of an error, there may be no memory for it.
     */
    public static String prepared(String message) {
        return message;
    }

    /**
     * Writes a line, unless there were many of its kind.
     *
     * @param message the same for all errors of a kind, so it must not name the session
     */
    public void log(System.Logger.Level level, String message, Throwable thrown) {
        if (!logger.isLoggable(level)) {
            return;
        }
        String others = errors.note(message + " " + thrown.getClass().getName());
        if (others != null) {
            logger.log(level, message + others, thrown);
        }
    }

    /**
     * Logs an error of the JVM, in a thread that must go on. Never throws, even if there is no memory.
     *
     * @param message made by {@link #prepared}
     */
    public void logIfPossible(System.Logger.Level level, String message, Throwable thrown) {
        try {
            log(level, message, thrown);
        } catch (Throwable e) {
            // the next one may be told
        }
    }
}
