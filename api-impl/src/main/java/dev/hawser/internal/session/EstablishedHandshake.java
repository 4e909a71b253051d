package dev.hawser.internal.session;

import dev.hawser.Settings;
import dev.hawser.extension.NegotiatedExtension;
import dev.hawser.internal.component.Component;
import dev.hawser.internal.component.Components;
import dev.hawser.internal.endpoint.EndpointPlan;
import dev.hawser.internal.protocol.Role;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.Extension;
import java.security.Principal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a session needs to know of its opening handshake. It is a snapshot, because the container recycles its request.
 *
 * @param role which end of the connection this is
 * @param plan the endpoint class
 * @param endpoint the application's endpoint instance, released when the session has ended
 * @param components makes the endpoint's coders, and the scope around its callbacks
 * @param config the configuration that onOpen gets; its user properties are copied for the session
 * @param settings the endpoint's settings, resolved
 * @param requestUri the URI as the client wrote it, with its query, scheme {@code ws} or {@code wss}
 * @param pathParameters URI template variables and their decoded values
 * @param principal the authenticated user, or null
 * @param subprotocol the negotiated subprotocol, or "" if none
 * @param extensions the negotiated extensions, including those that only the application implements
 * @param frameExtensions the negotiated extensions that frames pass through, in the order of the response; the
 *     connection makes their halves
 * @param httpSessionId the id of the HttpSession that was there at the handshake, or null
 */
public record EstablishedHandshake(
        Role role,
        EndpointPlan plan,
        Component<?> endpoint,
        Components components,
        EndpointConfig config,
        Settings settings,
        SessionUri requestUri,
        Map<String, String> pathParameters,
        @Nullable Principal principal,
        String subprotocol,
        List<Extension> extensions,
        List<NegotiatedExtension> frameExtensions,
        @Nullable String httpSessionId) {
    /** Without the query, the parameters and the user, which must not be logged. */
    @Override
    public String toString() {
        return "handshake of " + requestUri.uri().getPath() + " as " + role;
    }
}
