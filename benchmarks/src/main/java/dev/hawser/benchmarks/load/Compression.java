package dev.hawser.benchmarks.load;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The load generator's offer of permessage-deflate (RFC 7692), and the answer that it requires, so that all contestants
 * have equal parameters.
 */
public enum Compression {
    /** No offer. */
    NONE(null),
    /** Both sides keep their history between messages. */
    TAKEOVER("permessage-deflate"),
    /** Neither side keeps its history. */
    NO_TAKEOVER("permessage-deflate; server_no_context_takeover; client_no_context_takeover"),
    /** The offer of browsers; any answer is accepted. */
    BROWSER("permessage-deflate; client_max_window_bits");

    private final @Nullable String offer;

    Compression(@Nullable String offer) {
        this.offer = offer;
    }

    /** The value of {@code Sec-WebSocket-Extensions} in the request, or null. */
    @Nullable String offer() {
        return offer;
    }

    /** Why the response is not acceptable, or null if it is. */
    @Nullable String objection(String response) {
        String lower = response.toLowerCase(Locale.ROOT);
        boolean agreed = lower.contains("permessage-deflate");
        boolean serverForgets = lower.contains("server_no_context_takeover");
        boolean clientForgets = lower.contains("client_no_context_takeover");
        return switch (this) {
            case NONE -> agreed ? "compression without an offer" : null;
            case BROWSER -> agreed ? null : "no permessage-deflate";
            case TAKEOVER -> !agreed ? "no permessage-deflate" : serverForgets || clientForgets ? "no takeover" : null;
            case NO_TAKEOVER -> !agreed ? "no permessage-deflate" : serverForgets ? null : "takeover";
        };
    }
}
