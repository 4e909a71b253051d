package dev.hawser.internal.session;

import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.internal.connection.MessageSender;
import dev.hawser.internal.connection.SessionTimeouts;

/**
 * The timeouts that user properties of other implementations set for one session ({@link ForeignProperty}).
 * Thread-safe.
 */
record AskedTimeouts(MessageSender sender, SessionTimeouts timeouts) {
    /** Applies the properties of the beginning, and later changes; Hawser's own settings win if they are set. */
    void initial(UserProperties properties, Settings settings) {
        properties.forEach((name, value) -> {
            Settings asked = ForeignProperty.ofSession(name, value);
            if (asked != null) {
                apply(settings.over(asked));
            }
        });
        properties.tell(this::changed);
    }

    /** Applies a property that is set while the session is open; it is the latest, so it wins. */
    void changed(String name, Object value) {
        Settings asked = ForeignProperty.ofSession(name, value);
        if (asked != null) {
            apply(asked);
        }
    }

    private void apply(Settings settings) {
        if (settings.isSet(Setting.SEND_TIMEOUT)) {
            long nanos = settings.get(Setting.SEND_TIMEOUT).toNanos();
            sender.timeout(nanos);
            timeouts.sendTimeout(nanos);
        }
        if (settings.isSet(Setting.CLOSE_TIMEOUT)) {
            timeouts.closeTimeout(settings.get(Setting.CLOSE_TIMEOUT).toNanos());
        }
    }
}
