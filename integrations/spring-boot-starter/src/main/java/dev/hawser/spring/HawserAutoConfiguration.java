package dev.hawser.spring;

import jakarta.servlet.ServletContext;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.web.servlet.handler.AbstractUrlHandlerMapping;
import org.springframework.web.socket.server.standard.ServerEndpointExporter;

/**
 * Serves the web sockets of a Spring Boot application on a servlet container with Hawser, unless {@code
 * hawser.enabled} is false.
 */
@AutoConfiguration
@ConditionalOnClass(ServletContext.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnProperty(name = HawserProperties.ENABLED, matchIfMissing = true)
public class HawserAutoConfiguration {
    /** For Spring. */
    HawserAutoConfiguration() {}

    @Bean
    static OtherImplementations otherWebSocketImplementations() {
        return new OtherImplementations();
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

    /** For applications with Spring's own support for web sockets. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({ServerEndpointExporter.class, AbstractUrlHandlerMapping.class})
    static class SpringWebSocket {
        @Bean
        static HandshakeHandlers hawserHandshakeHandlers() {
            return new HandshakeHandlers();
        }

        @Bean
        static ExportedEndpoints hawserExportedEndpoints(
                ObjectProvider<HawserServer> server, ObjectProvider<ServerEndpointBeans> endpoints) {
            return new ExportedEndpoints(server, endpoints);
        }
    }
}
