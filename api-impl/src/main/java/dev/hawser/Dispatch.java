package dev.hawser;

/** The thread on which the callbacks of an endpoint run. In both modes the callbacks of one session never overlap and keep their order. */
public enum Dispatch {
    /** On a worker thread, so that a callback may block. The default. */
    WORKER,

    /**
     * On the event loop that read the bytes: no thread is woken, but a callback that blocks stops every connection of that loop. Sends
     * that would have to wait are refused with an {@link IllegalStateException}, and {@code InputStream} or {@code Reader} handlers fail
     * deployment.
     */
    EVENT_LOOP
}
