package dev.hawser.internal.session;

import dev.hawser.ObservedConnection;
import dev.hawser.Setting;
import dev.hawser.internal.connection.MessageSender;
import dev.hawser.internal.connection.WebSocketConnection;
import dev.hawser.internal.endpoint.BoundEndpoint;
import dev.hawser.internal.observe.ConnectionEvents;
import dev.hawser.internal.observe.Observers;
import dev.hawser.internal.protocol.Role;
import jakarta.websocket.server.ServerEndpointConfig;

/**
 * What a session is made of and what itself refers to the session, so that it is made after it.
 *
 * @param listing lists the session while it lives
 * @param life calls the endpoint
 * @param connection carries the messages
 */
record SessionParts(
        SessionListing listing,
        SessionLife life,
        WebSocketConnection connection,
        BasicRemote basicRemote,
        AsyncRemote asyncRemote) {

    static SessionParts of(
            WebSocketSession session,
            ContainerRuntime runtime,
            EstablishedHandshake handshake,
            SessionLimits limits,
            Observers observers) {
        ConnectionEvents events = new ConnectionEvents(
                observers,
                new ObservedConnection(session.getId(), endpointName(handshake), handshake.role() == Role.CLIENT),
                handshake.settings().get(Setting.UNSAFE_LOG_PAYLOADS));
        SessionListing listing = new SessionListing(runtime, handshake, session);
        SessionLife life = new SessionLife(session, session.getId(), runtime, handshake, listing, limits, events);
        WebSocketConnection connection = WebSocketConnection.of(
                runtime.resources(), handshake.role(), handshake.settings(), handshake.frameExtensions(), life);
        MessageSender sender = connection.sender();
        BoundEndpoint endpoint = life.endpoint();
        return new SessionParts(
                listing,
                life,
                connection,
                new BasicRemote(sender, endpoint.encoders()),
                new AsyncRemote(session, sender, endpoint.encoders(), AsyncSendTimeout.initial(handshake.settings())));
    }

    private static String endpointName(EstablishedHandshake handshake) {
        return handshake.role() == Role.SERVER && handshake.config() instanceof ServerEndpointConfig server
                ? server.getPath()
                : handshake.plan().endpointClass().getName();
    }
}
