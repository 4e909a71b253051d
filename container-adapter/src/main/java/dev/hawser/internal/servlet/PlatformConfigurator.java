package dev.hawser.internal.servlet;

import dev.hawser.internal.server.DefaultServerConfigurator;
import jakarta.websocket.server.ServerEndpointConfig;
import java.lang.reflect.Field;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the server's Jakarta API from using the Hawser of one application for all. For the platform default
 * configurator the API asks the {@code ServiceLoader}, with the context class loader of its first caller; Tomcat's API
 * keeps the result for the life of the server. If that came from an application's {@code WEB-INF/lib}, it would keep
 * that application's class loader, and fail all other applications once that one is undeployed.
 */
public final class PlatformConfigurator {
    /** The field in which Tomcat's API keeps it. */
    private static final String KEPT = "defaultImpl";

    private PlatformConfigurator() {}

    /**
     * Makes the API find the server's own configurator. Does nothing if the API and Hawser have the same class loader.
     */
    public static void keepApart() {
        ClassLoader server = ServerEndpointConfig.class.getClassLoader();
        if (server == PlatformConfigurator.class.getClassLoader()) {
            return;
        }
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(server);
        try {
            if (current() instanceof DefaultServerConfigurator) {
                forget(); // another initializer has already asked, with this application's class loader
                current();
            }
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static ServerEndpointConfig.@Nullable Configurator current() {
        try {
            return new ServerEndpointConfig.Configurator().getContainerDefaultConfigurator();
        } catch (RuntimeException e) {
            return null; // the server has none; the API then asks again each time
        }
    }

    private static void forget() {
        try {
            Field kept = ServerEndpointConfig.Configurator.class.getDeclaredField(KEPT);
            kept.setAccessible(true);
            kept.set(null, null);
        } catch (ReflectiveOperationException | RuntimeException e) {
            System.getLogger("dev.hawser.servlet")
                    .log(
                            System.Logger.Level.DEBUG,
                            "The server's Jakarta WebSocket API may hold this application's class loader",
                            e);
        }
    }
}
