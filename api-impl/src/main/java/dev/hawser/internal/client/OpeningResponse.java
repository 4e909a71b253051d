package dev.hawser.internal.client;

import dev.hawser.client.HandshakeFailedException;
import dev.hawser.extension.ExtensionOffer;
import dev.hawser.extension.NegotiatedExtension;
import dev.hawser.extension.RemoteProtocolException;
import dev.hawser.internal.protocol.handshake.ClientHandshake;
import dev.hawser.internal.protocol.handshake.ExtensionHeader;
import dev.hawser.internal.session.HandshakeExtension;
import jakarta.websocket.Extension;
import java.util.List;

/**
 * What the two sides agreed on, read from a 101 response that keeps to the rules of RFC 6455 section 4.1.
 *
 * @param subprotocol the server's choice, or "" if it made none
 * @param extensions in the server's order
 * @param frameExtensions those of the extensions that are implemented here, so that frames pass through them
 */
record OpeningResponse(String subprotocol, List<Extension> extensions, List<NegotiatedExtension> frameExtensions) {
    /** @throws HandshakeFailedException naming the rule that the response breaks */
    static OpeningResponse validate(OpeningRequest request, HttpResponse response) throws HandshakeFailedException {
        try {
            ClientHandshake.validate(request.key(), response);
            List<ExtensionOffer> answered = ClientHandshake.extensions(request.header(ExtensionHeader.FIELD), response);
            return new OpeningResponse(
                    ClientHandshake.subprotocol(request.header("Sec-WebSocket-Protocol"), response),
                    HandshakeExtension.ofAll(answered),
                    ExtensionOffers.confirm(request.extensions(), answered));
        } catch (RemoteProtocolException e) {
            String message = "The opening handshake with " + request.target().server() + " failed: " + e.getMessage();
            throw new HandshakeFailedException(message, response.status(), response.headers(), false);
        }
    }
}
