package dev.hawser.spring;

import dev.hawser.HawserContainer;
import dev.hawser.Settings;

/**
 * Starts Hawser where no web server does, such as in a test: with a bean of this type the application's endpoints are
 * deployed in that container. {@code hawser-spring-boot-test} has one, which needs no port.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface HawserContainerSource {
    /**
     * Starts the container. Called once, on the thread that starts the application; the source also stops it.
     *
     * @param settings those of the properties {@code hawser.*}
     */
    HawserContainer start(Settings settings);
}
