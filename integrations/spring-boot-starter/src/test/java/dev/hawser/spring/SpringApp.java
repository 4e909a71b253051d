package dev.hawser.spring;

import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.servlet.ServletContext;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** A Spring Boot application on a port of 127.0.0.1 that the system chooses. */
final class SpringApp implements AutoCloseable {
    /** Of Spring Boot 3.5 and 4: those of the other one are not there, which Boot does not mind. */
    static final String WITHOUT_SECURITY = "spring.autoconfigure.exclude="
            + String.join(
                    ",",
                    "org.springframework.boot.autoconfigure.security.servlet.SecurityAutoConfiguration",
                    "org.springframework.boot.autoconfigure.security.servlet.SecurityFilterAutoConfiguration",
                    "org.springframework.boot.autoconfigure.security.servlet.UserDetailsServiceAutoConfiguration",
                    "org.springframework.boot.actuate.autoconfigure.security.servlet.ManagementWebSecurityAutoConfiguration",
                    "org.springframework.boot.security.autoconfigure.SecurityAutoConfiguration",
                    "org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration",
                    "org.springframework.boot.security.autoconfigure.actuate.web.servlet.ManagementWebSecurityAutoConfiguration",
                    "org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration",
                    "org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration",
                    "org.springframework.boot.autoconfigure.security.reactive.ReactiveSecurityAutoConfiguration",
                    "org.springframework.boot.autoconfigure.security.reactive.ReactiveUserDetailsServiceAutoConfiguration",
                    "org.springframework.boot.actuate.autoconfigure.security.reactive.ReactiveManagementWebSecurityAutoConfiguration",
                    "org.springframework.boot.security.autoconfigure.ReactiveUserDetailsServiceAutoConfiguration",
                    "org.springframework.boot.security.autoconfigure.web.reactive.ReactiveWebSecurityAutoConfiguration",
                    "org.springframework.boot.security.autoconfigure.actuate.web.reactive.ReactiveManagementWebSecurityAutoConfiguration");

    private final ConfigurableApplicationContext context;

    private SpringApp(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /** Starts an application on the servlet container of this class path, without Spring Security. */
    static SpringApp start(Class<?> source, String... properties) {
        return start(WebApplicationType.SERVLET, source, with(WITHOUT_SECURITY, properties));
    }

    static SpringApp startSecured(Class<?> source, String... properties) {
        return start(WebApplicationType.SERVLET, source, properties);
    }

    static SpringApp start(WebApplicationType type, Class<?> source, String... properties) {
        List<String> arguments = new ArrayList<>(
                List.of("--server.port=0", "--server.address=127.0.0.1", "--spring.main.banner-mode=off"));
        if (Arrays.stream(properties).noneMatch(each -> each.startsWith("logging.level.root="))) {
            arguments.add("--logging.level.root=error");
        }
        // Redis may be on the class path, and is not there.
        if (Arrays.stream(properties).noneMatch(each -> each.startsWith("hawser.topics.redis.enabled="))) {
            arguments.add("--hawser.topics.redis.enabled=false");
        }
        for (String property : properties) {
            arguments.add("--" + property);
        }
        return new SpringApp(new SpringApplicationBuilder(source)
                .web(type)
                .registerShutdownHook(false)
                .run(arguments.toArray(String[]::new)));
    }

    static String[] with(String first, String... others) {
        List<String> all = new ArrayList<>(List.of(others));
        all.add(0, first);
        return all.toArray(String[]::new);
    }

    ConfigurableApplicationContext context() {
        return context;
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    URI ws(String path) {
        return URI.create("ws://127.0.0.1:" + port() + path);
    }

    URI http(String path) {
        return URI.create("http://127.0.0.1:" + port() + path);
    }

    String port() {
        return String.valueOf(context.getEnvironment().getProperty("local.server.port"));
    }

    /** So that no combination is tested under the name of another. */
    void assertIsOnServerOfThisModule() {
        String info = context.getBean(ServletContext.class).getServerInfo();
        String expected = System.getProperty("test.server", "");
        assertTrue(info.startsWith(expected), () -> "expected " + expected + ", got " + info);
    }

    @Override
    public void close() {
        context.close();
    }
}
