package dev.hawser.internal.dispatch;

import java.util.concurrent.Executor;

/**
 * An executor that runs all turns, in the place of the threads of {@link DrainDispatcher}. The test kit decides with it
 * in which order callbacks run; servers and clients have none. A task that it has taken must run.
 */
public interface TurnExecutor extends Executor {}
