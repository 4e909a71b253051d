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
 * The {@code io.undertow.servlet.api.Deployment} behind the ServletContext of a web application. Its public methods are
 * called by reflection, because on WildFly a web application does not see Undertow's classes.
 */
final class UndertowContext {
    private static final Logger LOG = System.getLogger("dev.hawser.servlet");

    /** The listener that adds Undertow's filter, after initializers and before filters start. */
    private static final String OWN_LISTENER = "io.undertow.websockets.jsr.Bootstrap$WebSocketListener";

    private static final String OWN_FILTER = "Undertow Web Socket Filter";
    private static final String FACTORY = "io.undertow.servlet.api.InstanceFactory";
    private static final String HANDLE = "io.undertow.servlet.api.InstanceHandle";

    private UndertowContext() {}

    /**
     * Keeps Undertow's own WebSocket from adding its filter to this application. It installs its ServerContainer before
     * any initializer runs, and adds the filter in a listener. The listener is replaced by one that does not add it.
     *
     * @return whether the listener was found and replaced; false if it has already run, or if this Undertow is built
     *     differently
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

    /** An implementation of an interface of Undertow with one method that returns something; the others do nothing. */
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

    /**
     * Passes on the end of the application: Undertow keeps its ServerContainer for each class loader in a map until its
     * listener is called.
     */
    private record AtTheEnd(ServletContextListener original) implements ServletContextListener {
        @Override
        public void contextDestroyed(ServletContextEvent event) {
            original.contextDestroyed(event);
        }
    }
}
