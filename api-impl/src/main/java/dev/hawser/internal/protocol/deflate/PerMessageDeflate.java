package dev.hawser.internal.protocol.deflate;

import dev.hawser.extension.ExtensionOffer;
import dev.hawser.extension.InboundExtension;
import dev.hawser.extension.NegotiableExtension;
import dev.hawser.extension.NegotiatedExtension;
import dev.hawser.extension.RemoteProtocolException;
import dev.hawser.internal.protocol.CloseCode;
import dev.hawser.internal.protocol.Role;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * permessage-deflate (RFC 7692) under one policy: an offer is accepted only if this side keeps to all of its
 * parameters, and the answer names everything that was granted. Thread-safe.
 */
public final class PerMessageDeflate implements NegotiableExtension {
    private final DeflatePolicy policy;
    private final DeflateCodecs codecs;
    /** What a client offers. An answer must fit at least one of them, and the client keeps to all. */
    private final List<DeflateParameters> offers;

    /**
     * @param codecs where the native memory comes from, usually one per container; not closed here
     */
    public PerMessageDeflate(DeflatePolicy policy, DeflateCodecs codecs) {
        this(policy, codecs, List.of(DeflateParameters.offer(policy)));
    }

    private PerMessageDeflate(DeflatePolicy policy, DeflateCodecs codecs, List<DeflateParameters> offers) {
        this.policy = policy;
        this.codecs = codecs;
        this.offers = offers;
    }

    @Override
    public String name() {
        return DeflateParameters.NAME;
    }

    @Override
    public int rsv() {
        return InboundExtension.RSV1;
    }

    @Override
    public @Nullable NegotiatedExtension accept(List<ExtensionOffer> offers) {
        for (ExtensionOffer offer : offers) {
            DeflateParameters parameters;
            try {
                parameters = DeflateParameters.parse(offer);
            } catch (IllegalArgumentException e) {
                continue; // declined (RFC 7692 7.1): the next offer may be acceptable
            }
            DeflateParameters answer = parameters.answer(policy);
            return agreed(Role.SERVER, answer.toElement(), answer);
        }
        return null;
    }

    @Override
    public List<ExtensionOffer> offers() {
        return offers.stream().map(DeflateParameters::toElement).toList();
    }

    @Override
    public PerMessageDeflate offering(List<ExtensionOffer> wording) {
        return new PerMessageDeflate(
                policy, codecs, wording.stream().map(DeflateParameters::parse).toList());
    }

    @Override
    public NegotiatedExtension confirm(ExtensionOffer response) throws RemoteProtocolException {
        try {
            DeflateParameters answer = DeflateParameters.parse(response);
            checkAnswer(answer);
            for (DeflateParameters offer : offers) {
                answer = answer.keepingTo(offer);
            }
            return agreed(Role.CLIENT, response, answer);
        } catch (IllegalArgumentException e) {
            throw new RemoteProtocolException(
                    CloseCode.MANDATORY_EXTENSION,
                    "permessage-deflate in the response: " + e.getMessage() + " (RFC 7692 7.1)");
        }
    }

    /** Checks that the answer fits one of the offers; a server does not say which one it accepted. */
    private void checkAnswer(DeflateParameters answer) {
        IllegalArgumentException misfit = null;
        for (DeflateParameters offer : offers) {
            try {
                offer.checkAnswer(answer);
                return;
            } catch (IllegalArgumentException e) {
                misfit = e;
            }
        }
        if (misfit != null) {
            throw misfit;
        }
    }

    private NegotiatedExtension agreed(Role role, ExtensionOffer element, DeflateParameters agreed) {
        boolean server = role == Role.SERVER;
        boolean mayKeepOurs = server ? !agreed.serverNoContextTakeover() : !agreed.clientNoContextTakeover();
        boolean peerKeeps = server ? !agreed.clientNoContextTakeover() : !agreed.serverNoContextTakeover();
        int ourWindow = server ? agreed.serverWindow() : agreed.clientWindow();
        int peerWindow = server ? agreed.clientWindow() : agreed.serverWindow();
        return new NegotiatedExtension(
                element,
                () -> new MessageInflater(codecs, peerKeeps ? new History(peerWindow) : null),
                () -> new MessageDeflater(codecs, policy, mayKeepOurs && policy.contextTakeover(), ourWindow));
    }
}
