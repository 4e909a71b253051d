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

    /** How many sessions each endpoint has, by the declared path of the endpoint. */
    Map<String, Integer> getSessionsByEndpoint();

    /**
     * How many sessions have ended so far, by the name of their {@link CloseCause}. A cause with which no session ended
     * is missing.
     */
    Map<String, Long> getEndsByCause();

    /** How many bytes wait to be sent to all sessions together. */
    long getBufferedBytes();

    /** How many turns of sessions wait for a worker. */
    int getWaitingTurns();

    /** How many platform threads call endpoints: workers, and threads for callbacks that block. */
    int getThreads();

    /**
     * The callbacks that have run for a second or more. Each has a line with the id of the session, the endpoint, for
     * how many seconds it has run at least, and the thread, whose stack shows what the callback waits for. The list is
     * made twice a second.
     */
    String[] getBlockedCallbacks();

    /** What the connections of this application hold for their peers, in bytes; see {@link MemoryCounts}. */
    long getHeldBytes();

    /** The setting {@link Setting#MEMORY_BUDGET}, in bytes; 0 if there is none. */
    long getMemoryBudget();

    /** How often the budget was reached. */
    long getTimesBudgetReached();

    /**
     * How many handshakes were refused by {@link Setting#MAX_SESSIONS}, {@link Setting#MAX_SESSIONS_PER_ADDRESS} and
     * {@link Setting#MAX_HANDSHAKES_PER_SECOND} together.
     */
    long getRefusedHandshakes();

    /**
     * The sessions of an endpoint. Each has a line with its id, its endpoint, when it opened, how many bytes wait to be
     * sent, and the peer's address.
     *
     * @param endpoint the declared path of the endpoint; empty for all endpoints
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

    /** The sessions and endpoints for which {@link #logFrames} was called. */
    String[] getLoggedFrames();

    /**
     * Writes the frames of one session, or of all of an endpoint, to the logger {@code dev.hawser.frames} at INFO,
     * without their payloads.
     *
     * @param sessionOrEndpoint the id of a session, or the path of an endpoint as it is declared
     */
    void logFrames(String sessionOrEndpoint);

    /** The sessions and endpoints for which {@link #logPayloads} was called. */
    String[] getLoggedPayloads();

    /**
     * Logs frames as {@link #logFrames} does, and the beginning of each payload with them. The log gets one warning
     * that payloads are logged.
     *
     * @throws IllegalStateException if {@link Setting#UNSAFE_LOG_PAYLOADS} is 0 for the session; for an endpoint, for
     *     all its sessions, or for the application while it has none
     */
    void logPayloads(String sessionOrEndpoint);

    /** Stops what {@link #logFrames} and {@link #logPayloads} have begun for that session or endpoint. */
    void stopLoggingFrames(String sessionOrEndpoint);
}
