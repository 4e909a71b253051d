package dev.hawser.spring;

import dev.hawser.HawserContainer;
import jakarta.websocket.server.ServerContainer;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.web.socket.server.standard.ServerEndpointExporter;

/**
 * Makes a {@link ServerEndpointExporter} of the application, which is not needed with Hawser, deploy endpoint classes
 * as {@link ServerEndpointBeans} does: with injection, and only once.
 */
final class ExportedEndpoints implements BeanPostProcessor {
    private final ObjectProvider<HawserServer> server;
    private final ObjectProvider<ServerEndpointBeans> endpoints;

    ExportedEndpoints(ObjectProvider<HawserServer> server, ObjectProvider<ServerEndpointBeans> endpoints) {
        this.server = server;
        this.endpoints = endpoints;
    }

    @Override
    public Object postProcessBeforeInitialization(Object bean, String beanName) {
        if (bean instanceof ServerEndpointExporter exporter) {
            HawserContainer container = server.getObject().container();
            if (container != null) {
                exporter.setServerContainer(viewOf(container));
            }
        }
        return bean;
    }

    private ServerContainer viewOf(HawserContainer container) {
        return (ServerContainer) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ServerContainer.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("addEndpoint") && first(arguments) instanceof Class<?> type) {
                        endpoints.getObject().deploy(container, type);
                        return null;
                    }
                    try {
                        return method.invoke(container, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static @Nullable Object first(Object @Nullable [] arguments) {
        return arguments == null || arguments.length == 0 ? null : arguments[0];
    }
}
