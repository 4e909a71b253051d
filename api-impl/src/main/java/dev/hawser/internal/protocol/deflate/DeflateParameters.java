package dev.hawser.internal.protocol.deflate;

import dev.hawser.extension.ExtensionOffer;
import dev.hawser.extension.ExtensionOffer.Parameter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The four parameters of permessage-deflate (RFC 7692 7.1) as one element of the header gives them.
 *
 * @param serverNoContextTakeover the server forgets its history after each message
 * @param clientNoContextTakeover the client forgets its history after each message
 * @param serverMaxWindowBits the exponent of the server's window, 8 to 15; 0 if the element does not have the parameter
 * @param clientMaxWindowBits the exponent of the client's window, 8 to 15; 0 if the element does not have the
 *     parameter, {@link #ANY} if it has it without a value, which only an offer may
 */
public record DeflateParameters(
        boolean serverNoContextTakeover,
        boolean clientNoContextTakeover,
        int serverMaxWindowBits,
        int clientMaxWindowBits) {
    /** The extension's registered name. */
    public static final String NAME = "permessage-deflate";
    /** {@code client_max_window_bits} without a value: the client can keep any size. */
    public static final int ANY = -1;
    /** The smallest window's exponent. */
    public static final int SMALLEST_WINDOW = 8;
    /** The largest window's exponent, which is that of DEFLATE itself. */
    public static final int LARGEST_WINDOW = 15;

    private static final String SERVER_NO_CONTEXT_TAKEOVER = "server_no_context_takeover";
    private static final String CLIENT_NO_CONTEXT_TAKEOVER = "client_no_context_takeover";
    private static final String SERVER_MAX_WINDOW_BITS = "server_max_window_bits";
    private static final String CLIENT_MAX_WINDOW_BITS = "client_max_window_bits";

    static void checkWindowBits(int bits) {
        if (bits < SMALLEST_WINDOW || bits > LARGEST_WINDOW) {
            throw new IllegalArgumentException("window of " + bits + " bits; expected 8 to 15");
        }
    }

    /**
     * Reads one element.
     *
     * @throws IllegalArgumentException with what RFC 7692 does not allow in it: an unknown parameter, a parameter given
     *     twice, a value too many, a missing value, or a value that is not 8 to 15 in decimal without leading zeros
     */
    public static DeflateParameters parse(ExtensionOffer element) {
        Parameter serverTakeover = null;
        Parameter clientTakeover = null;
        Parameter serverWindow = null;
        Parameter clientWindow = null;
        for (Parameter parameter : element.parameters()) {
            switch (parameter.name()) {
                case SERVER_NO_CONTEXT_TAKEOVER -> serverTakeover = first(serverTakeover, flag(parameter));
                case CLIENT_NO_CONTEXT_TAKEOVER -> clientTakeover = first(clientTakeover, flag(parameter));
                case SERVER_MAX_WINDOW_BITS -> serverWindow = first(serverWindow, parameter);
                case CLIENT_MAX_WINDOW_BITS -> clientWindow = first(clientWindow, parameter);
                default -> throw new IllegalArgumentException("unknown parameter " + parameter.name());
            }
        }
        return new DeflateParameters(
                serverTakeover != null,
                clientTakeover != null,
                serverWindow == null ? 0 : windowBits(serverWindow),
                clientWindow == null ? 0 : clientWindow.value() == null ? ANY : windowBits(clientWindow));
    }

    private static Parameter first(@Nullable Parameter before, Parameter parameter) {
        if (before != null) {
            throw new IllegalArgumentException(parameter.name() + " occurs twice");
        }
        return parameter;
    }

    private static Parameter flag(Parameter parameter) {
        if (parameter.value() != null) {
            throw new IllegalArgumentException(parameter + ", but it takes no value");
        }
        return parameter;
    }

    private static int windowBits(Parameter parameter) {
        String value = parameter.value();
        if (value != null) {
            for (int bits = SMALLEST_WINDOW; bits <= LARGEST_WINDOW; bits++) {
                if (value.equals(Integer.toString(bits))) {
                    return bits;
                }
            }
        }
        throw new IllegalArgumentException(parameter + "; expected a value from 8 to 15");
    }

    /** The element of the header. */
    public ExtensionOffer toElement() {
        List<Parameter> parameters = new ArrayList<>(4);
        if (serverNoContextTakeover) {
            parameters.add(new Parameter(SERVER_NO_CONTEXT_TAKEOVER, null));
        }
        if (clientNoContextTakeover) {
            parameters.add(new Parameter(CLIENT_NO_CONTEXT_TAKEOVER, null));
        }
        if (serverMaxWindowBits != 0) {
            parameters.add(new Parameter(SERVER_MAX_WINDOW_BITS, Integer.toString(serverMaxWindowBits)));
        }
        if (clientMaxWindowBits != 0) {
            String value = clientMaxWindowBits == ANY ? null : Integer.toString(clientMaxWindowBits);
            parameters.add(new Parameter(CLIENT_MAX_WINDOW_BITS, value));
        }
        return new ExtensionOffer(NAME, parameters);
    }

    /**
     * The server's answer to this offer (RFC 7692 7.1). It grants everything that the client asks of the server. It
     * asks the client for a smaller window only if the client's offer allows that.
     */
    DeflateParameters answer(DeflatePolicy policy) {
        int clientWindow = 0;
        if (clientMaxWindowBits != 0 && policy.peerMaxWindowBits() < LARGEST_WINDOW) {
            clientWindow = clientMaxWindowBits == ANY
                    ? policy.peerMaxWindowBits()
                    : Math.min(clientMaxWindowBits, policy.peerMaxWindowBits());
        }
        return new DeflateParameters(
                serverNoContextTakeover || !policy.contextTakeover(),
                clientNoContextTakeover,
                serverMaxWindowBits,
                clientWindow);
    }

    /**
     * What a client offers under a policy. It always offers {@code client_max_window_bits}, because our compressor can
     * keep to any window.
     */
    static DeflateParameters offer(DeflatePolicy policy) {
        return new DeflateParameters(
                !policy.peerContextTakeover(),
                !policy.contextTakeover(),
                policy.peerMaxWindowBits() == LARGEST_WINDOW ? 0 : policy.peerMaxWindowBits(),
                ANY);
    }

    /**
     * Checks a server's answer to this offer.
     *
     * @throws IllegalArgumentException with what in it breaks RFC 7692 7.1
     */
    void checkAnswer(DeflateParameters answer) {
        if (serverNoContextTakeover && !answer.serverNoContextTakeover) {
            throw new IllegalArgumentException(
                    SERVER_NO_CONTEXT_TAKEOVER + " was offered, and the answer does not have it");
        }
        if (serverMaxWindowBits != 0
                && (answer.serverMaxWindowBits == 0 || answer.serverMaxWindowBits > serverMaxWindowBits)) {
            throw new IllegalArgumentException(
                    SERVER_MAX_WINDOW_BITS + "=" + serverMaxWindowBits + " was offered; the answer has "
                            + (answer.serverMaxWindowBits == 0 ? "none" : answer.serverMaxWindowBits));
        }
        if (answer.clientMaxWindowBits == ANY) {
            throw new IllegalArgumentException(CLIENT_MAX_WINDOW_BITS + " without a value");
        }
        if (answer.clientMaxWindowBits != 0 && clientMaxWindowBits == 0) {
            throw new IllegalArgumentException(CLIENT_MAX_WINDOW_BITS + " was not offered");
        }
    }

    /**
     * This answer, together with what the client's offer said about the client. That binds the client even if the
     * answer does not repeat it (RFC 7692 7.1.1.2, 7.1.2.2).
     */
    DeflateParameters keepingTo(DeflateParameters offer) {
        return new DeflateParameters(
                serverNoContextTakeover,
                clientNoContextTakeover || offer.clientNoContextTakeover,
                serverMaxWindowBits,
                Math.min(clientWindow(), offer.clientWindow()));
    }

    int serverWindow() {
        return serverMaxWindowBits == 0 ? LARGEST_WINDOW : serverMaxWindowBits;
    }

    int clientWindow() {
        return clientMaxWindowBits <= 0 ? LARGEST_WINDOW : clientMaxWindowBits;
    }
}
