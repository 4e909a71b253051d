package dev.hawser.internal.servlet;

import jakarta.servlet.http.HttpUpgradeHandler;
import jakarta.servlet.http.WebConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * The handler that {@code HttpServletRequest.upgrade} makes, with the public constructor, and calls when the response
 * was sent (Servlet 6.0, 2.3.3.5). It gets its transport by {@link #give}, and passes the connection on to it.
 */
public final class ServletUpgradeHandler implements HttpUpgradeHandler {
    /** Set on the request's thread, and read on the container's, which may be another one. */
    private volatile @Nullable ServletTransport transport;

    /** For the container. */
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

    /** Called when the connection is closed. Tomcat does not call it if the socket was closed without Tomcat. */
    @Override
    public void destroy() {
        ServletTransport open = transport;
        if (open != null) {
            open.destroyed();
        }
    }
}
