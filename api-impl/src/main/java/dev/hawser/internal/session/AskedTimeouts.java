package dev.hawser.internal.session;

import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.internal.connection.MessageSender;
import dev.hawser.internal.connection.SessionTimeouts;
import java.util.Map;

/**
 * What the user properties of one session ask of its timeouts, in the words of other implementations
 * ({@link ForeignProperty}). For any thread.
 */
record AskedTimeouts(MessageSender sender, SessionTimeouts timeouts) {
    /** Those that the session begins with; settings that somebody has set win over them. */
    void initial(Map<String, Object> properties, Settings settings) {
        properties.forEach((name, value) -> {
            Settings asked = ForeignProperty.ofSession(name, value);
            if (asked != null) {
                apply(settings.over(asked));
            }
        });
    }

    /** One that is set while the session is open, so that nobody has said anything later. */
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
