package dev.hawser.internal.endpoint.closed;

import jakarta.websocket.ClientEndpoint;
import jakarta.websocket.OnMessage;

/** Alone in its package, which a test puts into a module that opens nothing. */
@ClientEndpoint
public class ClosedEndpoint {
    @OnMessage
    public void message(String text) {}
}
