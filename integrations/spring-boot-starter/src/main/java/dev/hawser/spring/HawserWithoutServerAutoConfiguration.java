package dev.hawser.spring;

import dev.hawser.topic.Topics;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * Serves the application's endpoints with the container of a {@link HawserContainerSource}. Only tests import this
 * configuration.
 */
@AutoConfiguration(
        before = {
            HawserAutoConfiguration.class,
            HawserReactiveAutoConfiguration.class,
            HawserTopicsAutoConfiguration.class
        })
@ConditionalOnBean(HawserContainerSource.class)
public class HawserWithoutServerAutoConfiguration {
    /** For Spring. */
    HawserWithoutServerAutoConfiguration() {}

    @Bean
    HawserServer hawserServer(HawserContainerSource source, Environment environment, ListableBeanFactory beans) {
        HawserServer server =
                new HawserServer(HawserProperties.read(environment), new TopicsAtStart(environment, beans));
        server.startWith(source);
        return server;
    }

    /** A test chooses its endpoints, so nothing is said of the others. */
    @Bean
    ServerEndpointBeans hawserServerEndpointBeans(
            HawserServer server, DefaultListableBeanFactory beans, Environment environment) {
        return new ServerEndpointBeans(server, beans, environment, false);
    }

    @Bean
    @ConditionalOnMissingBean
    Topics hawserTopics(HawserServer server) {
        return LateTopics.of(server);
    }
}
