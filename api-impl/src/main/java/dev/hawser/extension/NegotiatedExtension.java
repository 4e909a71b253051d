package dev.hawser.extension;

import java.util.function.Supplier;

/**
 * An extension as both sides agreed on it. Halves are made before it is certain that the connection comes about, and
 * are closed only if it does: they take nothing that needs to be given back before their first frame.
 *
 * <pre>{@code
 * return new NegotiatedExtension(offer, Inverting::new, Inverting::new);
 * }</pre>
 *
 * @param response the element of the server's response
 * @param inbound makes the receiving half for the one connection; who calls it owes the half's {@code close()}
 * @param outbound makes the sending half, likewise
 * @since 0.1.0
 */
public record NegotiatedExtension(
        ExtensionOffer response, Supplier<InboundExtension> inbound, Supplier<OutboundExtension> outbound) {}
