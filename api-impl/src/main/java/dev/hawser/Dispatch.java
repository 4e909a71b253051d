package dev.hawser;

/**
 * The thread on which the callbacks of an endpoint run. In all modes the callbacks of one session never overlap and
 * keep their order.
 *
 * <pre>{@code
 *
 * @ServerEndpoint("/prices")
 * @EndpointSettings("dispatch=event-loop")
 * public class Prices { ... }
 * }</pre>
 * @since 0.1.0
 */
public enum Dispatch {
    /** On a worker thread, so that a callback may block. The default. */
    WORKER,

    /**
     * On the event loop that read the bytes: no thread is woken, but a callback that blocks stops every connection of
     * that loop. So does a {@code SendHandler}: it runs on the loop, too, after the callbacks, if its send was written
     * by then, and on a worker otherwise. Sends that would have to wait throw an {@link IllegalStateException}, and
     * {@code InputStream} or {@code Reader} handlers fail the deployment.
     */
    EVENT_LOOP,

    /**
     * On a virtual thread, a new one each time a session's waiting callbacks run, so that any number of callbacks may
     * block at once. Needs Java 21: on an older one the deployment, or a client's connect, fails.
     */
    VIRTUAL_THREADS;

    private static final int VIRTUAL_THREADS_SINCE = 21;

    /** Whether this JVM supports the mode: {@link #VIRTUAL_THREADS} needs Java 21. */
    public boolean isSupported() {
        return this != VIRTUAL_THREADS || Runtime.version().feature() >= VIRTUAL_THREADS_SINCE;
    }
}
