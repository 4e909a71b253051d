package dev.hawser;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An immutable set of values for all {@link Setting}s. If several sources give a value, the nearest to the endpoint
 * wins. The order is: {@link #applyTo}, the annotation {@link EndpointSettings}, the container's API, the servlet
 * context parameter, the system property, the default.
 *
 * <pre>{@code
 * ServerEndpointConfig config = ServerEndpointConfig.Builder.create(Chat.class, "/chat").build();
 * Settings.builder().set(Setting.IDLE_TIMEOUT, Duration.ofMinutes(5)).build().applyTo(config.getUserProperties());
 * }</pre>
 *
 * <p>Thread-safe.
 *
 * @since 0.1.0
 */
public final class Settings {
    /** The user property of an {@code EndpointConfig} under which {@link #applyTo} puts settings for one endpoint. */
    public static final String USER_PROPERTY = "dev.hawser.settings";

    private static final Settings DEFAULTS = new Settings(new @Nullable Object[0]);

    /** By {@link Setting#index()}; null or out of bounds stands for the default. Never written after construction. */
    private final @Nullable Object[] values;

    private Settings(@Nullable Object[] values) {
        this.values = values;
    }

    /** Every setting at its default. */
    public static Settings defaults() {
        return DEFAULTS;
    }

    /**
     * Reads the settings that {@code lookup} has for the keys {@code dev.hawser.*}; the others come from {@code below}.
     *
     * @param lookup gives the text for a key, or null, like {@code System::getProperty} and {@code
     *     ServletContext::getInitParameter}
     * @throws IllegalArgumentException naming the key, the text and what was expected
     */
    public static Settings read(Function<String, @Nullable String> lookup, Settings below) {
        Builder builder = below.toBuilder();
        for (Setting<?> setting : Setting.all()) {
            String text = lookup.apply(setting.key());
            if (text != null) {
                builder.parse(setting, text);
            }
        }
        return builder.build();
    }

    /** The value of a setting. */
    @SuppressWarnings("unchecked") // the builder takes only values of the setting's own type
    public <T> T get(Setting<T> setting) {
        int index = setting.index();
        Object value = index < values.length ? values[index] : null;
        return value == null ? setting.defaultValue() : (T) value;
    }

    /** Whether the setting was given a value, even if that is the default. */
    public boolean isSet(Setting<?> setting) {
        int index = setting.index();
        return index < values.length && values[index] != null;
    }

    /** A builder that starts with these values. */
    public Builder toBuilder() {
        return new Builder(values);
    }

    /** A builder that starts with nothing set. */
    public static Builder builder() {
        return new Builder(DEFAULTS.values);
    }

    /** These values where they are set, those of {@code below} where they are not. */
    public Settings over(Settings below) {
        Builder builder = below.toBuilder();
        for (int i = 0; i < values.length; i++) {
            if (values[i] != null) {
                builder.values[i] = values[i];
            }
        }
        return builder.build();
    }

    /**
     * Puts these settings into the user properties of an endpoint's configuration, where Hawser finds them at
     * deployment: the annotation {@link EndpointSettings} in code.
     */
    public void applyTo(Map<String, Object> userProperties) {
        userProperties.put(USER_PROPERTY, this);
    }

    /** Whether the other settings have the same values, and the same are set. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Settings settings && Arrays.equals(values, settings.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    /** Collects values. Not thread-safe. */
    public static final class Builder {
        private final @Nullable Object[] values;

        private Builder(@Nullable Object[] start) {
            values = new @Nullable Object[Setting.all().size()];
            System.arraycopy(start, 0, values, 0, start.length);
        }

        /**
         * Sets one value.
         *
         * @throws IllegalArgumentException with the key, the value and what was expected, if it is out of the setting's
         *     range
         */
        public <T> Builder set(Setting<T> setting, T value) {
            values[setting.index()] = setting.checked(value);
            return this;
        }

        /**
         * Sets a timeout in the milliseconds of the Jakarta API, where any number is legal. Zero or less is no timeout,
         * which is {@link Duration#ZERO} here. More than the longest duration of a setting, 20,000 days, counts as
         * that.
         *
         * @throws IllegalArgumentException if it is no timeout, but the setting is a limit that cannot be switched off
         */
        public Builder setMillis(Setting<Duration> setting, long millis) {
            return set(setting, Duration.ofMillis(Math.min(Math.max(millis, 0), SettingText.LONGEST.toMillis())));
        }

        /**
         * Sets one value from its text form.
         *
         * @throws IllegalArgumentException as {@link Setting#parse}
         */
        public <T> Builder parse(Setting<T> setting, String text) {
            return set(setting, setting.parse(text));
        }

        /** The settings collected so far. */
        public Settings build() {
            return new Settings(values.clone());
        }
    }
}
