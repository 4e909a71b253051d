package dev.hawser.servlet;

import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.HandlesTypes;
import jakarta.websocket.Endpoint;
import jakarta.websocket.server.ServerApplicationConfig;
import jakarta.websocket.server.ServerEndpoint;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Starts Hawser in a web application. Servlet containers find it in the jar and give it the endpoint classes they have scanned; nothing need
 * be configured. An embedded server that does not scan takes it in one line, with the endpoint classes:
 *
 * <pre>{@code
 * context.addServletContainerInitializer(new HawserInitializer(), ChatEndpoint.class);
 * }</pre>
 *
 * <p>Afterwards the {@code ServerContainer} is the context attribute {@code jakarta.websocket.server.ServerContainer} (Jakarta WebSocket 6.4),
 * and takes more endpoints at any time.
 */
@HandlesTypes({ServerEndpoint.class, ServerApplicationConfig.class, Endpoint.class})
public final class HawserInitializer implements ServletContainerInitializer {
    /** Made by the container, or by whoever embeds one. */
    public HawserInitializer() {
        LeftOutWarning.arm();
    }

    /**
     * Installs the server container and deploys the endpoints.
     *
     * @param classes endpoint classes and {@code ServerApplicationConfig}s, or null if there are none
     * @throws ServletException if a setting or an endpoint is not valid, or if another WebSocket implementation is installed and the setting
     *     {@code dev.hawser.onConflict} is {@code fail}
     */
    @Override
    public void onStartup(@Nullable Set<Class<?>> classes, ServletContext context) throws ServletException {
        Deployment.markInitialized(context);
        PlatformConfigurator.keepApart();
        Deployment deployment = Deployment.start(context, classes == null ? Set.of() : classes);
        if (deployment != null) {
            context.addListener(new HawserListener(deployment));
        }
    }
}
