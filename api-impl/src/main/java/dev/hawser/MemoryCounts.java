package dev.hawser;

/**
 * What connections hold in memory for their peers, at one moment, and what this application has done when the sum
 * exceeded {@link Setting#MEMORY_BUDGET}. {@link HawserContainer#getMemoryCounts} gives them.
 *
 * <pre>{@code
 * gauge("websocket.held.bytes", () -> container.getMemoryCounts().heldBytes());
 * }</pre>
 *
 * <p>These count: messages that wait for callbacks, messages and streams that have begun and not ended, frames that
 * wait to be sent, and compression histories. The figures are at most a second old, or 50 ms if much of the budget is
 * used. Without a budget nothing is counted.
 *
 * @param budget the budget in bytes; 0 if there is none
 * @param heldBytes what the connections of this application hold, in bytes
 * @param heldByAllBytes what the connections of all applications in this JVM hold, in bytes
 * @param refusedHandshakes how many handshakes this application has answered with 503
 * @param pausedReadings how often this application has paused the reading of a connection
 * @param closedSessions how many sessions this application has closed, see {@link CloseCause#SHORT_OF_MEMORY}
 * @param timesReached how often this application has found the budget reached, see {@link
 *     ConnectionObserver#memoryBudgetReached}
 * @since 0.1.0
 */
public record MemoryCounts(
        long budget,
        long heldBytes,
        long heldByAllBytes,
        long refusedHandshakes,
        long pausedReadings,
        long closedSessions,
        long timesReached) {}
