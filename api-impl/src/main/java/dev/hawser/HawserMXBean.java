package dev.hawser;

import java.util.Map;

/**
 * What JMX shows of one web application's container, under the name {@code dev.hawser:type=Container,name="/context"}.
 * It is there from the application's start to its stop, unless {@link Setting#JMX} is false.
 *
 * <pre>{@code
 * ObjectName name = new ObjectName("dev.hawser:type=Container,name=\"/shop\"");
 * HawserMXBean bean = JMX.newMXBeanProxy(server, name, HawserMXBean.class);
 * bean.logFrames("/chat/{room}");
 * }</pre>
 *
 * <p>All methods are thread-safe. None returns a query, a header field or a payload.
 *
 * @since 0.1.0
 */
public interface HawserMXBean {
    /** How many sessions are open, or have yet to end. */
    int getSessions();

    /** How many of them each endpoint has, by its path as it is declared. */
    Map<String, Integer> getSessionsByEndpoint();

    /** How many sessions have ended so far, by the name of their {@link CloseCause}; without causes that never came. */
    Map<String, Long> getEndsByCause();

    /** What waits to be sent to all sessions together, in bytes. */
    long getBufferedBytes();

    /** How many turns of sessions wait for a worker. */
    int getWaitingTurns();

    /** How many threads call endpoints: workers and threads for what blocks, without virtual ones. */
    int getThreads();

    /**
     * The callbacks that have not returned for a second or more, a line each: the id of the session, the endpoint, for
     * how many seconds at least, and the thread, whose stack says what it waits for. Looked at twice a second.
     */
    String[] getBlockedCallbacks();

    /** What the connections of this application hold for their peers, in bytes; see {@link MemoryCounts}. */
    long getHeldBytes();

    /** The setting {@link Setting#MEMORY_BUDGET}, in bytes; 0 if there is none. */
    long getMemoryBudget();

    /** How often the budget was reached. */
    long getTimesBudgetReached();

    /** How many handshakes found no place, because of {@link Setting#MAX_SESSIONS} and the other two. */
    long getRefusedHandshakes();

    /**
     * The sessions of an endpoint, a line each: the id, the endpoint, when it opened, the bytes that wait to be sent,
     * the peer's address.
     *
     * @param endpoint its path as it is declared; empty for all endpoints
     * @param most how many at most
     */
    String[] listSessions(String endpoint, int most);

    /**
     * Begins the closing handshake of a session, as {@code Session.close} does.
     *
     * @param code the close code, such as 1001
     * @return false if there is no such session
     * @throws IllegalArgumentException for a code that must not be sent (RFC 6455 7.4)
     */
    boolean closeSession(String sessionId, int code);

    /** What {@link #logFrames} was called for. */
    String[] getLoggedFrames();

    /**
     * Writes the frames of one session, or of all of an endpoint, to the logger {@code dev.hawser.frames} at INFO,
     * without their payloads.
     *
     * @param sessionOrEndpoint the id of a session, or the path of an endpoint as it is declared
     */
    void logFrames(String sessionOrEndpoint);

    /** What {@link #logPayloads} was called for. */
    String[] getLoggedPayloads();

    /**
     * Does so with the beginning of each payload. It says so in the log, once, as a warning.
     *
     * @throws IllegalStateException if {@link Setting#UNSAFE_LOG_PAYLOADS} is 0 for the session; for an endpoint, for
     *     all its sessions, or for the application while it has none
     */
    void logPayloads(String sessionOrEndpoint);

    /** Logs neither frames nor payloads of it any longer. */
    void stopLoggingFrames(String sessionOrEndpoint);
}
