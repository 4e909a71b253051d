package dev.hawser.internal.protocol;

import dev.hawser.extension.ExtensionOffer;
import dev.hawser.extension.NegotiableExtension;
import dev.hawser.extension.NegotiatedExtension;
import dev.hawser.extension.RemoteProtocolException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The negotiation of extensions, for both roles (RFC 6455 9.1). Only the extension itself knows what its parameters
 * mean.
 */
public final class ExtensionNegotiation {
    private ExtensionNegotiation() {}

    /**
     * A server's choice among what a client offers. Extensions keep the order in which the client first names them. An
     * extension is declined if an accepted one already uses one of its reserved bits.
     *
     * @param supported the extensions of this server
     * @param offered the request's header, parsed
     * @return the accepted extensions, in the order of the response; empty if there are none
     */
    public static List<NegotiatedExtension> accept(
            List<? extends NegotiableExtension> supported, List<ExtensionOffer> offered) {
        List<NegotiatedExtension> accepted = new ArrayList<>();
        Set<String> decided = new HashSet<>();
        int usedRsv = 0;
        for (ExtensionOffer first : offered) {
            NegotiableExtension extension = find(supported, first.name());
            if (extension == null || !decided.add(first.name()) || (extension.rsv() & usedRsv) != 0) {
                continue;
            }
            List<ExtensionOffer> offers =
                    offered.stream().filter(o -> o.name().equals(first.name())).toList();
            NegotiatedExtension agreed = extension.accept(offers);
            if (agreed != null) {
                accepted.add(agreed);
                usedRsv |= extension.rsv();
            }
        }
        return accepted;
    }

    /**
     * Checks a server's choice, as its client.
     *
     * @param requested the extensions whose offers were sent
     * @param answered the response's header, parsed
     * @throws RemoteProtocolException naming the extension, if the response holds one that was not offered, one twice,
     *     two that use the same reserved bit, or parameters that do not fit; the caller fails the connection
     */
    public static List<NegotiatedExtension> confirm(
            List<? extends NegotiableExtension> requested, List<ExtensionOffer> answered)
            throws RemoteProtocolException {
        List<NegotiatedExtension> confirmed = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        int usedRsv = 0;
        for (ExtensionOffer answer : answered) {
            NegotiableExtension extension = find(requested, answer.name());
            if (extension == null) {
                throw refused(answer, "was not offered");
            }
            if (!seen.add(answer.name())) {
                throw refused(answer, "occurs twice");
            }
            if ((extension.rsv() & usedRsv) != 0) {
                throw refused(answer, "uses " + FrameReader.rsvNames(extension.rsv() & usedRsv) + ", as another does");
            }
            usedRsv |= extension.rsv();
            confirmed.add(extension.confirm(answer));
        }
        return confirmed;
    }

    private static @Nullable NegotiableExtension find(List<? extends NegotiableExtension> extensions, String name) {
        for (NegotiableExtension extension : extensions) {
            if (extension.name().equals(name)) {
                return extension;
            }
        }
        return null;
    }

    private static RemoteProtocolException refused(ExtensionOffer answer, String why) {
        return new RemoteProtocolException(
                CloseCode.MANDATORY_EXTENSION,
                "extension " + answer.name() + " of the response " + why + " (RFC 6455 9.1)");
    }
}
