package dev.hawser.examples.echo;

import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;

/**
 * {@code /echo}: sends back every text and every binary message, up to {@value #MAX_MESSAGE_BYTES} bytes each.
 *
 * <p>A larger message ends the connection with close code 1009.
 */
@ServerEndpoint("/echo")
public final class EchoEndpoint {
    /** The largest message that is sent back, in bytes: 64 MiB. */
    public static final int MAX_MESSAGE_BYTES = 64 << 20;

    /** Called by the container for each text message; the return value is the reply. */
    @OnMessage(maxMessageSize = MAX_MESSAGE_BYTES)
    public String text(String message) {
        return message;
    }

    /** Called by the container for each binary message; the return value is the reply. */
    @OnMessage(maxMessageSize = MAX_MESSAGE_BYTES)
    public byte[] binary(byte[] message) {
        return message;
    }
}
