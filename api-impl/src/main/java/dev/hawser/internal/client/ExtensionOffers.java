package dev.hawser.internal.client;

import dev.hawser.Settings;
import dev.hawser.extension.ExtensionOffer;
import dev.hawser.extension.NegotiableExtension;
import dev.hawser.extension.NegotiatedExtension;
import dev.hawser.extension.RemoteProtocolException;
import dev.hawser.internal.endpoint.WithoutNulls;
import dev.hawser.internal.protocol.ExtensionNegotiation;
import dev.hawser.internal.protocol.handshake.ExtensionHeader;
import dev.hawser.internal.session.FrameExtensions;
import dev.hawser.internal.session.HandshakeExtension;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Extension;
import java.util.ArrayList;
import java.util.List;

/**
 * What a client offers of extensions (RFC 6455 9.1): exactly the endpoint's own list if it has one, or else what frames
 * can pass through here and the settings leave switched on. What the endpoint lists and frames can pass through is
 * done, too, in its wording.
 *
 * @param known what frames can pass through here
 * @param byDefault what of it is offered by an endpoint without a list
 */
record ExtensionOffers(List<NegotiableExtension> known, List<NegotiableExtension> byDefault) {
    /** @throws DeploymentException if a setting is not valid */
    static ExtensionOffers of(FrameExtensions extensions, Settings settings) throws DeploymentException {
        try {
            return new ExtensionOffers(extensions.known(settings), extensions.offeredUnasked(settings));
        } catch (IllegalArgumentException e) {
            throw new DeploymentException("A setting of the client endpoint is not valid: " + e.getMessage(), e);
        }
    }

    /**
     * The elements of the request's header; none if nothing is offered.
     *
     * @throws DeploymentException if a name or value of the endpoint's list is no token
     */
    List<ExtensionHeader> headers(ClientEndpointConfig config) throws DeploymentException {
        List<Extension> own = WithoutNulls.list(config.getExtensions());
        if (own.isEmpty()) {
            return byDefault.stream()
                    .flatMap(extension -> extension.offers().stream())
                    .map(ExtensionHeader::of)
                    .toList();
        }
        List<ExtensionHeader> headers = new ArrayList<>();
        for (Extension extension : own) {
            try {
                headers.add(HandshakeExtension.toHeader(extension));
            } catch (IllegalArgumentException e) {
                throw cannotOffer(e);
            }
        }
        return headers;
    }

    /**
     * What the answer is to be checked against.
     *
     * @param lines the header as it is sent, which is the last word on what is offered
     * @throws DeploymentException saying which offer this client could not keep, so that nothing is sent
     */
    List<NegotiableExtension> offered(List<String> lines) throws DeploymentException {
        List<NegotiableExtension> offered = new ArrayList<>();
        try {
            List<ExtensionOffer> offers = ExtensionHeader.parse(lines).stream()
                    .map(ExtensionHeader::toOffer)
                    .toList();
            for (NegotiableExtension extension : known) {
                List<ExtensionOffer> ofName = offers.stream()
                        .filter(offer -> offer.name().equals(extension.name()))
                        .toList();
                if (!ofName.isEmpty()) {
                    offered.add(extension.offering(ofName));
                }
            }
        } catch (IllegalArgumentException e) {
            throw cannotOffer(e);
        }
        return offered;
    }

    /**
     * What of the server's answer frames pass through. Names that the endpoint listed and nothing here does are none of
     * our business.
     *
     * @throws RemoteProtocolException if the answer does not fit the offers
     */
    static List<NegotiatedExtension> confirm(List<NegotiableExtension> offered, List<ExtensionHeader> answered)
            throws RemoteProtocolException {
        List<ExtensionOffer> ours = answered.stream()
                .filter(answer ->
                        offered.stream().anyMatch(offer -> offer.name().equals(answer.name())))
                .map(ExtensionHeader::toOffer)
                .toList();
        return ExtensionNegotiation.confirm(offered, ours);
    }

    private static DeploymentException cannotOffer(IllegalArgumentException e) {
        return new DeploymentException(
                "An extension of the ClientEndpointConfig cannot be offered: " + e.getMessage(), e);
    }
}
