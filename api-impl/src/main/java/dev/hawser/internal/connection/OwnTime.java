package dev.hawser.internal.connection;

import dev.hawser.internal.dispatch.TurnExecutor;
import dev.hawser.internal.transport.Clock;
import java.util.concurrent.ScheduledExecutorService;

/**
 * Runs the turns of a container in an order of its own, and by a time of its own. The test kit gives one to the
 * container, as the executor that otherwise only lends threads.
 */
public interface OwnTime extends TurnExecutor, Clock {
    /** The timer by this clock. It ends with the container. */
    ScheduledExecutorService timer();
}
