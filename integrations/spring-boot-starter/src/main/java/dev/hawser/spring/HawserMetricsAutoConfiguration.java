package dev.hawser.spring;

import dev.hawser.micrometer.HawserMetrics;
import dev.hawser.micrometer.HawserObservations;
import dev.hawser.micrometer.LinkedTraceHandler;
import dev.hawser.micrometer.UncountedObservationHandler;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Tracer;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/**
 * Meters in the application's {@link MeterRegistry}, and Observations in its {@link ObservationRegistry}, if
 * hawser-micrometer is on the class path. Actuator makes both registries.
 */
@AutoConfiguration(
        after = {HawserAutoConfiguration.class, HawserReactiveAutoConfiguration.class},
        afterName = {
            "org.springframework.boot.actuate.autoconfigure.metrics.CompositeMeterRegistryAutoConfiguration",
            "org.springframework.boot.actuate.autoconfigure.metrics.export.simple.SimpleMetricsExportAutoConfiguration",
            "org.springframework.boot.actuate.autoconfigure.observation.ObservationAutoConfiguration",
            "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
            "org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration",
            "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration",
        })
@ConditionalOnClass({HawserMetrics.class, MeterRegistry.class})
@ConditionalOnBean(HawserServer.class)
public class HawserMetricsAutoConfiguration {
    /** For Spring. */
    HawserMetricsAutoConfiguration() {}

    /** Meters. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnBean(MeterRegistry.class)
    @ConditionalOnProperty(name = MetricsProperties.METRICS, matchIfMissing = true)
    static class Meters {
        @Bean
        WatchedServer hawserMeters(HawserServer server, MeterRegistry registry) {
            return new WatchedServer(server, container -> {
                HawserMetrics metrics = HawserMetrics.of(container);
                metrics.bindTo(registry);
                return metrics::close;
            });
        }
    }

    /** Observations: of handshakes, and of callbacks if they are asked for. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnBean(ObservationRegistry.class)
    @ConditionalOnProperty(name = MetricsProperties.OBSERVATIONS, matchIfMissing = true)
    static class Observations {
        @Bean
        WatchedServer hawserObservations(HawserServer server, ObservationRegistry registry, Environment environment) {
            boolean callbacks = environment.getProperty(MetricsProperties.CALLBACKS, Boolean.class, false);
            return new WatchedServer(server, container -> {
                HawserObservations observations =
                        callbacks ? HawserObservations.withCallbacks(registry) : HawserObservations.of(registry);
                container.addObserver(observations);
                return () -> container.removeObserver(observations);
            });
        }

        /** Before Spring Boot's own handler. */
        @Bean
        @Order(0)
        UncountedObservationHandler hawserUncountedObservationHandler() {
            return new UncountedObservationHandler();
        }

        /** Traces. */
        @Configuration(proxyBeanMethods = false)
        @ConditionalOnClass(Tracer.class)
        @ConditionalOnProperty(MetricsProperties.CALLBACKS)
        static class Traces {
            /** Before Spring Boot's own handlers. */
            @Bean
            @Order(0)
            @ConditionalOnBean(Tracer.class)
            LinkedTraceHandler hawserLinkedTraceHandler(Tracer tracer) {
                return new LinkedTraceHandler(tracer);
            }
        }
    }
}
