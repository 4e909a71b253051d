package dev.hawser.spring;

import dev.hawser.backplane.Backplane;
import dev.hawser.nats.NatsBackplane;
import dev.hawser.redis.RedisBackplane;
import dev.hawser.topic.Topics;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * The bean {@link Topics}, and the {@link Backplane} that connects the topics of several nodes: the application's own
 * bean, Redis if hawser-redis is on the class path, or NATS if its URL is given.
 */
@AutoConfiguration(
        after = {HawserAutoConfiguration.class, HawserReactiveAutoConfiguration.class},
        afterName = {
            "org.springframework.boot.autoconfigure.data.redis.RedisAutoConfiguration",
            "org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration",
        })
@ConditionalOnBean(HawserServer.class)
public class HawserTopicsAutoConfiguration {
    /** For Spring. */
    HawserTopicsAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    Topics hawserTopics(HawserServer server) {
        return LateTopics.of(server);
    }

    /** Where the application has no backplane of its own. Two of these are refused by {@link TopicsAtStart}. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnMissingBean(Backplane.class)
    static class Backplanes {
        @Configuration(proxyBeanMethods = false)
        @ConditionalOnClass(RedisBackplane.class)
        @ConditionalOnProperty(name = TopicProperties.REDIS_ENABLED, matchIfMissing = true)
        static class OverRedis {
            @Bean
            Backplane hawserRedisBackplane(
                    Environment environment, ObjectProvider<RedisAddress> ofBoot, ObjectProvider<SslBundles> bundles) {
                RedisAddress address =
                        ofBoot.getIfAvailable(() -> RedisAddress.ofProperties(environment, bundles.getIfAvailable()));
                return address.backplane(environment.getProperty(TopicProperties.REDIS_PREFIX, "hawser:"));
            }

            /** The connection details of Spring Boot 3.5. */
            @Configuration(proxyBeanMethods = false)
            @ConditionalOnClass(org.springframework.boot.autoconfigure.data.redis.RedisConnectionDetails.class)
            static class Boot35 {
                @Bean
                @ConditionalOnBean(org.springframework.boot.autoconfigure.data.redis.RedisConnectionDetails.class)
                RedisAddress hawserRedisAddress(
                        org.springframework.boot.autoconfigure.data.redis.RedisConnectionDetails details,
                        Environment environment) {
                    var server = details.getStandalone();
                    if (server == null || details.getSentinel() != null || details.getCluster() != null) {
                        throw RedisAddress.notOneServer();
                    }
                    return RedisAddress.of(
                            server.getHost(),
                            server.getPort(),
                            server.getDatabase(),
                            details.getUsername(),
                            details.getPassword(),
                            server.getSslBundle(),
                            environment);
                }
            }

            /** The connection details of Spring Boot 4. */
            @Configuration(proxyBeanMethods = false)
            @ConditionalOnClass(org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails.class)
            static class Boot4 {
                @Bean
                @ConditionalOnBean(org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails.class)
                RedisAddress hawserRedisAddress(
                        org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails details,
                        Environment environment) {
                    var server = details.getStandalone();
                    if (server == null
                            || details.getSentinel() != null
                            || details.getCluster() != null
                            || details.getMasterReplica() != null) {
                        throw RedisAddress.notOneServer();
                    }
                    return RedisAddress.of(
                            server.getHost(),
                            server.getPort(),
                            server.getDatabase(),
                            details.getUsername(),
                            details.getPassword(),
                            details.getSslBundle(),
                            environment);
                }
            }
        }

        @Configuration(proxyBeanMethods = false)
        @ConditionalOnClass(NatsBackplane.class)
        @ConditionalOnProperty(name = TopicProperties.NATS_URL)
        static class OverNats {
            @Bean
            Backplane hawserNatsBackplane(Environment environment) {
                String url = environment.getRequiredProperty(TopicProperties.NATS_URL);
                String prefix = environment.getProperty(TopicProperties.NATS_PREFIX, "hawser");
                return NatsAddress.backplane(url, prefix);
            }
        }
    }
}
