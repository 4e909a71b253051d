package dev.hawser;

import jakarta.websocket.server.ServerContainer;
import java.util.Set;

/**
 * The {@link ServerContainer} of Hawser in a web application: cast the context attribute {@code
 * jakarta.websocket.server.ServerContainer} to it for what the Jakarta interface does not have. All methods are
 * thread-safe.
 *
 * <pre>{@code
 * HawserContainer container = (HawserContainer) context.getAttribute(ServerContainer.class.getName());
 * int open = container.getOpenSessions().size();
 * }</pre>
 *
 * @since 0.1.0
 */
public interface HawserContainer extends ServerContainer {
    /** The open sessions of all endpoints of the application, as a copy. */
    Set<HawserSession> getOpenSessions();

    /** How many sessions there are, and how many handshakes a cap has refused. */
    ConnectionCounts getConnectionCounts();

    /** What the connections hold in memory for their peers, and what was done because it was too much. */
    MemoryCounts getMemoryCounts();

    /**
     * Adds an observer. It is told about all connections of this container: those that are open, those that open later,
     * and those of the container's client. Adding the same observer again changes nothing.
     */
    void addObserver(ConnectionObserver observer);

    /** Removes an observer. Calls that have begun on other threads may still arrive. */
    void removeObserver(ConnectionObserver observer);

    /**
     * Ends the service of this application: new handshakes are answered with 503, every peer gets a close frame with
     * 1001, and connections that have not closed after {@link Setting#STOP_TIMEOUT} are cut. Returns when all {@code
     * onClose} callbacks have returned or that time has passed; a second call returns at once. The stop of the web
     * application does the same, so this is only needed to stop earlier.
     */
    void stop();
}
