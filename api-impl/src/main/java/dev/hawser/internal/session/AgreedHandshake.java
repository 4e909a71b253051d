package dev.hawser.internal.session;

import dev.hawser.Settings;
import jakarta.websocket.Extension;
import java.security.Principal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a session tells of its opening handshake while it lives. The rest of {@link EstablishedHandshake} is needed only
 * to make the session, and is not kept.
 */
record AgreedHandshake(
        Settings settings,
        SessionUri requestUri,
        Map<String, String> pathParameters,
        @Nullable Principal principal,
        String subprotocol,
        List<Extension> extensions) {
    static AgreedHandshake of(EstablishedHandshake handshake) {
        return new AgreedHandshake(
                handshake.settings(),
                handshake.requestUri(),
                handshake.pathParameters(),
                handshake.principal(),
                handshake.subprotocol(),
                handshake.extensions());
    }

    /** Without the query, the parameters and the user, which must not be logged. */
    @Override
    public String toString() {
        return "handshake of " + requestUri.uri().getPath();
    }
}
