package dev.hawser.internal.protocol.handshake;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.extension.RemoteProtocolException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** RFC 6455 4.1, with the example of its section 1.3. */
class ClientHandshakeTest {
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

    private record Response(String version, int status, Map<String, List<String>> fields) implements ResponseHead {
        @Override
        public List<String> header(String name) {
            return fields.getOrDefault(name, List.of());
        }

        Response with(String name, String... lines) {
            Map<String, List<String>> changed = new HashMap<>(fields);
            changed.put(name, List.of(lines));
            return new Response(version, status, changed);
        }
    }

    private static final Response EXAMPLE = new Response("HTTP/1.1", 101, Map.of())
            .with("Upgrade", "websocket")
            .with("Connection", "Upgrade")
            .with("Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");

    @Test
    void theRequestHasTheFieldsOfTheRule() {
        Map<String, List<String>> headers = new TreeMap<>();
        headers.put("Upgrade", List.of("h2c"));
        ClientHandshake.putFields(headers, KEY);
        ClientHandshake.putSubprotocols(headers, List.of("chat", "superchat"));
        ClientHandshake.putExtensions(headers, ExtensionHeader.parse(List.of("a; b=1, c")));
        assertEquals(
                "{Connection=[Upgrade], Sec-WebSocket-Extensions=[a;b=1, c], Sec-WebSocket-Key=[" + KEY
                        + "], Sec-WebSocket-Protocol=[chat, superchat], Sec-WebSocket-Version=[13], Upgrade=[websocket]}",
                headers.toString());
    }

    @Test
    void eachKeyIsSixteenBytesOfItsOwn() {
        String key = ClientHandshake.newKey();
        assertEquals(16, Base64.getDecoder().decode(key).length);
        assertNotEquals(key, ClientHandshake.newKey());
    }

    @Test
    void theExampleIsTheAnswerToItsKeyAlone() {
        assertDoesNotThrow(() -> ClientHandshake.validate(KEY, EXAMPLE));
        assertRefused("Sec-WebSocket-Accept", () -> ClientHandshake.validate(ClientHandshake.newKey(), EXAMPLE));
    }

    @Test
    void whateverBreaksARuleIsRefused() {
        assertRefused("status 200", () -> ClientHandshake.validate(KEY, new Response("HTTP/1.1", 200, Map.of())));
        assertRefused("HTTP/1.1", () -> ClientHandshake.validate(KEY, new Response("HTTP/1.0", 101, Map.of())));
        assertRefused("Upgrade", () -> ClientHandshake.validate(KEY, EXAMPLE.with("Upgrade", "h2c")));
        assertRefused("Connection", () -> ClientHandshake.validate(KEY, EXAMPLE.with("Connection", "close")));
        String accept = EXAMPLE.header("Sec-WebSocket-Accept").get(0);
        Response twice = EXAMPLE.with("Sec-WebSocket-Accept", accept, accept);
        assertRefused("the one Sec-WebSocket-Accept", () -> ClientHandshake.validate(KEY, twice));
    }

    @Test
    void onlyWhatWasOfferedMayBeChosen() throws RemoteProtocolException {
        List<String> offered = List.of("chat, superchat");
        assertEquals("", ClientHandshake.subprotocol(offered, EXAMPLE));
        Response superchat = EXAMPLE.with("Sec-WebSocket-Protocol", "superchat");
        assertEquals("superchat", ClientHandshake.subprotocol(offered, superchat));
        assertRefused("subprotocol", () -> ClientHandshake.subprotocol(List.of("chat"), superchat));
        Response both = EXAMPLE.with("Sec-WebSocket-Protocol", "chat", "superchat");
        assertRefused("or several", () -> ClientHandshake.subprotocol(offered, both));

        Response extensions = EXAMPLE.with(ExtensionHeader.FIELD, "b;x=1, a");
        List<String> names = ClientHandshake.extensions(List.of("a, b"), extensions).stream()
                .map(each -> each.name())
                .toList();
        assertEquals(List.of("b", "a"), names);
        assertRefused("extension", () -> ClientHandshake.extensions(List.of("a"), extensions));
        Response broken = EXAMPLE.with(ExtensionHeader.FIELD, "b;");
        assertRefused("cannot be read", () -> ClientHandshake.extensions(List.of("b"), broken));
    }

    /** A check that throws. */
    private interface Check {
        void run() throws RemoteProtocolException;
    }

    private static void assertRefused(String rule, Check check) {
        RemoteProtocolException refused = assertThrows(RemoteProtocolException.class, check::run);
        assertTrue(String.valueOf(refused.getMessage()).contains(rule), refused.getMessage());
    }
}
