package dev.hawser.internal.observe;

import dev.hawser.CloseCause;
import dev.hawser.ConnectionObserver;
import dev.hawser.ObservedConnection;
import dev.hawser.ObservedFrame;
import java.util.Set;

/**
 * Writes one line for each frame to the logger {@value #NAME}: its session, direction, opcode, length and flags, and no
 * payload. Thread-safe.
 */
public final class FrameLog implements ConnectionObserver {
    static final String NAME = "dev.hawser.frames";
    private static final System.Logger LOGGER = System.getLogger(NAME);

    /** Logs the frames of all connections at DEBUG. */
    private static final FrameLog OF_ALL = new FrameLog(System.Logger.Level.DEBUG, Set.of());

    private final System.Logger.Level level;
    /** Sessions and endpoints whose frames are logged; if empty, those of all. */
    private final Set<String> chosen;

    private FrameLog(System.Logger.Level level, Set<String> chosen) {
        this.level = level;
        this.chosen = chosen;
    }

    /** A log at INFO, of the frames of some sessions, by their ids, and of the sessions of some endpoints. */
    public static FrameLog ofSome(Set<String> sessionsAndEndpoints) {
        return new FrameLog(System.Logger.Level.INFO, Set.copyOf(sessionsAndEndpoints));
    }

    /** Lets the log of all frames watch, if the logger's level asks for it now, and otherwise no longer. */
    public static void followLevel() {
        if (LOGGER.isLoggable(System.Logger.Level.DEBUG)) {
            Observers.addEverywhere(OF_ALL);
        } else {
            Observers.removeEverywhere(OF_ALL);
        }
    }

    @Override
    public void frameReceived(ObservedConnection connection, ObservedFrame frame) {
        write(connection, "received", frame);
    }

    @Override
    public void frameSent(ObservedConnection connection, ObservedFrame frame) {
        write(connection, "sent", frame);
    }

    @Override
    public void ended(ObservedConnection connection, CloseCause cause, int closeCode) {
        if (isMine(connection)) {
            LOGGER.log(level, "session " + connection.sessionId() + " ended " + cause + " code=" + closeCode);
        }
    }

    private boolean isMine(ObservedConnection connection) {
        return chosen.isEmpty() || chosen.contains(connection.sessionId()) || chosen.contains(connection.endpoint());
    }

    private void write(ObservedConnection connection, String direction, ObservedFrame frame) {
        if (isMine(connection)) {
            LOGGER.log(level, line(connection, direction, frame));
        }
    }

    private static String line(ObservedConnection connection, String direction, ObservedFrame frame) {
        return "session " + connection.sessionId() + " " + direction + " " + frame.opcode() + " length="
                + frame.length() + " fin=" + (frame.fin() ? 1 : 0) + " rsv=" + frame.rsv()
                + (frame.closeCode() == 0 ? "" : " code=" + frame.closeCode());
    }
}
