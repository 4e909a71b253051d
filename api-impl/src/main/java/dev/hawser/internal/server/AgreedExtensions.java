package dev.hawser.internal.server;

import dev.hawser.Settings;
import dev.hawser.extension.ExtensionOffer;
import dev.hawser.extension.NegotiableExtension;
import dev.hawser.extension.NegotiatedExtension;
import dev.hawser.internal.protocol.ExtensionNegotiation;
import dev.hawser.internal.protocol.handshake.ExtensionHeader;
import dev.hawser.internal.session.FrameExtensions;
import dev.hawser.internal.session.HandshakeExtension;
import jakarta.websocket.Extension;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The extensions of one opening handshake, in the order of the answer (RFC 6455 9.1). There are two kinds. An extension
 * that is implemented here negotiates its parameters itself, or is declined. An extension that only the endpoint
 * declares is answered as the configurator says: the application knows what it means.
 *
 * @param agreed the extensions, in the order of the header
 */
record AgreedExtensions(List<Agreed> agreed) {
    private static final AgreedExtensions NONE = new AgreedExtensions(List.of());

    /**
     * One agreed extension.
     *
     * @param shown the extension as {@code Session.getNegotiatedExtensions} returns it
     * @param frames null for an extension that is not implemented here
     */
    record Agreed(
            ExtensionOffer header,
            Extension shown,
            @Nullable NegotiatedExtension frames) {
        static Agreed done(NegotiatedExtension negotiated) {
            ExtensionOffer header = ExtensionHeader.writable(negotiated.response());
            return new Agreed(header, new HandshakeExtension(header), negotiated);
        }
    }

    /**
     * Lets the configurator choose among the offered and the installed extensions, and negotiates those that it chose.
     *
     * @param implemented the extensions that are implemented here
     * @param settings the endpoint's, which switch them on or off
     */
    static AgreedExtensions negotiate(
            DeployedEndpoint endpoint, FrameExtensions implemented, Settings settings, List<ExtensionOffer> offered) {
        if (!endpoint.configurator().isAskedFor(offered)) {
            return NONE;
        }
        List<NegotiableExtension> enabled = implemented.enabled(settings);
        List<Extension> installed = endpoint.installed(enabled.stream()
                .map(extension -> HandshakeExtension.named(extension.name()))
                .toList());
        List<Extension> chosen =
                endpoint.configurator().negotiateExtensions(installed, HandshakeExtension.ofAll(offered));
        if (chosen.isEmpty()) {
            return NONE;
        }
        Set<String> possible = names(installed);
        possible.retainAll(offered.stream().map(ExtensionOffer::name).collect(Collectors.toSet()));
        Set<String> done = new HashSet<>();
        implemented.known(settings).forEach(extension -> done.add(extension.name()));
        Map<String, NegotiatedExtension> frames = negotiateFrames(enabled, names(chosen), offered);
        List<Agreed> agreed = new ArrayList<>(chosen.size());
        for (Extension extension : chosen) {
            String name = extension.getName();
            if (!possible.contains(name)) {
                OpeningHandshake.tell(
                        endpoint,
                        "agreed to an extension that is not installed or that the client did not offer (RFC 6455 9.1)");
            } else if (!done.contains(name)) {
                agreed.add(new Agreed(HandshakeExtension.toHeader(extension), extension, null));
            } else {
                NegotiatedExtension negotiated = frames.remove(name); // only once; null if all offers were declined
                if (negotiated != null) {
                    agreed.add(Agreed.done(negotiated));
                }
            }
        }
        return new AgreedExtensions(List.copyOf(agreed));
    }

    /**
     * Negotiates the extensions that the configurator chose, by name. The others do not take part, so that they cannot
     * take reserved bits.
     */
    private static Map<String, NegotiatedExtension> negotiateFrames(
            List<NegotiableExtension> enabled, Set<String> wanted, List<ExtensionOffer> offered) {
        List<NegotiableExtension> chosen = enabled.stream()
                .filter(extension -> wanted.contains(extension.name()))
                .toList();
        Map<String, NegotiatedExtension> negotiated = new HashMap<>();
        for (NegotiatedExtension extension : ExtensionNegotiation.accept(chosen, offered)) {
            negotiated.put(extension.response().name(), extension);
        }
        return negotiated;
    }

    /**
     * The extensions that remain after modifyHandshake, which may remove some, but cannot add others or change
     * parameters.
     *
     * @param lines the header as the application left it, null if it was removed
     */
    AgreedExtensions leftIn(@Nullable List<String> lines) {
        if (lines == null || agreed.isEmpty()) {
            return NONE;
        }
        Set<String> left = new HashSet<>();
        try {
            ExtensionHeader.parse(lines.stream()
                            .filter(line -> line != null && !line.isBlank())
                            .toList())
                    .forEach(header -> left.add(header.name()));
        } catch (IllegalArgumentException e) {
            return this; // the application left a header that cannot be parsed
        }
        return new AgreedExtensions(agreed.stream()
                .filter(extension -> left.contains(extension.header.name()))
                .toList());
    }

    /** The elements of the answer's header. */
    List<ExtensionOffer> headers() {
        return agreed.isEmpty()
                ? List.of()
                : agreed.stream().map(Agreed::header).toList();
    }

    /** The extensions for {@code Session.getNegotiatedExtensions}. */
    List<Extension> shown() {
        return agreed.isEmpty() ? List.of() : agreed.stream().map(Agreed::shown).toList();
    }

    /** The extensions that frames of the connection pass through. */
    List<NegotiatedExtension> frameExtensions() {
        List<NegotiatedExtension> frames = new ArrayList<>(1);
        for (Agreed extension : agreed) {
            NegotiatedExtension negotiated = extension.frames;
            if (negotiated != null) {
                frames.add(negotiated);
            }
        }
        return List.copyOf(frames);
    }

    private static Set<String> names(Collection<Extension> extensions) {
        Set<String> names = new HashSet<>();
        for (Extension extension : extensions) {
            names.add(extension.getName());
        }
        return names;
    }
}
