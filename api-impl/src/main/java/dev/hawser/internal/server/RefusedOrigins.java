package dev.hawser.internal.server;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Logs refused origins: one WARN for each pair of origin and host, up to {@value #MAX_PAIRS} pairs. An administrator
 * who sets up a proxy or a second site needs to see both values once, but strangers must not be able to fill the log.
 * Thread-safe.
 */
final class RefusedOrigins {
    private static final int MAX_PAIRS = 32;
    private static final int MAX_LENGTH = 128;

    private final Logger log;
    private final Set<String> told = ConcurrentHashMap.newKeySet();

    RefusedOrigins(Logger log) {
        this.log = log;
    }

    void refused(List<String> origin, String host, String path, String allowed) {
        String pair = "Origin \"" + printable(String.join(", ", origin)) + "\" and Host \"" + printable(host) + "\"";
        Level level = told.size() < MAX_PAIRS && told.add(pair) ? Level.WARNING : Level.DEBUG;
        log.log(
                level,
                () -> "Refused an opening handshake for " + path + " with " + pair + ": dev.hawser.allowedOrigins is \""
                        + allowed
                        + "\". If this page is yours, add its origin to the setting, or let the proxy pass on the Host"
                        + " of the client, or let the container trust what the proxy forwards of it");
    }

    /** A stranger's value, made safe for the log: shortened, and without characters that could begin another line. */
    private static String printable(String value) {
        StringBuilder text = new StringBuilder(Math.min(value.length(), MAX_LENGTH));
        for (int i = 0; i < value.length() && i < MAX_LENGTH; i++) {
            char c = value.charAt(i);
            text.append(c >= ' ' && c < 0x7f ? c : '?');
        }
        return text.toString();
    }
}
