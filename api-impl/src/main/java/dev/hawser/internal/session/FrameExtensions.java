package dev.hawser.internal.session;

import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.extension.NegotiableExtension;
import dev.hawser.internal.protocol.deflate.DeflateCodecs;
import dev.hawser.internal.protocol.deflate.DeflatePolicy;
import dev.hawser.internal.protocol.deflate.PerMessageDeflate;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/**
 * The extensions that are implemented in one container: those of the application, which {@link ServiceLoader} finds in
 * its class loader, and permessage-deflate with the settings of an endpoint. Thread-safe.
 */
public final class FrameExtensions {
    private final List<NegotiableExtension> ofApplication;
    private final DeflateCodecs codecs;

    private FrameExtensions(List<NegotiableExtension> ofApplication, DeflateCodecs codecs) {
        this.ofApplication = List.copyOf(ofApplication);
        this.codecs = codecs;
    }

    /**
     * Makes the application's extensions.
     *
     * @param classLoader the application's class loader
     * @param codecs the deflaters and inflaters of permessage-deflate; not closed here
     * @throws IllegalStateException with the extension that cannot be made and why, or if two have the same name
     */
    public static FrameExtensions load(ClassLoader classLoader, DeflateCodecs codecs) {
        List<NegotiableExtension> found = new ArrayList<>();
        try {
            for (NegotiableExtension extension : ServiceLoader.load(NegotiableExtension.class, classLoader)) {
                if (named(found, extension.name())) {
                    throw new IllegalStateException("Two WebSocket extensions of the application have the name "
                            + extension.name() + "; the second is "
                            + extension.getClass().getName());
                }
                found.add(extension);
            }
        } catch (ServiceConfigurationError e) {
            throw new IllegalStateException(
                    "A WebSocket extension of the application cannot be made: " + e.getMessage(), e);
        }
        return new FrameExtensions(found, codecs);
    }

    /**
     * Checks the compression settings, at deployment.
     *
     * @throws IllegalArgumentException naming the value that is not valid
     */
    public static void check(Settings settings) {
        policy(settings);
    }

    /**
     * All implemented extensions, switched on or not. A name of these is never agreed to without using the extension.
     *
     * @param settings the endpoint's settings
     * @throws IllegalArgumentException if a value of the compression settings is not valid
     */
    public List<NegotiableExtension> known(Settings settings) {
        return with(settings, true);
    }

    /** The extensions of {@link #known} that the endpoint's settings do not switch off. */
    public List<NegotiableExtension> enabled(Settings settings) {
        return with(settings, settings.get(Setting.COMPRESSION));
    }

    /**
     * The extensions that a client offers for an endpoint without its own list: the application's, and
     * permessage-deflate if compression was switched on explicitly. Otherwise an empty list is an empty offer, as in
     * the Jakarta API.
     */
    public List<NegotiableExtension> offeredUnasked(Settings settings) {
        return with(settings, settings.isSet(Setting.COMPRESSION) && settings.get(Setting.COMPRESSION));
    }

    private List<NegotiableExtension> with(Settings settings, boolean compression) {
        PerMessageDeflate deflate = new PerMessageDeflate(policy(settings), codecs);
        List<NegotiableExtension> extensions = new ArrayList<>(ofApplication);
        if (compression && !named(extensions, deflate.name())) {
            extensions.add(deflate);
        }
        return extensions;
    }

    private static DeflatePolicy policy(Settings settings) {
        return new DeflatePolicy(
                settings.get(Setting.COMPRESSION_LEVEL),
                settings.get(Setting.COMPRESSION_MIN_SIZE),
                settings.get(Setting.COMPRESSION_CONTEXT_TAKEOVER),
                DeflatePolicy.DEFAULT.peerContextTakeover(),
                settings.get(Setting.COMPRESSION_PEER_WINDOW_BITS));
    }

    private static boolean named(List<NegotiableExtension> extensions, String name) {
        return extensions.stream().anyMatch(extension -> extension.name().equals(name));
    }
}
