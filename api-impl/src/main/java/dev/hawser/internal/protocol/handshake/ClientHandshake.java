package dev.hawser.internal.protocol.handshake;

import dev.hawser.extension.ExtensionOffer;
import dev.hawser.extension.RemoteProtocolException;
import dev.hawser.internal.http.HeaderGrammar;
import dev.hawser.internal.protocol.CloseCode;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * The client's side of the opening handshake (RFC 6455 4.1), as functions over header fields. {@link ServerHandshake}
 * is its counterpart.
 */
public final class ClientHandshake {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String PROTOCOLS = "Sec-WebSocket-Protocol";

    private ClientHandshake() {}

    /** The value of Sec-WebSocket-Key: 16 random bytes in base64 (section 4.1, item 7 of the request). */
    public static String newKey() {
        byte[] nonce = new byte[16];
        RANDOM.nextBytes(nonce);
        return Base64.getEncoder().encodeToString(nonce);
    }

    /** Puts the fields that make a request an opening handshake, in place of others of their names. */
    public static void putFields(Map<String, List<String>> headers, String key) {
        headers.put("Upgrade", list("websocket"));
        headers.put("Connection", list("Upgrade"));
        headers.put("Sec-WebSocket-Key", list(key));
        headers.put("Sec-WebSocket-Version", list("13"));
    }

    /** Puts the offered subprotocols, in order of preference. */
    public static void putSubprotocols(Map<String, List<String>> headers, List<String> offered) {
        if (!offered.isEmpty()) {
            headers.put(PROTOCOLS, list(String.join(", ", offered)));
        }
    }

    /**
     * Puts the offered extensions.
     *
     * @throws IllegalArgumentException for a name or value that is no token
     */
    public static void putExtensions(Map<String, List<String>> headers, List<ExtensionOffer> offered) {
        if (!offered.isEmpty()) {
            headers.put(ExtensionHeader.FIELD, list(ExtensionHeader.format(offered)));
        }
    }

    /** A list that an application may change. */
    private static List<String> list(String value) {
        List<String> list = new ArrayList<>(1);
        list.add(value);
        return list;
    }

    /**
     * Checks that a response is the answer to the request with this key.
     *
     * @throws RemoteProtocolException with the rule that it breaks
     */
    public static void validate(String key, ResponseHead response) throws RemoteProtocolException {
        if (response.status() != 101) {
            throw refused("the server answered with status " + response.status());
        }
        if (!response.version().equals("HTTP/1.1")) {
            throw refused("a 101 must be HTTP/1.1");
        }
        if (!HeaderGrammar.listContains(response.header("Upgrade"), "websocket")
                || !HeaderGrammar.listContains(response.header("Connection"), "upgrade")) {
            throw refused("the 101 has no Upgrade: websocket and Connection: Upgrade (RFC 6455 4.1)");
        }
        if (!response.header("Sec-WebSocket-Accept").equals(List.of(AcceptKey.of(key)))) {
            throw refused("the 101 has not the one Sec-WebSocket-Accept that answers our key (RFC 6455 4.1)");
        }
    }

    /**
     * The subprotocol of a response, or "" if the server chose none.
     *
     * @param offered the lines of the request's field
     * @throws RemoteProtocolException if it was not offered, or there are several
     */
    public static String subprotocol(List<String> offered, ResponseHead response) throws RemoteProtocolException {
        List<String> chosen = response.header(PROTOCOLS);
        if (chosen.isEmpty()) {
            return "";
        }
        if (chosen.size() > 1 || !elements(offered).contains(chosen.get(0))) {
            throw refused("the server chose a subprotocol that was not offered, or several (RFC 6455 4.1)");
        }
        return chosen.get(0);
    }

    private static List<String> elements(List<String> lines) {
        List<String> elements = new ArrayList<>();
        for (String line : lines) {
            for (String element : line.split(",", -1)) {
                elements.add(element.strip());
            }
        }
        return elements;
    }

    /**
     * The extensions of a response, in the server's order.
     *
     * @param offered the lines of the request's field
     * @throws RemoteProtocolException if one was not offered, or the field cannot be read
     */
    public static List<ExtensionOffer> extensions(List<String> offered, ResponseHead response)
            throws RemoteProtocolException {
        try {
            List<ExtensionOffer> offers = ExtensionHeader.parse(offered);
            List<ExtensionOffer> answers = ExtensionHeader.parse(response.header(ExtensionHeader.FIELD));
            for (ExtensionOffer answer : answers) {
                if (offers.stream().noneMatch(offer -> offer.name().equals(answer.name()))) {
                    throw refused("the server chose an extension that was not offered (RFC 6455 4.1)");
                }
            }
            return List.copyOf(answers);
        } catch (IllegalArgumentException e) {
            throw refused("the answer cannot be read: " + e.getMessage());
        }
    }

    private static RemoteProtocolException refused(String rule) {
        return new RemoteProtocolException(CloseCode.PROTOCOL_ERROR, rule);
    }
}
