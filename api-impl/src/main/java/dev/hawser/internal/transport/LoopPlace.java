package dev.hawser.internal.transport;

import java.io.IOException;

/**
 * The place of one connection in an event loop: in one of ours ({@link SelectedSocket}), or in a container's. The
 * methods may be called from any thread.
 */
public interface LoopPlace {
    /** Called once, before all other methods: the loop calls this listener from now on. */
    void enter(SelectorLoop.Listener listener) throws IOException;

    /**
     * Adds to the selection operations for which the loop calls the listener, each once. Does nothing after {@link
     * #close}.
     */
    void await(int operations);

    /** Runs a task on the loop's thread, after what that does now; on the calling thread if the loop has ended. */
    void execute(Runnable task);

    /** Whether the socket is open. */
    boolean isOpen();

    /** Closes the socket; further calls do nothing. */
    void close() throws IOException;

    /** Called once, when the end of the connection was told. */
    void leave();
}
