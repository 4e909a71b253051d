package dev.hawser.spring;

import dev.hawser.HawserContainer;
import dev.hawser.topic.Topics;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/**
 * The topics as a bean. It looks for them at each call, because filters and servlets, and the beans that they use, are
 * made before the web server, and so before Hawser has started.
 */
final class LateTopics implements InvocationHandler {
    private final HawserServer server;

    private LateTopics(HawserServer server) {
        this.server = server;
    }

    static Topics of(HawserServer server) {
        return (Topics) Proxy.newProxyInstance(
                Topics.class.getClassLoader(), new Class<?>[] {Topics.class}, new LateTopics(server));
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        if (method.getDeclaringClass() == Object.class) {
            return switch (method.getName()) {
                case "equals" -> arguments != null && proxy == arguments[0];
                case "hashCode" -> System.identityHashCode(proxy);
                default -> "the topics of the application";
            };
        }
        HawserContainer container = server.container();
        if (container == null) {
            throw new IllegalStateException("Hawser does not serve this application: the web server has not started,"
                    + " or another WebSocket implementation serves it");
        }
        try {
            return method.invoke(Topics.of(container), arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
