package dev.hawser.internal.jetty;

import dev.hawser.internal.servlet.OwnWebSocket;
import dev.hawser.internal.servlet.PublicMethod;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import org.eclipse.jetty.server.handler.ContextHandler;

/** Jetty's own WebSocket implementation for Jakarta, in ee10 and ee11. */
final class JettyOwnWebSocket implements OwnWebSocket {
    private static final String JETTY_WEBSOCKET_SWITCH = "org.eclipse.jetty.websocket.jakarta";

    /** The end of the name of Jetty's own WebSocket filter in ee10 and ee11; its name is its class. */
    private static final String WEBSOCKET_FILTER = ".websocket.servlet.WebSocketUpgradeFilter";

    /** The end of the class name of the initializer that starts Jetty's own WebSocket in ee10 and ee11. */
    private static final String WEBSOCKET_INITIALIZER = ".JakartaWebSocketServletContainerInitializer";

    private final ServletContext servletContext;
    private final ContextHandler handler;
    private final Class<?> apiRequest;
    private final JettyLife life;

    /** @param apiRequest the class {@code ServletApiRequest} of the environment */
    JettyOwnWebSocket(ServletContext servletContext, ContextHandler handler, Class<?> apiRequest, JettyLife life) {
        this.servletContext = servletContext;
        this.handler = handler;
        this.apiRequest = apiRequest;
        this.life = life;
    }

    @Override
    public boolean removeFilter() {
        return JettyFilters.remove(handler, name -> name.endsWith(WEBSOCKET_FILTER));
    }

    /**
     * Jetty's own filter puts itself first, so that no filter of the application sees the handshake. It is moved after
     * all initializers have run, and again after all listeners, because both may add filters.
     */
    @Override
    public void putFilterLast() {
        Runnable put = () -> JettyFilters.putLast(handler, name -> name.endsWith(WEBSOCKET_FILTER));
        try {
            servletContext.addListener(new ServletContextListener() {
                @Override
                public void contextInitialized(ServletContextEvent event) {
                    put.run();
                }
            });
        } catch (IllegalArgumentException | IllegalStateException | UnsupportedOperationException e) {
            put.run(); // no listener can be added any more, so the initializers have run
        }
        life.afterStart(() -> true, put);
    }

    @Override
    public boolean follows(boolean findsClasses) {
        if ("false".equals(servletContext.getInitParameter(JETTY_WEBSOCKET_SWITCH))
                || Boolean.FALSE.equals(servletContext.getAttribute(JETTY_WEBSOCKET_SWITCH))) {
            return false;
        }
        try {
            Class<?> initializer = Class.forName(
                    apiRequest.getPackageName() + ".ServletContainerInitializerHolder",
                    true,
                    apiRequest.getClassLoader());
            for (Object each : handler.getContainedBeans(initializer)) {
                if (PublicMethod.callForNull(each, "getClassName") instanceof String name
                        && name.endsWith(WEBSOCKET_INITIALIZER)) {
                    return true;
                }
            }
        } catch (ReflectiveOperationException e) {
            System.getLogger("dev.hawser.jetty")
                    .log(System.Logger.Level.DEBUG, "The initializers of this web application are not known", e);
        }
        return false;
    }

    @Override
    public boolean disable() {
        if (Boolean.parseBoolean(servletContext.getInitParameter(JETTY_WEBSOCKET_SWITCH))) {
            return false;
        }
        servletContext.setAttribute(JETTY_WEBSOCKET_SWITCH, false);
        return true;
    }
}
