package dev.hawser.spring;

import jakarta.servlet.ServletContext;
import jakarta.websocket.server.ServerContainer;
import java.util.Set;
import org.apache.catalina.Context;
import org.eclipse.jetty.server.Server;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.web.reactive.socket.server.support.HandshakeWebSocketService;

/**
 * Serves the web sockets of a WebFlux application on Jetty and Tomcat with Hawser. On Netty, which has no servlets,
 * it does nothing.
 */
@AutoConfiguration
@ConditionalOnClass({ServletContext.class, ServerContainer.class, HandshakeWebSocketService.class})
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnProperty(name = HawserProperties.ENABLED, matchIfMissing = true)
public class HawserReactiveAutoConfiguration {
    private static final String UNDERTOW = "undertowReactiveWebServerFactory";

    /** For Spring. */
    HawserReactiveAutoConfiguration() {}

    @Bean
    static OtherImplementations otherWebSocketImplementations() {
        return new OtherImplementations();
    }

    @Bean
    static ReactiveHandshakes hawserReactiveHandshakes() {
        return new ReactiveHandshakes();
    }

    @Bean
    @ConditionalOnMissingBean
    HawserServer hawserServer(Environment environment, ListableBeanFactory beans) {
        return new HawserServer(HawserProperties.read(environment), new TopicsAtStart(environment, beans));
    }

    @Bean
    @ConditionalOnMissingBean
    ServerEndpointBeans hawserServerEndpointBeans(
            HawserServer server, DefaultListableBeanFactory beans, Environment environment) {
        return new ServerEndpointBeans(server, beans, environment, true);
    }

    @Bean
    HawserShutdown hawserShutdown(HawserServer server) {
        return new HawserShutdown(server);
    }

    @Bean
    SmartInitializingSingleton hawserOnReactiveUndertow(BeanFactory beans) {
        return () -> {
            if (beans.containsBean(UNDERTOW)) {
                throw new HawserStartException(
                        "WebFlux on Undertow has no servlets, and so no place for Hawser.",
                        "Use Jetty or Tomcat, or Spring MVC on Undertow, or set hawser.enabled=false"
                                + " to let Undertow's own serve.",
                        null);
            }
        };
    }

    /** Jetty and Tomcat in Spring Boot 3.5. */
    @Configuration(proxyBeanMethods = false)
    static class Boot35 {
        @Configuration(proxyBeanMethods = false)
        @ConditionalOnClass({
            org.springframework.boot.web.embedded.tomcat.TomcatContextCustomizer.class,
            Context.class,
        })
        static class OnTomcat {
            @Bean
            org.springframework.boot.web.embedded.tomcat.TomcatContextCustomizer hawserInTomcat(HawserServer server) {
                return context -> context.addServletContainerInitializer(server, Set.of());
            }
        }

        @Configuration(proxyBeanMethods = false)
        @ConditionalOnClass({
            org.springframework.boot.web.embedded.jetty.JettyServerCustomizer.class,
            Server.class,
            org.eclipse.jetty.ee10.servlet.ServletContextHandler.class,
        })
        static class OnJetty {
            @Bean
            org.springframework.boot.web.embedded.jetty.JettyServerCustomizer hawserInJetty(HawserServer server) {
                return jetty -> jetty.getContainedBeans(org.eclipse.jetty.ee10.servlet.ServletContextHandler.class)
                        .forEach(context -> context.addServletContainerInitializer(server));
            }
        }
    }

    /** Jetty and Tomcat in Spring Boot 4. */
    @Configuration(proxyBeanMethods = false)
    static class Boot4 {
        @Configuration(proxyBeanMethods = false)
        @ConditionalOnClass({org.springframework.boot.tomcat.TomcatContextCustomizer.class, Context.class})
        static class OnTomcat {
            @Bean
            org.springframework.boot.tomcat.TomcatContextCustomizer hawserInTomcat(HawserServer server) {
                return context -> context.addServletContainerInitializer(server, Set.of());
            }
        }

        @Configuration(proxyBeanMethods = false)
        @ConditionalOnClass({
            org.springframework.boot.jetty.JettyServerCustomizer.class,
            Server.class,
            org.eclipse.jetty.ee11.servlet.ServletContextHandler.class,
        })
        static class OnJetty {
            @Bean
            org.springframework.boot.jetty.JettyServerCustomizer hawserInJetty(HawserServer server) {
                return jetty -> jetty.getContainedBeans(org.eclipse.jetty.ee11.servlet.ServletContextHandler.class)
                        .forEach(context -> context.addServletContainerInitializer(server));
            }
        }
    }
}
