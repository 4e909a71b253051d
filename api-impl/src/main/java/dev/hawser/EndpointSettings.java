package dev.hawser;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Settings of one endpoint class beyond the standard, in their text forms: {@code @EndpointSettings({"dispatch=event-loop",
 * "maxTextMessageSize=1MiB", "allowedOrigins=https://example.org"})}. The names are those of {@link Setting}, without the prefix.
 * Where Hawser is absent the annotation is ignored. A name or value that is not valid fails deployment. {@link Settings#applyTo} is the
 * programmatic twin.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface EndpointSettings {
    /** {@code name=value} pairs. */
    String[] value();
}
