package dev.hawser.internal.servlet;

import dev.hawser.internal.server.DefaultServerConfigurator;
import jakarta.websocket.server.ServerEndpointConfig;
import java.lang.reflect.Field;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the server's Jakarta API apart from one application's Hawser. The API asks the {@code ServiceLoader}, with the
 * context class loader of whoever comes first, for the platform default configurator; Tomcat's keeps the answer for the
 * server's life. If that were the one in some application's {@code WEB-INF/lib}, it would hold the class loader of that
 * application, and fail all others once it is undeployed.
 */
public final class PlatformConfigurator {
    /** Where Tomcat's API keeps it. */
    private static final String KEPT = "defaultImpl";

    private PlatformConfigurator() {}

    /** Has the API find its server's own. Does nothing where API and Hawser are of one class loader. */
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
                forget(); // another initializer has asked already, in the name of this application
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
            return null; // the server has none, and an API that says so asks anew each time
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
