package dev.hawser.internal.log;

/**
 * A log of what a peer can make fail as often as it likes, by connecting and sending: of one kind, which is a message
 * and the class of what was thrown, some are written only ({@link RepeatedErrors}). Thread-safe.
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
     * @param message the same for all of a kind, so that it tells of no session
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
