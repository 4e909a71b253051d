package dev.hawser;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Settings of one endpoint class beyond the standard, in their text forms:
 * {@code @EndpointSettings({"dispatch=event-loop", "maxTextMessageSize=1MiB", "allowedOrigins=https://example.org"})}.
 * The names are those of {@link Setting}, without the prefix. Where Hawser is absent the annotation is ignored.
 * {@link Settings#applyTo} is the programmatic twin, which wins over the annotation; both win over what is set for the
 * container.
 *
 * <p>A name or value that is not valid, or a setting that only a whole container can have, as {@code maxWorkers} or, on
 * a server endpoint, {@code connectTimeout}, is a {@link jakarta.websocket.DeploymentException} that says what was
 * expected: on a server it fails the deployment, on a client the connect. A subclass inherits the annotation, or
 * replaces it as a whole by its own.
 *
 * @since 0.1.0
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface EndpointSettings {
    /**
     * {@code name=value} pairs; the units of sizes and durations are those of {@link Setting}, and the last of two for
     * one name counts.
     */
    String[] value();
}
