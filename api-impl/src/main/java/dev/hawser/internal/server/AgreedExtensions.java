package dev.hawser.internal.server;

import dev.hawser.extension.ExtensionOffer;
import dev.hawser.extension.NegotiableExtension;
import dev.hawser.extension.NegotiatedExtension;
import dev.hawser.internal.protocol.ExtensionNegotiation;
import dev.hawser.internal.protocol.handshake.ExtensionHeader;
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
 * The extensions of one opening handshake, in the order of the answer (RFC 6455 9.1). There are two kinds. A name that
 * frames really pass through here is agreed to with the parameters that its own negotiation comes to, or not at all. A
 * name that only the endpoint declares is answered as the configurator has it: what it means is the application's
 * business.
 *
 * @param agreed by what stands in the header
 */
record AgreedExtensions(List<Agreed> agreed) {
    private static final AgreedExtensions NONE = new AgreedExtensions(List.of());

    /**
     * One of them.
     *
     * @param shown what the session answers
     * @param frames null for a name that frames do not pass through
     */
    record Agreed(
            ExtensionHeader header,
            Extension shown,
            @Nullable NegotiatedExtension frames) {
        static Agreed done(NegotiatedExtension negotiated) {
            ExtensionHeader header = ExtensionHeader.of(negotiated.response());
            return new Agreed(header, new HandshakeExtension(header), negotiated);
        }
    }

    /**
     * Lets the configurator choose among what the client offers and what is installed, and does what it chose.
     *
     * @param known what frames can pass through here, switched on or not
     * @param enabled what they may pass through for this endpoint
     */
    static AgreedExtensions negotiate(
            DeployedEndpoint endpoint,
            List<NegotiableExtension> known,
            List<NegotiableExtension> enabled,
            List<ExtensionHeader> offered) {
        List<Extension> installed = endpoint.installed(enabled.stream()
                .map(extension -> HandshakeExtension.named(extension.name()))
                .toList());
        List<Extension> chosen =
                endpoint.configurator().negotiateExtensions(installed, HandshakeExtension.ofAll(offered));
        if (chosen.isEmpty()) {
            return NONE;
        }
        Set<String> possible = names(installed);
        possible.retainAll(offered.stream().map(ExtensionHeader::name).collect(Collectors.toSet()));
        Set<String> done = new HashSet<>();
        known.forEach(extension -> done.add(extension.name()));
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
                NegotiatedExtension negotiated = frames.remove(name); // once, and nothing if all offers were declined
                if (negotiated != null) {
                    agreed.add(Agreed.done(negotiated));
                }
            }
        }
        return new AgreedExtensions(List.copyOf(agreed));
    }

    /**
     * By name; only of those that the configurator wants, so that one it does not want cannot take another's reserved
     * bits.
     */
    private static Map<String, NegotiatedExtension> negotiateFrames(
            List<NegotiableExtension> enabled, Set<String> wanted, List<ExtensionHeader> offered) {
        List<NegotiableExtension> chosen = enabled.stream()
                .filter(extension -> wanted.contains(extension.name()))
                .toList();
        List<ExtensionOffer> offers =
                offered.stream().map(ExtensionHeader::toOffer).toList();
        Map<String, NegotiatedExtension> negotiated = new HashMap<>();
        for (NegotiatedExtension extension : ExtensionNegotiation.accept(chosen, offers)) {
            negotiated.put(extension.response().name(), extension);
        }
        return negotiated;
    }

    /**
     * What remains after modifyHandshake, which may take extensions out: one need not be agreed to. It cannot put in
     * others or change parameters.
     *
     * @param lines the header as the application left it, null if it is gone
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
            return this; // not a change that can be understood
        }
        return new AgreedExtensions(agreed.stream()
                .filter(extension -> left.contains(extension.header.name()))
                .toList());
    }

    /** For the answer. */
    List<ExtensionHeader> headers() {
        return agreed.stream().map(Agreed::header).toList();
    }

    /** For the session, as answered. */
    List<Extension> shown() {
        return agreed.stream().map(Agreed::shown).toList();
    }

    /** For the connection. */
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
