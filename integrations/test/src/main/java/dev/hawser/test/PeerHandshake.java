package dev.hawser.test;

import dev.hawser.extension.ExtensionOffer;
import dev.hawser.extension.NegotiableExtension;
import dev.hawser.extension.NegotiatedExtension;
import dev.hawser.extension.RemoteProtocolException;
import dev.hawser.internal.protocol.ExtensionNegotiation;
import dev.hawser.internal.protocol.handshake.ClientHandshake;
import dev.hawser.internal.protocol.handshake.ExtensionHeader;
import dev.hawser.internal.protocol.handshake.ResponseHead;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * An opening handshake as its client knows it: what the server has chosen, and all fields of its answer.
 *
 * @param subprotocol the server's choice, or "" if it made none
 * @param extensions in the server's order
 * @param frameExtensions those of the extensions that the peer speaks, so that its frames pass through them
 * @param headers by names that are case-insensitive, unmodifiable
 */
record PeerHandshake(
        String subprotocol,
        List<ExtensionOffer> extensions,
        List<NegotiatedExtension> frameExtensions,
        Map<String, List<String>> headers) {

    /**
     * Checks the answer to a request as a client does (RFC 6455 4.1).
     *
     * @param known the extensions that the peer speaks
     * @throws RemoteProtocolException with the rule that the answer breaks
     */
    static PeerHandshake of(
            TestRequest request, int status, Map<String, List<String>> headers, List<NegotiableExtension> known)
            throws RemoteProtocolException {
        Response response = new Response(status, headers);
        ClientHandshake.validate(request.header("Sec-WebSocket-Key").get(0).strip(), response);
        List<String> offered = request.header(ExtensionHeader.FIELD);
        List<ExtensionOffer> answered = ClientHandshake.extensions(offered, response);
        return new PeerHandshake(
                ClientHandshake.subprotocol(request.header("Sec-WebSocket-Protocol"), response),
                answered,
                confirmed(known, ExtensionHeader.parse(offered), answered),
                headers);
    }

    /** Extensions that the peer does not speak are left to the application, as in the client. */
    private static List<NegotiatedExtension> confirmed(
            List<NegotiableExtension> known, List<ExtensionOffer> offered, List<ExtensionOffer> answered)
            throws RemoteProtocolException {
        List<NegotiableExtension> spoken = new ArrayList<>();
        List<ExtensionOffer> ours = new ArrayList<>();
        for (NegotiableExtension extension : known) {
            List<ExtensionOffer> offers = offered.stream()
                    .filter(offer -> offer.name().equals(extension.name()) && isOffer(extension, offer))
                    .toList();
            if (!offers.isEmpty()) {
                spoken.add(extension.offering(offers));
            }
        }
        for (ExtensionOffer answer : answered) {
            if (known.stream().anyMatch(extension -> extension.name().equals(answer.name()))) {
                ours.add(answer);
            }
        }
        return ExtensionNegotiation.confirm(spoken, ours);
    }

    /** Whether an offer makes sense; a test may send others, to see that the server declines them. */
    private static boolean isOffer(NegotiableExtension extension, ExtensionOffer offer) {
        try {
            extension.offering(List.of(offer));
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private record Response(int status, Map<String, List<String>> headers) implements ResponseHead {
        @Override
        public String version() {
            return "HTTP/1.1";
        }

        @Override
        public List<String> header(String name) {
            return headers.getOrDefault(name, List.of());
        }
    }
}
