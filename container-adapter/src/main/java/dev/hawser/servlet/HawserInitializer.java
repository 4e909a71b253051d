package dev.hawser.servlet;

import dev.hawser.internal.servlet.ContextName;
import dev.hawser.internal.servlet.Deployment;
import dev.hawser.internal.servlet.LeftOutWarning;
import dev.hawser.internal.servlet.PlatformConfigurator;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.HandlesTypes;
import jakarta.websocket.Endpoint;
import jakarta.websocket.server.ServerApplicationConfig;
import jakarta.websocket.server.ServerEndpoint;
import java.lang.System.Logger.Level;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Starts Hawser in a web application. Servlet containers find it in the jar and pass it the endpoint classes that they
 * have found; nothing needs to be configured. For an embedded server that does not scan, one line adds it with the
 * endpoint classes:
 *
 * <pre>{@code
 * context.addServletContainerInitializer(new HawserInitializer(), ChatEndpoint.class);
 * }</pre>
 *
 * <p>Then the context attribute {@code jakarta.websocket.server.ServerContainer} has the {@code ServerContainer}
 * (Jakarta WebSocket 6.4), to which endpoints can be added at any time.
 *
 * @since 0.1.0
 */
@HandlesTypes({ServerEndpoint.class, ServerApplicationConfig.class, Endpoint.class})
public final class HawserInitializer implements ServletContainerInitializer {
    /** Servlet containers, and programs that embed one, call this constructor. */
    public HawserInitializer() {
        LeftOutWarning.arm();
    }

    /**
     * Installs the server container and deploys the endpoints, unless a framework in the application starts Hawser.
     *
     * @param classes endpoint classes and {@code ServerApplicationConfig}s, or null if there are none
     * @throws ServletException if a setting or an endpoint is not valid, or if another WebSocket implementation is
     *     installed and the setting {@code dev.hawser.onConflict} is {@code fail}
     */
    @Override
    public void onStartup(@Nullable Set<Class<?>> classes, ServletContext context) throws ServletException {
        Deployment.markInitialized(context);
        if (Deployment.isStartedByFramework(context)) {
            System.getLogger("dev.hawser.servlet")
                    .log(Level.DEBUG, "A framework starts Hawser in {0}", ContextName.of(context));
            return;
        }
        start(context, classes == null ? Set.of() : classes);
    }

    /**
     * Installs the server container without endpoints, for a framework that finds them itself. To be called while the
     * application starts and listeners may still be added.
     *
     * @throws ServletException as in {@link #onStartup}
     */
    public static void start(ServletContext context) throws ServletException {
        Deployment.markInitialized(context);
        start(context, Set.of());
    }

    private static void start(ServletContext context, Set<Class<?>> classes) throws ServletException {
        PlatformConfigurator.keepApart();
        Deployment deployment = Deployment.start(context, classes);
        if (deployment != null) {
            context.addListener(new HawserListener(deployment));
        }
    }
}
