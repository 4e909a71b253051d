package dev.hawser.internal.topic;

import dev.hawser.internal.dispatch.DrainDispatcher;
import dev.hawser.internal.dispatch.Turn;

/**
 * Completes the result of one publication, which calls what the application has hung on it. That may block, for
 * instance until another publication has its result, so each has a turn of its own, where turns may block.
 */
final class ResultTurn implements Turn {
    private final Runnable completion;
    private final DrainDispatcher dispatcher;
    private final ClassLoader classLoader;

    /** @param classLoader the application's: the context class loader of what is called */
    ResultTurn(Runnable completion, DrainDispatcher dispatcher, ClassLoader classLoader) {
        this.completion = completion;
        this.dispatcher = dispatcher;
        this.classLoader = classLoader;
    }

    @Override
    public boolean mayBlock() {
        return true;
    }

    @Override
    public void run() {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        boolean interrupted = thread.isInterrupted();
        thread.setContextClassLoader(classLoader);
        try {
            completion.run();
        } finally {
            thread.setContextClassLoader(before);
            if (thread.isInterrupted() != interrupted) {
                dispatcher.threads().restoreInterrupt(interrupted);
            }
        }
    }
}
