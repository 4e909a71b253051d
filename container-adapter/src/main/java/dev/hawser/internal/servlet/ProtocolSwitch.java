package dev.hawser.internal.servlet;

import dev.hawser.internal.log.LimitedLog;
import dev.hawser.internal.transport.TransportListener;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestEvent;
import jakarta.servlet.ServletRequestListener;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.ServletResponseWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The switch of one accepted handshake from HTTP to WebSocket. It waits until the application's filters have returned,
 * because they may still replace the 101 by another response; the connection then stays HTTP. Used on the request's
 * thread.
 */
final class ProtocolSwitch {
    private static final LimitedLog LOG = new LimitedLog("dev.hawser.servlet");
    private static final String ATTRIBUTE = ProtocolSwitch.class.getName();

    private final HttpServletResponse response;
    private final TransportListener listener;
    private final @Nullable Runnable upgrade;

    private ProtocolSwitch(HttpServletResponse response, TransportListener listener, @Nullable Runnable upgrade) {
        this.response = response;
        this.listener = listener;
        this.upgrade = upgrade;
    }

    /**
     * Waits for the end of the request.
     *
     * @param listener its onClosed is called if another response is sent
     * @param upgrade tells the container to switch; null if the container was told before and checks the status itself
     */
    static void await(
            ServletRequest request, ServletResponse response, TransportListener listener, @Nullable Runnable upgrade) {
        ServletResponse bare = response;
        while (bare instanceof ServletResponseWrapper wrapper) {
            bare = wrapper.getResponse();
        }
        request.setAttribute(ATTRIBUTE, new ProtocolSwitch((HttpServletResponse) bare, listener, upgrade));
    }

    /**
     * Switches or not, now that the response is final. Does nothing for a request without a switch, or at a second
     * call.
     */
    private static void settle(ServletRequest request) {
        if (request.getAttribute(ATTRIBUTE) instanceof ProtocolSwitch waiting) {
            request.removeAttribute(ATTRIBUTE);
            waiting.settle();
        }
    }

    private void settle() {
        if (response.getStatus() != HttpServletResponse.SC_SWITCHING_PROTOCOLS) {
            listener.onClosed(null);
            return;
        }
        if (upgrade == null) {
            return;
        }
        boolean given = false;
        try {
            upgrade.run();
            given = true;
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "The container failed to upgrade the connection of an accepted handshake", e);
            if (!response.isCommitted()) {
                response.reset();
                response.setStatus(HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
            }
        } finally {
            if (!given) {
                listener.onClosed(null);
            }
        }
    }

    /**
     * Settles at the end of each request, after all filters and error pages. Undertow calls it also when a request
     * becomes asynchronous, and again at the end.
     */
    static final class AtTheEnd implements ServletRequestListener {
        @Override
        public void requestDestroyed(ServletRequestEvent event) {
            ServletRequest request = event.getServletRequest();
            if (!request.isAsyncStarted()) {
                settle(request);
            }
        }
    }

    /**
     * Settles after the filters if the container does not call {@link AtTheEnd}: Tomcat does not if the application has
     * begun to stop.
     *
     * @param stopping whether the application has begun to stop
     */
    record WhileStopping(BooleanSupplier stopping) implements Filter {
        @Override
        public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
                throws IOException, ServletException {
            boolean answered = false;
            try {
                chain.doFilter(request, response);
                answered = true;
            } finally {
                if (request.getAttribute(ATTRIBUTE) != null && stopping.getAsBoolean()) {
                    if (!answered) {
                        ((HttpServletResponse) response).setStatus(HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
                    }
                    settle(request);
                }
            }
        }
    }
}
