package dev.hawser.internal.server;

import dev.hawser.Setting;
import dev.hawser.Settings;
import java.time.Duration;

/**
 * The settings of a container, which its API can change. Each change makes new settings, for the handshakes that
 * follow. Thread-safe.
 */
final class ContainerDefaults {
    /** Replaced under this object's lock. */
    private volatile Settings settings;

    ContainerDefaults(Settings configured) {
        this.settings = configured;
    }

    Settings settings() {
        return settings;
    }

    long millis(Setting<Duration> setting) {
        return settings.get(setting).toMillis();
    }

    /** Sets a timeout. Zero or less is no timeout in the Jakarta API, and {@link Duration#ZERO} in {@link Settings}. */
    synchronized void setMillis(Setting<Duration> setting, long millis) {
        settings = settings.toBuilder().setMillis(setting, millis).build();
    }

    /** @throws IllegalArgumentException if it is not positive: no limit can be switched off; nothing changes */
    void setSize(Setting<Integer> setting, int bytes) {
        if (bytes <= 0) {
            throw new IllegalArgumentException(
                    "A message buffer of " + bytes + " bytes is not possible; expected 1 or more");
        }
        set(setting, bytes);
    }

    synchronized <T> void set(Setting<T> setting, T value) {
        settings = settings.toBuilder().set(setting, value).build();
    }
}
