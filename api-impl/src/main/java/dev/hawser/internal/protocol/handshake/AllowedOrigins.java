package dev.hawser.internal.protocol.handshake;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which pages may open a WebSocket here (RFC 6455 10.2): the parsed setting {@code allowedOrigins}. Browsers let any
 * page connect to any server and send the user's cookies along, so a server that does not check {@code Origin} lends
 * its users' sessions to every page that they visit. Requests without the header are not from browsers and are allowed.
 *
 * <p>The setting is {@code *}, or a comma-separated list of origins like {@code https://example.org}. In the list
 * {@code same-origin} stands for the host and port that the request itself names. Immutable.
 */
public final class AllowedOrigins {
    private final boolean any;
    private final boolean same;
    private final Set<Origin> listed;

    private AllowedOrigins(boolean any, boolean same, Set<Origin> listed) {
        this.any = any;
        this.same = same;
        this.listed = listed;
    }

    /**
     * Reads the setting.
     *
     * @throws IllegalArgumentException naming the element that is no origin
     */
    public static AllowedOrigins parse(String setting) {
        if (setting.strip().equals("*")) {
            return new AllowedOrigins(true, false, Set.of());
        }
        boolean same = false;
        Set<Origin> listed = new HashSet<>();
        for (String element : setting.split(",", -1)) {
            String text = element.strip();
            if (text.equals("same-origin")) {
                same = true;
                continue;
            }
            Origin origin = Origin.parse(text);
            if (origin == null) {
                throw new IllegalArgumentException("dev.hawser.allowedOrigins has the element \"" + text
                        + "\"; expected same-origin, an origin as https://example.org:8443, or * alone");
            }
            listed.add(origin);
        }
        return new AllowedOrigins(false, same, Set.copyOf(listed));
    }

    /**
     * Whether a request is allowed.
     *
     * @param originLines the lines of its {@code Origin} header; more than one line is refused, since one of them was
     *     not written by the user's browser
     * @param authority the host, and the port if it has one, of the request's {@code Host} header
     * @param secure whether the request came over TLS
     */
    public boolean allow(List<String> originLines, String authority, boolean secure) {
        if (any || originLines.isEmpty()) {
            return true;
        }
        Origin origin =
                originLines.size() == 1 ? Origin.parse(originLines.get(0).strip()) : null;
        return origin != null && (listed.contains(origin) || (same && origin.isSameAs(authority, secure)));
    }
}
