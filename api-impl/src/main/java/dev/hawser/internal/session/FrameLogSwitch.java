package dev.hawser.internal.session;

import dev.hawser.internal.observe.FrameLog;
import dev.hawser.internal.observe.Observers;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The sessions and endpoints of one container whose frames are logged without the level of the logger. Thread-safe. */
public final class FrameLogSwitch {
    private final Observers observers;

    // Guarded by this.
    private final Set<String> chosen = new TreeSet<>();
    /** Those of them whose payloads are shown, too. */
    private final Set<String> withPayloads = new TreeSet<>();

    private @Nullable FrameLog log;

    FrameLogSwitch(Observers observers) {
        this.observers = observers;
    }

    /**
     * Logs the frames of a session, or of all sessions of an endpoint, at INFO.
     *
     * @param sessionOrEndpoint the id of a session, or the path of an endpoint
     */
    public synchronized void log(String sessionOrEndpoint) {
        chosen.add(sessionOrEndpoint);
        replace();
    }

    /** Logs them with the payloads of those whose settings allow it, and says so in the log. */
    public synchronized void logPayloads(String sessionOrEndpoint) {
        if (withPayloads.add(sessionOrEndpoint)) {
            FrameLog.warn(sessionOrEndpoint);
        }
        log(sessionOrEndpoint);
    }

    /** Logs them no longer. */
    public synchronized void stopLogging(String sessionOrEndpoint) {
        chosen.remove(sessionOrEndpoint);
        withPayloads.remove(sessionOrEndpoint);
        replace();
    }

    /** Whose frames are logged by name. */
    public synchronized Set<String> logged() {
        return Set.copyOf(chosen);
    }

    /** Whose payloads are logged by name. */
    public synchronized Set<String> loggedPayloads() {
        return Set.copyOf(withPayloads);
    }

    /** The lock is held. */
    private void replace() {
        FrameLog before = log;
        log = chosen.isEmpty() ? null : FrameLog.ofSome(chosen, withPayloads);
        if (before != null) {
            observers.remove(before);
        }
        if (log != null) {
            observers.add(log);
        }
    }
}
