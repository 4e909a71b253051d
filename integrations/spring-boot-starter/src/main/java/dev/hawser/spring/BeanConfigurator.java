package dev.hawser.spring;

import dev.hawser.HandshakeRejectedException;
import jakarta.websocket.server.ServerEndpointConfig;
import org.springframework.beans.BeansException;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.core.NestedExceptionUtils;

/** Makes endpoint instances as Spring beans; everything else is as without a Configurator. */
final class BeanConfigurator extends ServerEndpointConfig.Configurator {
    private final BeanFactory beans;
    private final String name;

    /** @param name the name of the bean of which each session gets an instance */
    BeanConfigurator(BeanFactory beans, String name) {
        this.beans = beans;
        this.name = name;
    }

    @Override
    public <T> T getEndpointInstance(Class<T> endpointClass) throws InstantiationException {
        try {
            return beans.getBean(name, endpointClass);
        } catch (BeansException e) {
            Throwable first = NestedExceptionUtils.getMostSpecificCause(e);
            if (first instanceof HandshakeRejectedException rejected) {
                throw rejected;
            }
            InstantiationException failed = new InstantiationException("The bean for an endpoint of "
                    + endpointClass.getName() + " cannot be made: "
                    + first.getClass().getSimpleName() + ": "
                    + first.getMessage());
            failed.initCause(e);
            throw failed;
        }
    }
}
