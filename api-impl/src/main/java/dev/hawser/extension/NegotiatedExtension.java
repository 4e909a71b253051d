package dev.hawser.extension;

import java.util.function.Supplier;

/**
 * An extension on which both sides agreed. The halves may be made for a connection that never opens, and are then not
 * closed: so they must not take resources before their first frame.
 *
 * <pre>{@code
 * return new NegotiatedExtension(offer, Inverting::new, Inverting::new);
 * }</pre>
 *
 * @param response the element of the server's response
 * @param inbound makes the receiving half for the one connection; the caller must close the half
 * @param outbound makes the sending half for the one connection; the caller must close the half
 * @since 0.1.0
 */
public record NegotiatedExtension(
        ExtensionOffer response, Supplier<InboundExtension> inbound, Supplier<OutboundExtension> outbound) {}
