package dev.hawser.internal.jetty;

import static java.lang.System.Logger.Level.INFO;

import dev.hawser.internal.log.LimitedLog;
import java.util.Arrays;
import java.util.EventListener;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.Connection.Listener;

/**
 * The listeners of a connection of Jetty's, such as its statistics: an array that is replaced when one is added. Most
 * connections have none, and so hold nothing for them.
 */
final class JettyListeners {
    static final Listener[] NOBODY = {};

    private static final LimitedLog FAILURES = new LimitedLog("dev.hawser.connection");
    private static final String FAILED = LimitedLog.prepared("A listener of Jetty's connections failed");

    private JettyListeners() {}

    /** With another one, if it listens to connections; those of a connector listen to other things, too. */
    static Listener[] with(Listener[] present, EventListener added) {
        if (!(added instanceof Listener listener)) {
            return present;
        }
        Listener[] more = Arrays.copyOf(present, present.length + 1);
        more[present.length] = listener;
        return more;
    }

    static Listener[] without(Listener[] present, EventListener removed) {
        return Arrays.stream(present)
                .filter(listener -> !listener.equals(removed))
                .toArray(Listener[]::new);
    }

    // As Jetty does: what one throws, even an error, is logged, and the others are told. Nothing is allocated, since
    // there may be no memory.

    static void opened(Listener[] listeners, Connection connection) {
        for (Listener listener : listeners) {
            try {
                listener.onOpened(connection);
            } catch (Throwable e) {
                FAILURES.logIfPossible(INFO, FAILED, e);
            }
        }
    }

    static void closed(Listener[] listeners, Connection connection) {
        for (Listener listener : listeners) {
            try {
                listener.onClosed(connection);
            } catch (Throwable e) {
                FAILURES.logIfPossible(INFO, FAILED, e);
            }
        }
    }
}
