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
}
