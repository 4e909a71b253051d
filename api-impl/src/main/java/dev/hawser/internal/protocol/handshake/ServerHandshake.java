package dev.hawser.internal.protocol.handshake;

import dev.hawser.HandshakeRejectedException;
import dev.hawser.extension.ExtensionOffer;
import dev.hawser.internal.http.HeaderGrammar;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An opening handshake that a server has validated by RFC 6455 4.2.1, or by RFC 8441 5 if it came as an extended
 * CONNECT. It depends only on the request's head. Immutable.
 */
public final class ServerHandshake {
    /** The only version of the protocol that this server speaks (RFC 6455 4.4). */
    public static final String VERSION = "13";

    private final @Nullable String acceptKey;
    private final List<String> subprotocols;
    private final List<ExtensionOffer> extensions;

    private ServerHandshake(@Nullable String acceptKey, List<String> subprotocols, List<ExtensionOffer> extensions) {
        this.acceptKey = acceptKey;
        this.subprotocols = subprotocols;
        this.extensions = extensions;
    }

    /**
     * Whether a request means to open a WebSocket, well-formed or not. A request that has the WebSocket fields but no
     * {@code Upgrade} counts, too: a proxy has removed the field, and the answer should say so.
     */
    public static boolean isAskedFor(RequestHead head) {
        return HeaderGrammar.listContains(head.header("Upgrade"), "websocket")
                || "websocket".equals(head.tunnelProtocol())
                || !head.header("Sec-WebSocket-Key").isEmpty()
                || !head.header("Sec-WebSocket-Version").isEmpty();
    }

    /**
     * Validates a request.
     *
     * @throws HandshakeRejectedException with 426 for a version other than 13, and 400 for every other fault
     */
    public static ServerHandshake validate(RequestHead head) {
        boolean tunnel = head.tunnelProtocol() != null;
        if (tunnel) {
            validateTunnel(head);
        } else {
            validateUpgrade(head);
        }
        refuseBody(head);
        validateVersion(head);
        String acceptKey = tunnel ? null : AcceptKey.of(key(head));
        return new ServerHandshake(acceptKey, subprotocols(head), extensions(head));
    }

    /** 101 for an upgrade, 200 for an extended CONNECT. */
    public int status() {
        return acceptKey == null ? 200 : 101;
    }

    /** The subprotocols that the client asks for, in order of preference, without duplicates. */
    public List<String> subprotocols() {
        return subprotocols;
    }

    /** The extensions that the client offers, in order of preference. */
    public List<ExtensionOffer> extensions() {
        return extensions;
    }

    /**
     * Puts the fields of the answer (RFC 6455 4.2.2, RFC 8441 5) into {@code headers}, in place of any with the same
     * names.
     *
     * @param subprotocol the one agreed on, or "" for none
     * @param agreed the extensions agreed on
     */
    public void answer(Map<String, List<String>> headers, String subprotocol, List<ExtensionOffer> agreed) {
        if (acceptKey != null) {
            headers.put("Upgrade", List.of("websocket"));
            headers.put("Connection", List.of("Upgrade"));
            headers.put("Sec-WebSocket-Accept", List.of(acceptKey));
        }
        if (subprotocol.isEmpty()) {
            headers.remove("Sec-WebSocket-Protocol");
        } else {
            headers.put("Sec-WebSocket-Protocol", List.of(subprotocol));
        }
        if (agreed.isEmpty()) {
            headers.remove(ExtensionHeader.FIELD);
        } else {
            headers.put(ExtensionHeader.FIELD, List.of(ExtensionHeader.format(agreed)));
        }
    }

    /** RFC 8441 4 and 5. HTTP/2 has its own means in place of Upgrade, Connection and the key. */
    private static void validateTunnel(RequestHead head) {
        if (!head.method().equals("CONNECT")) {
            throw bad("A WebSocket over HTTP/2 is opened with the method CONNECT (RFC 8441 4)");
        }
        if (!"websocket".equals(head.tunnelProtocol())) {
            throw bad("The pseudo-header :protocol must be websocket (RFC 8441 5)");
        }
    }

    /** RFC 6455 4.2.1, items 1 to 4. */
    private static void validateUpgrade(RequestHead head) {
        if (!head.method().equals("GET")) {
            throw bad("A WebSocket is opened with the method GET (RFC 6455 4.2.1)");
        }
        if (!isHttp11(head.httpVersion())) {
            throw bad("A WebSocket is opened with HTTP/1.1, or with an extended CONNECT of HTTP/2 (RFC 6455 4.2.1, RFC"
                    + " 8441)");
        }
        if (head.header("Host").size() != 1) {
            throw bad("An opening handshake needs the header Host, once (RFC 6455 4.2.1)");
        }
        if (!HeaderGrammar.listContains(head.header("Upgrade"), "websocket")) {
            throw bad("The header Upgrade does not have the value websocket; a proxy may have taken it off (RFC 6455"
                    + " 4.2.1)");
        }
        if (!HeaderGrammar.listContains(head.header("Connection"), "upgrade")) {
            throw bad("The header Connection does not have the value Upgrade; a proxy may have taken it off (RFC 6455"
                    + " 4.2.1)");
        }
    }

    /**
     * Refuses a body. Frames must follow the head; a body would be read as frames by one side and as a body by the
     * other.
     */
    private static void refuseBody(RequestHead head) {
        List<String> lengths = head.header("Content-Length");
        boolean empty =
                lengths.isEmpty() || (lengths.size() == 1 && lengths.get(0).equals("0"));
        if (!empty || !head.header("Transfer-Encoding").isEmpty()) {
            throw bad("An opening handshake has no body: Content-Length and Transfer-Encoding are not allowed");
        }
    }

    /** RFC 6455 4.2.1, item 6, and 4.4. Drafts before version 4 did not have the header. */
    private static void validateVersion(RequestHead head) {
        List<String> versions = head.header("Sec-WebSocket-Version");
        if (versions.size() > 1) {
            throw bad("The header Sec-WebSocket-Version occurs more than once (RFC 6455 11.3.5)");
        }
        if (versions.isEmpty() || !versions.get(0).strip().equals(VERSION)) {
            String message = "This server speaks version 13 of the WebSocket protocol only (RFC 6455 4.4)";
            throw new HandshakeRejectedException(
                    426, message, Map.of("Sec-WebSocket-Version", List.of(VERSION)), message);
        }
    }

    /** RFC 6455 4.2.1, item 5. */
    private static String key(RequestHead head) {
        List<String> keys = head.header("Sec-WebSocket-Key");
        if (keys.size() != 1) {
            throw bad("An opening handshake needs the header Sec-WebSocket-Key, once (RFC 6455 11.3.1)");
        }
        String key = keys.get(0).strip();
        if (!AcceptKey.isAnswerable(key)) { // a key need not decode to 16 bytes, see there
            throw bad("The header Sec-WebSocket-Key is not 1 to 128 characters of base64 (RFC 6455 4.2.1)");
        }
        return key;
    }

    private static List<String> subprotocols(RequestHead head) {
        List<String> lines = head.header("Sec-WebSocket-Protocol");
        try {
            return lines.isEmpty() ? List.of() : List.copyOf(HeaderGrammar.tokenList("Sec-WebSocket-Protocol", lines));
        } catch (IllegalArgumentException e) {
            throw bad(e.getMessage() + " (RFC 6455 11.3.4)");
        }
    }

    private static List<ExtensionOffer> extensions(RequestHead head) {
        try {
            return List.copyOf(ExtensionHeader.parse(head.header(ExtensionHeader.FIELD)));
        } catch (IllegalArgumentException e) {
            throw bad(e.getMessage() + " (RFC 6455 9.1)");
        }
    }

    private static boolean isHttp11(String version) {
        // A later 1.x would still know Upgrade; HTTP/2 and later do not (RFC 9113 8.6).
        return version.length() == 8
                && version.startsWith("HTTP/1.")
                && version.charAt(7) >= '1'
                && version.charAt(7) <= '9';
    }

    private static HandshakeRejectedException bad(String message) {
        return new HandshakeRejectedException(400, message);
    }
}
