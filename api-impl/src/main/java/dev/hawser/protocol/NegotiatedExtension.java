package dev.hawser.protocol;

import java.util.function.Supplier;

/**
 * An extension as both sides agreed on it.
 *
 * @param response the element of the server's response
 * @param inbound makes the receiving half for the one connection; who calls it owes the half's {@code close()}
 * @param outbound makes the sending half, likewise
 */
public record NegotiatedExtension(
        ExtensionOffer response, Supplier<InboundExtension> inbound, Supplier<OutboundExtension> outbound) {}
