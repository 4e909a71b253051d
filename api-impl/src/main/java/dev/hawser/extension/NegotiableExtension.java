package dev.hawser.extension;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An extension that endpoints may agree on in the opening handshake (RFC 6455 9.1): permessage-deflate, or a frame
 * extension of the application's own, which implements this, {@link InboundExtension} and {@link OutboundExtension}.
 * Thread-safe; one instance serves any number of handshakes and roles.
 *
 * <p>In a handshake the context class loader is the application's. The halves run on whichever thread reads or sends,
 * whose context class loader may be any: one that looks classes up by name asks its own class's loader.
 *
 * <p>An application adds its own as {@link java.util.ServiceLoader} finds it in the application's class loader: a
 * public class with a public constructor without parameters, named in
 * {@code META-INF/services/dev.hawser.extension.NegotiableExtension}. docs/extensions.md has an example that is whole.
 * One named {@code permessage-deflate} takes the place of Hawser's.
 *
 * @since 0.1.0
 */
public interface NegotiableExtension {
    /** The registered name, as in the header. */
    String name();

    /**
     * The reserved bits that its frames use, as in {@link InboundExtension#rsv}. Two extensions with a bit in common
     * exclude each other.
     */
    int rsv();

    /**
     * A server chooses.
     *
     * @param offers the client's offers of this name, in its order of preference; at least one
     * @return what the first offer comes to that can be kept to the letter, or null to decline them all
     */
    @Nullable NegotiatedExtension accept(List<ExtensionOffer> offers);

    /**
     * What a client offers unless its endpoint has a list of its own, in its order of preference; only what it can
     * keep. Empty for an extension that is to be offered only by endpoints that list it.
     */
    List<ExtensionOffer> offers();

    /**
     * The same extension, for a client whose endpoint lists it in words of its own: {@link #confirm} then checks
     * against these instead of {@link #offers}. By default this object itself, which will do if there are no
     * parameters.
     *
     * @param offers at least one, all of this name
     * @throws IllegalArgumentException saying which of them cannot be kept and why; then nothing is sent
     */
    default NegotiableExtension offering(List<ExtensionOffer> offers) {
        return this;
    }

    /**
     * A client checks the server's answer to {@link #offers}.
     *
     * @throws RemoteProtocolException if the answer does not fit the offers; the connection is then to be failed (RFC
     *     6455 4.1)
     */
    NegotiatedExtension confirm(ExtensionOffer response) throws RemoteProtocolException;
}
