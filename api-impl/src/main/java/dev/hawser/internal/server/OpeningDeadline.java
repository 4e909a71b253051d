package dev.hawser.internal.server;

import dev.hawser.CloseCause;
import dev.hawser.internal.dispatch.DrainDispatcher;
import dev.hawser.internal.dispatch.Turn;
import dev.hawser.internal.session.ContainerRuntime;
import dev.hawser.internal.session.WebSocketSession;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Cuts an accepted session that does not open in time. A container that cannot write its 101 may tell nobody, such as
 * Tomcat if the peer has reset the connection, and the session would keep its place. It is one entry in the container's
 * timer, which is removed when the session opens or ends. Thread-safe.
 */
final class OpeningDeadline implements Runnable {
    /** The time that a container has for its 101, and the application's filters around it. */
    private static final long SECONDS = 10;

    /** After this time the entry runs again if the session has not ended, because something threw. */
    private static final long AGAIN = 1;

    private final WebSocketSession session;
    private final DrainDispatcher dispatcher;
    /** Written before others know this deadline; null if the timer has ended. */
    private @Nullable Future<?> entry;

    private volatile boolean ended;

    private OpeningDeadline(WebSocketSession session, DrainDispatcher dispatcher) {
        this.session = session;
        this.dispatcher = dispatcher;
    }

    /** Starts the deadline of a session that other threads do not yet know. */
    static OpeningDeadline start(ContainerRuntime runtime, WebSocketSession session) {
        OpeningDeadline made = new OpeningDeadline(session, runtime.dispatcher());
        try {
            made.entry = runtime.resources().timer().scheduleWithFixedDelay(made, SECONDS, AGAIN, TimeUnit.SECONDS);
        } catch (RejectedExecutionException e) {
            // The container has ended, so its registry refuses the session.
        }
        return made;
    }

    /** Called when the session has opened, or has ended. Any number of times. */
    void end() {
        ended = true;
        Future<?> made = entry;
        if (made != null) {
            made.cancel(false);
        }
    }

    /** Called by the timer. The cut runs on a worker, because it gives the endpoint's object back. */
    @Override
    public void run() {
        try {
            dispatcher.readySoon(new Turn.Ticket(this::cut));
        } catch (Throwable e) {
            // The timer calls again: it must not lose the entry because there is no memory now.
        }
    }

    private void cut() {
        if (!ended) {
            session.cut("the container did not open it in time", CloseCause.NOT_OPENED);
        }
    }
}
