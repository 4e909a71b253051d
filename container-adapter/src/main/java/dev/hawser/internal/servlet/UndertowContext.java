package dev.hawser.internal.servlet;

import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.EventListener;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Undertow's own object of a web application, {@code io.undertow.servlet.api.Deployment}, behind its ServletContext.
 * Its public methods are called without naming a class of Undertow: on WildFly a web application does not see them.
 */
final class UndertowContext {
    private static final Logger LOG = System.getLogger("dev.hawser.servlet");

    /** Adds Undertow's filter when the application starts: before filters, and after initializers. */
    private static final String OWN_LISTENER = "io.undertow.websockets.jsr.Bootstrap$WebSocketListener";

    private static final String OWN_FILTER = "Undertow Web Socket Filter";
    private static final String FACTORY = "io.undertow.servlet.api.InstanceFactory";
    private static final String HANDLE = "io.undertow.servlet.api.InstanceHandle";

    private UndertowContext() {}

    /**
     * Keeps Undertow's own WebSocket from adding its filter to this application. It has installed its ServerContainer
     * before any initializer runs, and adds the filter in a listener, which is exchanged for one that does not.
     *
     * @return whether the listener was there and is exchanged; false where it has run, or this Undertow is built
     *     otherwise
     */
    static boolean keepOwnFilterOut(ServletContext context) {
        if (context.getFilterRegistration(OWN_FILTER) != null) {
            return false;
        }
        try {
            Object info = PublicMethod.call(PublicMethod.call(context, "getDeployment"), "getDeploymentInfo");
            boolean found = false;
            for (Object listener : (Iterable<?>) PublicMethod.call(info, "getListeners")) {
                if (((Class<?>) PublicMethod.call(listener, "getListenerClass"))
                        .getName()
                        .equals(OWN_LISTENER)) {
                    exchange(listener);
                    found = true;
                }
            }
            return found;
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.log(Level.DEBUG, "This Undertow is not built as Hawser expects: its listeners cannot be changed", e);
            return false;
        }
    }

    /** @param listener a {@code ListenerInfo}, from which Undertow makes the listener once all initializers have run */
    private static void exchange(Object listener) throws ReflectiveOperationException {
        ClassLoader undertow = listener.getClass().getClassLoader();
        Class<?> factoryType = Class.forName(FACTORY, false, undertow);
        Class<?> handleType = Class.forName(HANDLE, false, undertow);
        Object original = PublicMethod.call(PublicMethod.call(listener, "getInstanceFactory"), "createInstance");
        EventListener atTheEnd = new AtTheEnd((ServletContextListener) PublicMethod.call(original, "getInstance"));
        Object handle = answering(handleType, "getInstance", () -> atTheEnd);
        PublicMethod.give(
                listener, "setInstanceFactory", factoryType, answering(factoryType, "createInstance", () -> handle));
    }

    /** An object of an interface of Undertow's that answers one method, and does nothing in the others. */
    private static Object answering(Class<?> type, String method, Supplier<Object> answer) {
        return Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, called, arguments) ->
                        called.getName().equals(method) ? answer.get() : ofObject(proxy, called, arguments));
    }

    private static @Nullable Object ofObject(Object proxy, Method called, Object[] arguments) {
        return switch (called.getName()) {
            case "equals" -> proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            case "toString" -> "Hawser, in the place of Undertow's own WebSocket";
            default -> null;
        };
    }

    /** Undertow keeps its ServerContainer of each class loader in a map until its listener hears of the end. */
    private record AtTheEnd(ServletContextListener original) implements ServletContextListener {
        @Override
        public void contextDestroyed(ServletContextEvent event) {
            original.contextDestroyed(event);
        }
    }
}
