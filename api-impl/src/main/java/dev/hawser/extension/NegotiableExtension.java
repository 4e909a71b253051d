package dev.hawser.extension;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An extension that client and server may agree on in the opening handshake (RFC 6455 9.1): permessage-deflate, or an
 * application's own frame extension, which implements this, {@link InboundExtension} and {@link OutboundExtension}.
 * Thread-safe; one instance serves any number of handshakes and roles.
 *
 * <p>In a handshake the context class loader is the application's. The halves run on the threads that read or send,
 * with any context class loader: to look up a class by name they must use their own class's loader.
 *
 * <p>{@link java.util.ServiceLoader} finds an application's extensions in its class loader: public classes with a
 * public constructor without parameters, named in {@code META-INF/services/dev.hawser.extension.NegotiableExtension}.
 * docs/extensions.md has a complete example. An extension named {@code permessage-deflate} replaces Hawser's.
 *
 * @since 0.1.0
 */
public interface NegotiableExtension {
    /** The registered name, as in the header. */
    String name();

    /**
     * The reserved bits that its frames use, as in {@link InboundExtension#rsv}. Two extensions with a common bit
     * cannot be agreed on together.
     */
    int rsv();

    /**
     * A server's choice among a client's offers.
     *
     * @param offers the client's offers of this name, in its order of preference; at least one
     * @return the agreement on the first offer that can be kept exactly, or null to decline them all
     */
    @Nullable NegotiatedExtension accept(List<ExtensionOffer> offers);

    /**
     * What a client offers if its endpoint has no list of extensions, in order of preference. It must be able to keep
     * each offer. Empty if only endpoints that list the extension offer it.
     */
    List<ExtensionOffer> offers();

    /**
     * This extension for a client whose endpoint lists it with its own parameters: {@link #confirm} of the result
     * checks against {@code offers} instead of {@link #offers()}. Returns this object by default, which is right for an
     * extension without parameters.
     *
     * @param offers at least one, all of this name
     * @throws IllegalArgumentException with the offer that cannot be kept and why; then nothing is sent
     */
    default NegotiableExtension offering(List<ExtensionOffer> offers) {
        return this;
    }

    /**
     * A client's check of the server's answer to {@link #offers}.
     *
     * @throws RemoteProtocolException if the answer does not fit the offers; the client then fails the connection (RFC
     *     6455 4.1)
     */
    NegotiatedExtension confirm(ExtensionOffer response) throws RemoteProtocolException;
}
