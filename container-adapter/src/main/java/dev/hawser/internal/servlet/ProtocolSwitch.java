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
 * The switch of one accepted handshake from HTTP to WebSocket. It waits until the filters of the application have had
 * their say: they may still send another response than the 101 that they were shown, and then the connection stays
 * HTTP. Used on the request's thread.
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
     * @param listener is told that its connection never opens if another response goes out
     * @param upgrade tells the container to switch; null if the container has been told, and looks at the status itself
     */
    static void await(
            ServletRequest request, ServletResponse response, TransportListener listener, @Nullable Runnable upgrade) {
        ServletResponse bare = response;
        while (bare instanceof ServletResponseWrapper wrapper) {
            bare = wrapper.getResponse();
        }
        request.setAttribute(ATTRIBUTE, new ProtocolSwitch((HttpServletResponse) bare, listener, upgrade));
    }

    /** The response is what it is going to be. Does nothing for a request without a switch, and the second time. */
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
            LOG.log(Level.ERROR, "The container has not given the connection of a handshake away", e);
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
     * Settles at the end of each request, behind all filters and error pages. Undertow calls it when the application
     * goes on asynchronously, too, and again at the end.
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
     * Settles behind the filters where the container does not call {@link AtTheEnd}: Tomcat does not when the
     * application has begun to stop meanwhile.
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
