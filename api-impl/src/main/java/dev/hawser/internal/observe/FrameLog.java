package dev.hawser.internal.observe;

import dev.hawser.CloseCause;
import dev.hawser.ObservedConnection;
import dev.hawser.ObservedFrame;
import dev.hawser.Setting;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes one line for each frame to the logger {@value #NAME}: its session, direction, opcode, length and flags. The
 * payload is shown at TRACE, or where it was asked for by name, of connections whose settings allow it. Thread-safe.
 */
public final class FrameLog implements OwnObserver {
    static final String NAME = "dev.hawser.frames";
    private static final System.Logger LOGGER = System.getLogger(NAME);

    /** Logs the frames of all connections at DEBUG. */
    private static final FrameLog OF_ALL = new FrameLog(System.Logger.Level.DEBUG, Set.of(), Set.of());

    private final System.Logger.Level level;
    /** Sessions and endpoints whose frames are logged; if empty, those of all. */
    private final Set<String> chosen;
    /** Those of them whose payloads are shown, too. */
    private final Set<String> withPayloads;

    private FrameLog(System.Logger.Level level, Set<String> chosen, Set<String> withPayloads) {
        this.level = level;
        this.chosen = chosen;
        this.withPayloads = withPayloads;
    }

    /**
     * A log at INFO, of the frames of some sessions, by their ids, and of the sessions of some endpoints.
     *
     * @param withPayloads those of them whose payloads are shown, too
     */
    public static FrameLog ofSome(Set<String> sessionsAndEndpoints, Set<String> withPayloads) {
        return new FrameLog(System.Logger.Level.INFO, Set.copyOf(sessionsAndEndpoints), Set.copyOf(withPayloads));
    }

    /** Tells that payloads are about to be written. */
    public static void warn(String sessionOrEndpoint) {
        LOGGER.log(
                System.Logger.Level.WARNING,
                "The payloads of " + sessionOrEndpoint + " are written to this log from now on, as the setting "
                        + Setting.UNSAFE_LOG_PAYLOADS.key() + " allows");
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
        write(level, connection, "received", frame, null);
    }

    @Override
    public void frameSent(ObservedConnection connection, ObservedFrame frame) {
        write(level, connection, "sent", frame, null);
    }

    /** Whether the payloads of a connection are shown, if its settings allow it. */
    boolean showsPayloads(ObservedConnection connection) {
        return chosen.isEmpty()
                ? LOGGER.isLoggable(System.Logger.Level.TRACE)
                : withPayloads.contains(connection.sessionId()) || withPayloads.contains(connection.endpoint());
    }

    /** Logs a frame with its payload. */
    void frame(ObservedConnection connection, boolean received, ObservedFrame frame, ShownPayload payload) {
        System.Logger.Level at = chosen.isEmpty() ? System.Logger.Level.TRACE : level;
        write(at, connection, received ? "received" : "sent", frame, payload);
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

    private void write(
            System.Logger.Level at,
            ObservedConnection connection,
            String direction,
            ObservedFrame frame,
            @Nullable ShownPayload payload) {
        if (isMine(connection)) {
            LOGGER.log(at, line(connection, direction, frame) + words(frame, payload));
        }
    }

    private static String words(ObservedFrame frame, @Nullable ShownPayload payload) {
        if (payload == null) {
            return "";
        }
        boolean coded = frame.closeCode() != 0;
        ShownPayload shown = coded ? payload.reason() : payload;
        return shown.isEmpty() ? "" : (coded ? " reason=" : " payload=") + shown;
    }

    private static String line(ObservedConnection connection, String direction, ObservedFrame frame) {
        return "session " + connection.sessionId() + " " + direction + " " + frame.opcode() + " length="
                + frame.length() + " fin=" + (frame.fin() ? 1 : 0) + " rsv=" + frame.rsv()
                + (frame.closeCode() == 0 ? "" : " code=" + frame.closeCode());
    }
}
