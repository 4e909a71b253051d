package dev.hawser.internal.servlet;

import jakarta.servlet.http.HttpUpgradeHandler;
import jakarta.servlet.http.WebConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * What {@code HttpServletRequest.upgrade} makes an instance of, by its public constructor, and calls when the response
 * has been sent (Servlet 6.0, 2.3.3.5). It knows nothing until {@link #give}; all it does is to pass the connection on.
 */
public final class ServletUpgradeHandler implements HttpUpgradeHandler {
    /** Given on the request's thread; used on the container's, which may be another one. */
    private volatile @Nullable ServletTransport transport;

    /** Made by the container. */
    public ServletUpgradeHandler() {}

    void give(ServletTransport waiting) {
        transport = waiting;
    }

    @Override
    public void init(WebConnection connection) {
        ServletTransport waiting = transport;
        if (waiting == null) {
            throw new IllegalStateException(
                    "Only Hawser upgrades a request to " + ServletUpgradeHandler.class.getName());
        }
        try {
            waiting.open(connection);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The connection is gone. Not called by Tomcat if the socket was closed behind its back. */
    @Override
    public void destroy() {
        ServletTransport open = transport;
        if (open != null) {
            open.destroyed();
        }
    }
}
