package dev.hawser.internal.transport;

import java.io.IOException;

/**
 * Why a connection takes no more. It has no stack trace: it is made for each connection that ends, for whoever sends
 * later, and the stack of the thread that ended it would tell a sender nothing.
 */
public final class EndedException extends IOException {
    private static final long serialVersionUID = 1L;

    /** With the reason in words. */
    public EndedException(String why) {
        super(why);
    }

    @Override
    public Throwable fillInStackTrace() {
        return this;
    }
}
