package dev.hawser.spring;

import dev.hawser.HawserContainer;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Hawser in Actuator: the health indicator {@code hawser} and the endpoint {@code websockets}. */
@AutoConfiguration(after = {HawserAutoConfiguration.class, HawserReactiveAutoConfiguration.class})
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnBean(HawserServer.class)
public class HawserActuatorAutoConfiguration {
    /** For Spring. */
    HawserActuatorAutoConfiguration() {}

    @Bean
    @ConditionalOnAvailableEndpoint
    WebSocketsEndpoint webSocketsEndpoint(HawserServer server) {
        return new WebSocketsEndpoint(server);
    }

    /** Health in Spring Boot 3.5. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(org.springframework.boot.actuate.health.HealthIndicator.class)
    @org.springframework.boot.actuate.autoconfigure.health.ConditionalOnEnabledHealthIndicator("hawser")
    static class Boot35 {
        @Bean
        org.springframework.boot.actuate.health.HealthIndicator hawserHealthIndicator(HawserServer server) {
            return () -> {
                HawserContainer container = server.container();
                return container == null
                        ? org.springframework.boot.actuate.health.Health.unknown()
                                .build()
                        : org.springframework.boot.actuate.health.Health.up()
                                .withDetail(
                                        "sessions", container.getOpenSessions().size())
                                .build();
            };
        }
    }

    /** Health in Spring Boot 4. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(org.springframework.boot.health.contributor.HealthIndicator.class)
    @org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator("hawser")
    static class Boot4 {
        @Bean
        org.springframework.boot.health.contributor.HealthIndicator hawserHealthIndicator(HawserServer server) {
            return () -> {
                HawserContainer container = server.container();
                return container == null
                        ? org.springframework.boot.health.contributor.Health.unknown()
                                .build()
                        : org.springframework.boot.health.contributor.Health.up()
                                .withDetail(
                                        "sessions", container.getOpenSessions().size())
                                .build();
            };
        }
    }
}
