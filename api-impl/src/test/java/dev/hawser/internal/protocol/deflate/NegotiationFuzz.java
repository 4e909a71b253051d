package dev.hawser.internal.protocol.deflate;

import dev.hawser.extension.ExtensionOffer;
import dev.hawser.extension.InboundExtension;
import dev.hawser.extension.NegotiatedExtension;
import dev.hawser.extension.Opcode;
import dev.hawser.extension.OutboundExtension;
import dev.hawser.extension.OutboundExtension.Encoded;
import dev.hawser.extension.RemoteProtocolException;
import dev.hawser.fuzz.FuzzInput;
import dev.hawser.internal.protocol.ExtensionNegotiation;
import dev.hawser.internal.protocol.handshake.ExtensionHeader;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The negotiation of permessage-deflate under any two policies. A server's answer to any offer is one that RFC 7692 7.1
 * lets it give, a client takes such answers and no others, and whatever our two sides agree on, they understand each
 * other afterwards.
 */
public final class NegotiationFuzz {
    private static final String WINDOW = "[89]|1[0-5]";

    private final FuzzInput input;
    private final DeflatePolicy serverPolicy;
    private final PerMessageDeflate server;
    private final PerMessageDeflate client;

    private NegotiationFuzz(FuzzInput input, DeflateCodecs codecs) {
        this.input = input;
        serverPolicy = policy();
        server = new PerMessageDeflate(serverPolicy, codecs);
        client = new PerMessageDeflate(policy(), codecs);
    }

    private DeflatePolicy policy() {
        int choices = input.octet();
        return new DeflatePolicy(
                1 + choices % 9, 0, (choices & 32) != 0, (choices & 64) != 0, input.oneOf(15, 8, 9, 12));
    }

    public static void fuzzerTestOneInput(byte[] octets) {
        try (DeflateCodecs codecs = new DeflateCodecs(4)) {
            NegotiationFuzz fuzz = new NegotiationFuzz(new FuzzInput(octets), codecs);
            boolean offer = fuzz.input.yes();
            byte[] message = fuzz.input.octets(fuzz.input.octet());
            List<ExtensionOffer> elements;
            try {
                elements = ExtensionHeader.parse(List.of(fuzz.input.text()));
            } catch (IllegalArgumentException e) {
                elements = List.of();
            }
            fuzz.ourTwoSidesAgree(message);
            if (offer) {
                fuzz.offered(elements, message);
            } else {
                fuzz.answered(elements);
            }
            if (codecs.liveInflaters() > 4) {
                throw new AssertionError(codecs.liveInflaters() + " inflaters are alive");
            }
        }
    }

    /** The parameters by their names; null if RFC 7692 7.1 does not allow them. */
    private static @Nullable Map<String, String> allowed(ExtensionOffer element, boolean answer) {
        Map<String, String> parameters = new HashMap<>();
        for (ExtensionOffer.Parameter parameter : element.parameters()) {
            String value = parameter.value() == null ? "" : parameter.value();
            String legal = switch (parameter.name()) {
                case "server_no_context_takeover", "client_no_context_takeover" -> "";
                case "server_max_window_bits" -> WINDOW;
                case "client_max_window_bits" -> answer ? WINDOW : "|" + WINDOW;
                default -> "(?!)";
            };
            if (!value.matches(legal) || parameters.put(parameter.name(), value) != null) {
                return null;
            }
        }
        return parameters;
    }

    private static int window(@Nullable String value) {
        return value == null || value.isEmpty() ? 15 : Integer.parseInt(value);
    }

    /** Whether RFC 7692 7.1 lets a server give this answer to this offer. */
    private static boolean fits(Map<String, String> answer, Map<String, String> offer) {
        String server = "server_max_window_bits";
        String client = "client_max_window_bits";
        return (!offer.containsKey("server_no_context_takeover") || answer.containsKey("server_no_context_takeover"))
                && (!offer.containsKey(server)
                        || answer.containsKey(server) && window(answer.get(server)) <= window(offer.get(server)))
                && (!answer.containsKey(client) || offer.containsKey(client));
    }

    private void ourTwoSidesAgree(byte[] message) {
        try {
            List<NegotiatedExtension> accepted = ExtensionNegotiation.accept(List.of(server), client.offers());
            require(accepted.size() == 1, "our server declines what our client offers");
            List<NegotiatedExtension> confirmed = ExtensionNegotiation.confirm(
                    List.of(client), List.of(accepted.get(0).response()));
            understood(accepted.get(0), confirmed.get(0), message);
            understood(confirmed.get(0), accepted.get(0), message);
        } catch (RemoteProtocolException e) {
            throw new AssertionError("our client refuses our server's answer", e);
        }
    }

    private void offered(List<ExtensionOffer> offers, byte[] message) {
        List<NegotiatedExtension> accepted = ExtensionNegotiation.accept(List.of(server), offers);
        Map<String, String> taken = null;
        for (ExtensionOffer offer : offers) {
            if (taken == null && offer.name().equals("permessage-deflate")) {
                taken = allowed(offer, false);
            }
        }
        require(accepted.size() == (taken == null ? 0 : 1), "the first offer without a fault is taken");
        if (taken == null) {
            return;
        }
        Map<String, String> answer = allowed(accepted.get(0).response(), true);
        require(answer != null && fits(answer, taken), "the answer fits the offer");
        require(serverPolicy.contextTakeover() || answer.containsKey("server_no_context_takeover"), "our own takeover");
        boolean asked = taken.containsKey("client_max_window_bits");
        int most = asked ? serverPolicy.peerMaxWindowBits() : 15;
        require(window(answer.get("client_max_window_bits")) <= most, "a smaller window is asked where it may be");
        // the peer reads with the window that it was promised, and no more
        int promised = window(answer.get("server_max_window_bits"));
        boolean keeps = !answer.containsKey("server_no_context_takeover");
        try (DeflateCodecs codecs = new DeflateCodecs(1)) {
            understood(
                    accepted.get(0).outbound().get(),
                    new MessageInflater(codecs, keeps ? new History(promised) : null),
                    message);
        }
    }

    private void answered(List<ExtensionOffer> answers) {
        Map<String, String> offer = allowed(client.offers().get(0), false);
        require(offer != null, "our client offers what it may");
        boolean legal = answers.size() <= 1;
        for (ExtensionOffer answer : answers) {
            Map<String, String> parameters = allowed(answer, true);
            legal &= answer.name().equals("permessage-deflate") && parameters != null && fits(parameters, offer);
        }
        try {
            List<NegotiatedExtension> confirmed = ExtensionNegotiation.confirm(List.of(client), answers);
            require(
                    legal && confirmed.size() == answers.size(),
                    "a client takes only what RFC 7692 lets a server answer");
        } catch (RemoteProtocolException e) {
            require(!legal && e.closeCode() == 1010, "a client takes what RFC 7692 lets a server answer");
        }
    }

    private static void understood(NegotiatedExtension from, NegotiatedExtension to, byte[] message) {
        understood(from.outbound().get(), to.inbound().get(), message);
    }

    /** Three messages, of which each repeats the one before. */
    private static void understood(OutboundExtension sender, InboundExtension receiver, byte[] message) {
        try {
            for (int i = 0; i < 3; i++) {
                Encoded encoded = sender.encode(Opcode.BINARY, true, message, 0, message.length);
                byte[] room = new byte[message.length + 1];
                ByteBuffer read = ByteBuffer.wrap(room);
                byte[] payload =
                        Arrays.copyOfRange(encoded.bytes(), encoded.offset(), encoded.offset() + encoded.length());
                if (receiver.frameBegins(Opcode.BINARY, encoded.rsv(), true)) {
                    require(receiver.decode(ByteBuffer.wrap(payload), true, read), "a message ends with its frame");
                } else {
                    read.put(payload);
                }
                require(Arrays.equals(message, Arrays.copyOf(room, read.position())), "a message is what was sent");
            }
        } catch (RemoteProtocolException e) {
            throw new AssertionError("what one side writes, the other does not read", e);
        } finally {
            sender.close();
            receiver.close();
        }
    }

    private static void require(boolean holds, String law) {
        if (!holds) {
            throw new AssertionError("not so: " + law);
        }
    }
}
