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
 * The extensions that a client offers (RFC 6455 9.1): exactly the endpoint's own list if it has one, otherwise all
 * extensions that are implemented here and not switched off. An extension of the endpoint's list that is implemented
 * here is used with the parameters of that list.
 *
 * @param known the extensions that are implemented here
 * @param byDefault those of them that an endpoint without a list offers
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
     * The elements of the request's header; empty if nothing is offered.
     *
     * @throws DeploymentException if a name or value of the endpoint's list is not a token
     */
    List<ExtensionOffer> headers(ClientEndpointConfig config) throws DeploymentException {
        List<Extension> own = WithoutNulls.list(config.getExtensions());
        if (own.isEmpty()) {
            return byDefault.stream()
                    .flatMap(extension -> extension.offers().stream())
                    .map(ExtensionHeader::writable)
                    .toList();
        }
        List<ExtensionOffer> headers = new ArrayList<>();
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
     * The offered extensions that are implemented here; the answer is checked against them.
     *
     * @param lines the header as it is sent, after the configurator may have changed it
     * @throws DeploymentException with the offer that this client could not keep; nothing has been sent then
     */
    List<NegotiableExtension> offered(List<String> lines) throws DeploymentException {
        List<NegotiableExtension> offered = new ArrayList<>();
        try {
            List<ExtensionOffer> offers = ExtensionHeader.parse(lines);
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
     * The extensions of the server's answer that frames pass through. Those that the endpoint lists and that are not
     * implemented here are left to the application.
     *
     * @throws RemoteProtocolException if the answer does not fit the offers
     */
    static List<NegotiatedExtension> confirm(List<NegotiableExtension> offered, List<ExtensionOffer> answered)
            throws RemoteProtocolException {
        List<ExtensionOffer> ours = answered.stream()
                .filter(answer ->
                        offered.stream().anyMatch(offer -> offer.name().equals(answer.name())))
                .toList();
        return ExtensionNegotiation.confirm(offered, ours);
    }

    private static DeploymentException cannotOffer(IllegalArgumentException e) {
        return new DeploymentException(
                "An extension of the ClientEndpointConfig cannot be offered: " + e.getMessage(), e);
    }
}
