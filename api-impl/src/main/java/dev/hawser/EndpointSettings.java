package dev.hawser;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Settings of one endpoint class, in their text forms: {@code @EndpointSettings({"dispatch=event-loop",
 * "maxTextMessageSize=1MiB", "allowedOrigins=https://example.org"})}. The names are those of {@link Setting}, without
 * the prefix. Without Hawser the annotation is ignored. {@link Settings#applyTo} does the same in code and wins over
 * the annotation; both win over the settings of the container.
 *
 * <p>A {@link jakarta.websocket.DeploymentException} says what was expected if a name or value is not valid, or if only
 * a container can have the setting, such as {@code maxWorkers} or, on a server endpoint, {@code connectTimeout}. On a
 * server it fails the deployment, on a client the connect. A subclass inherits the annotation, unless it has its own,
 * which replaces all of it.
 *
 * @since 0.1.0
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface EndpointSettings {
    /**
     * {@code name=value} pairs; sizes and durations have the units of {@link Setting}. If a name occurs twice, the last
     * value counts.
     */
    String[] value();
}
