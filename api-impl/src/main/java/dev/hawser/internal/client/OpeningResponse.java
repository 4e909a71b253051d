package dev.hawser.internal.client;

import dev.hawser.client.HandshakeFailedException;
import dev.hawser.extension.NegotiatedExtension;
import dev.hawser.extension.RemoteProtocolException;
import dev.hawser.internal.http.HeaderGrammar;
import dev.hawser.internal.protocol.handshake.AcceptKey;
import dev.hawser.internal.protocol.handshake.ExtensionHeader;
import dev.hawser.internal.session.HandshakeExtension;
import jakarta.websocket.Extension;
import java.util.ArrayList;
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
        if (response.status() != 101) {
            throw failed(request, response, "the server answered with status " + response.status());
        }
        if (!response.version().equals("HTTP/1.1")) {
            throw failed(request, response, "a 101 must be HTTP/1.1");
        }
        if (!HeaderGrammar.listContains(response.header("Upgrade"), "websocket")
                || !HeaderGrammar.listContains(response.header("Connection"), "upgrade")) {
            throw failed(request, response, "the 101 has no Upgrade: websocket and Connection: Upgrade (RFC 6455 4.1)");
        }
        if (!response.header("Sec-WebSocket-Accept").equals(List.of(AcceptKey.of(request.key())))) {
            throw failed(
                    request,
                    response,
                    "the 101 has not the one Sec-WebSocket-Accept that answers our key (RFC 6455 4.1)");
        }
        List<ExtensionHeader> answered = extensions(request, response);
        try {
            return new OpeningResponse(
                    subprotocol(request, response),
                    HandshakeExtension.ofAll(answered),
                    ExtensionOffers.confirm(request.extensions(), answered));
        } catch (RemoteProtocolException e) {
            throw failed(request, response, String.valueOf(e.getMessage()));
        }
    }

    private static String subprotocol(OpeningRequest request, HttpResponse response) throws HandshakeFailedException {
        List<String> chosen = response.header("Sec-WebSocket-Protocol");
        if (chosen.isEmpty()) {
            return "";
        }
        boolean offered = chosen.size() == 1
                && elements(request.header("Sec-WebSocket-Protocol")).contains(chosen.get(0));
        if (!offered) {
            throw failed(
                    request,
                    response,
                    "the server chose a subprotocol that was not offered, or several (RFC 6455 4.1)");
        }
        return chosen.get(0);
    }

    private static List<ExtensionHeader> extensions(OpeningRequest request, HttpResponse response)
            throws HandshakeFailedException {
        List<ExtensionHeader> agreed = new ArrayList<>();
        try {
            List<ExtensionHeader> offered = ExtensionHeader.parse(request.header(ExtensionHeader.FIELD));
            for (ExtensionHeader answer : ExtensionHeader.parse(response.header(ExtensionHeader.FIELD))) {
                if (offered.stream().noneMatch(offer -> offer.name().equals(answer.name()))) {
                    throw failed(
                            request, response, "the server chose an extension that was not offered (RFC 6455 4.1)");
                }
                agreed.add(answer);
            }
        } catch (IllegalArgumentException e) {
            throw failed(request, response, "the answer cannot be read: " + e.getMessage());
        }
        return List.copyOf(agreed);
    }

    private static HandshakeFailedException failed(OpeningRequest request, HttpResponse response, String why) {
        String message = "The opening handshake with " + request.target().server() + " failed: " + why;
        return new HandshakeFailedException(message, response.status(), response.headers(), false);
    }

    private static List<String> elements(List<String> lines) {
        List<String> elements = new ArrayList<>();
        for (String line : lines) {
            for (String element : line.split(",", -1)) {
                elements.add(element.strip());
            }
        }
        return elements;
    }
}
