package dev.hawser.spring.test;

import dev.hawser.spring.HawserWithoutServerAutoConfiguration;
import dev.hawser.test.EndpointTester;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.DependsOn;

/** The {@link EndpointTester} of a test, which serves the endpoints of its application. */
@AutoConfiguration(before = HawserWithoutServerAutoConfiguration.class)
public class EndpointTesterAutoConfiguration {
    /** For Spring. */
    EndpointTesterAutoConfiguration() {}

    @Bean
    MemorySource hawserMemorySource(ApplicationContext context) {
        return new MemorySource(context);
    }

    /** The source closes it. */
    @Bean(destroyMethod = "")
    @DependsOn("hawserServer")
    EndpointTester hawserEndpointTester(MemorySource source) {
        return source.tester();
    }
}
