package dev.hawser.spring;

import dev.hawser.HawserContainer;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

/**
 * Deploys the beans whose class has {@link ServerEndpoint}, and the beans that are a {@link ServerEndpointConfig}, when
 * all singletons are made and before the server accepts connections. If the annotation of an endpoint class names a
 * Configurator, that makes the instances.
 */
final class ServerEndpointBeans implements SmartInitializingSingleton {
    private final HawserServer server;
    private final DefaultListableBeanFactory beans;
    private final Environment environment;
    private final boolean warns;
    /** The deployed endpoint classes. Accessed only by the starting thread. */
    private final Set<Class<?>> deployed = new HashSet<>();

    /** @param warns whether endpoint classes that are not beans are named in the log */
    ServerEndpointBeans(HawserServer server, DefaultListableBeanFactory beans, Environment environment, boolean warns) {
        this.server = server;
        this.beans = beans;
        this.environment = environment;
        this.warns = warns;
    }

    @Override
    public void afterSingletonsInstantiated() {
        HawserContainer container = server.container();
        if (container == null) {
            return;
        }
        try {
            for (String name : beans.getBeanNamesForAnnotation(ServerEndpoint.class)) {
                Class<?> type = beans.getType(name);
                if (type != null) {
                    deploy(container, ClassUtils.getUserClass(type));
                }
            }
            for (ServerEndpointConfig config :
                    beans.getBeansOfType(ServerEndpointConfig.class).values()) {
                container.addEndpoint(config);
            }
        } catch (DeploymentException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
        if (warns) {
            ForgottenEndpoints.warnOf(forgotten());
        }
    }

    /** The names of the application's endpoint classes that are not beans. */
    Set<String> forgotten() {
        return ForgottenEndpoints.in(beans, environment, deployed);
    }

    /** Deploys a class once. A class that is not a bean is deployed as without Spring. */
    void deploy(HawserContainer container, Class<?> type) throws DeploymentException {
        if (!deployed.add(type)) {
            return;
        }
        ServerEndpoint annotation = type.getAnnotation(ServerEndpoint.class);
        String[] names = beans.getBeanNamesForType(type);
        if (annotation == null
                || names.length != 1
                || annotation.configurator() != ServerEndpointConfig.Configurator.class) {
            container.addEndpoint(type);
            return;
        }
        container.addEndpoint(ServerEndpointConfig.Builder.create(type, annotation.value())
                .subprotocols(List.of(annotation.subprotocols()))
                .encoders(List.of(annotation.encoders()))
                .decoders(List.of(annotation.decoders()))
                .configurator(new BeanConfigurator(beans, instanceBean(names[0])))
                .build());
    }

    /**
     * The name of the bean that gives each session its instance: the bean itself, unless it is a singleton. Jakarta
     * WebSocket gives every session its own instance (3.1.7), and endpoints have fields for that. So from the
     * definition of a singleton a prototype is defined, of which each session gets an instance.
     */
    private String instanceBean(String name) {
        if (!beans.containsBeanDefinition(name) || !beans.isSingleton(name)) {
            return name;
        }
        RootBeanDefinition forSessions =
                new RootBeanDefinition((RootBeanDefinition) beans.getMergedBeanDefinition(name));
        forSessions.setScope(ConfigurableBeanFactory.SCOPE_PROTOTYPE);
        forSessions.setPrimary(false);
        forSessions.setAutowireCandidate(false);
        String nameForSessions = "dev.hawser.session." + name;
        beans.registerBeanDefinition(nameForSessions, forSessions);
        return nameForSessions;
    }
}
