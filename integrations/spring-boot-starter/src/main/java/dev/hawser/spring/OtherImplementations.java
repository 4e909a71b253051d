package dev.hawser.spring;

import java.util.List;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;

/**
 * Keeps Spring Boot from starting the server's own WebSocket beside Hawser: removes its customizers before any bean is
 * made. They would replace our ServerContainer, or cast it to their own. So the server's WebSocket jars may stay on the
 * class path.
 */
final class OtherImplementations implements BeanDefinitionRegistryPostProcessor {
    /** The names of the beans that start the WebSocket of Tomcat, Jetty and Undertow in Spring Boot 3.5 and 4. */
    private static final List<String> CUSTOMIZERS = List.of(
            "websocketServletWebServerCustomizer",
            "websocketUpgradeFilterWebServerCustomizer",
            "websocketReactiveWebServerCustomizer",
            "webSocketWebServerCustomizer");

    @Override
    public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
        for (String name : CUSTOMIZERS) {
            if (registry.containsBeanDefinition(name) && isOfSpringBoot(registry.getBeanDefinition(name))) {
                registry.removeBeanDefinition(name);
            }
        }
    }

    /** Whether Spring Boot defines the bean. An application's bean of such a name stays, since it replaces Boot's. */
    private static boolean isOfSpringBoot(BeanDefinition definition) {
        String factory = definition.getFactoryBeanName();
        return factory != null && factory.startsWith("org.springframework.boot.");
    }

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {}

    /** Says what to exclude from the class path, or which setting to change. */
    static String remedyFor(String other) {
        String what = "the bean or the jar that starts it";
        if (other.startsWith("org.apache.tomcat.")) {
            what = "org.apache.tomcat.embed:tomcat-embed-websocket from spring-boot-starter-tomcat,"
                    + " or the bean that starts it";
        } else if (other.startsWith("org.eclipse.jetty.")) {
            what = "jetty-ee10-websocket-jakarta-server and jetty-ee10-websocket-jetty-server (in Spring Boot 4: ee11)"
                    + " from spring-boot-starter-jetty, or the bean that starts it";
        } else if (other.startsWith("io.undertow.")) {
            what = "io.undertow:undertow-websockets-jsr from spring-boot-starter-undertow, or the bean that starts it";
        }
        return "Exclude " + what
                + "; or set hawser.on-conflict=yield to let the other one serve, or hawser.enabled=false.";
    }
}
