package dev.hawser.internal.protocol.handshake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.HandshakeRejectedException;
import dev.hawser.extension.ExtensionOffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerHandshakeTest {
    @Nested
    class WellFormed {
        @Test
        void theExampleOfTheRfcIsAnswered() {
            Map<String, List<String>> answer = answer(RequestLines.example(), "", List.of());

            assertEquals(
                    Map.of(
                            "Upgrade", List.of("websocket"),
                            "Connection", List.of("Upgrade"),
                            "Sec-WebSocket-Accept", List.of("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")),
                    answer);
            assertEquals(101, ServerHandshake.validate(RequestLines.example()).status());
        }

        @Test
        void agreementsAreAnswered() {
            RequestLines request = RequestLines.example(
                    "Sec-WebSocket-Protocol: chat, superchat", "Sec-WebSocket-Extensions: a; b=1; c, d");
            List<ExtensionOffer> agreed = ServerHandshake.validate(request).extensions();

            Map<String, List<String>> answer = answer(request, "superchat", agreed);

            assertEquals(List.of("superchat"), answer.get("Sec-WebSocket-Protocol"));
            assertEquals(List.of("a;b=1;c, d"), answer.get("Sec-WebSocket-Extensions"));
        }

        @Test
        void nameAndTokensMayHaveAnyCaseOfLetters() {
            ServerHandshake.validate(RequestLines.of(
                    "GET",
                    "HTTP/1.1",
                    "HOST: server.example.com",
                    "upgrade: WebSocket",
                    "connection: UPGRADE",
                    "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
                    "SEC-WEBSOCKET-VERSION: 13"));
        }

        @Test
        void tokensMayStandInListsOverSeveralLines() {
            ServerHandshake.validate(RequestLines.example()
                    .without("Connection")
                    .without("Upgrade")
                    .with("Upgrade: h2c,", "Upgrade: ,\twebsocket ,x")
                    .with("Connection: keep-alive", "Connection: x , Upgrade"));
        }

        @Test
        void subprotocolsKeepTheirOrderOverSeveralLines() {
            RequestLines request =
                    RequestLines.example("Sec-WebSocket-Protocol: b, ,a", "Sec-WebSocket-Protocol: v1.c");

            assertEquals(
                    List.of("b", "a", "v1.c"), ServerHandshake.validate(request).subprotocols());
        }

        @Test
        void aLengthOfZeroIsNoBody() {
            ServerHandshake.validate(RequestLines.example("Content-Length: 0"));
        }

        private Map<String, List<String>> answer(
                RequestHead request, String subprotocol, List<ExtensionOffer> extensions) {
            Map<String, List<String>> headers = new HashMap<>();
            ServerHandshake.validate(request).answer(headers, subprotocol, extensions);
            return headers;
        }
    }

    @Nested
    class Section421 {
        @Test
        void theMethodIsGet() {
            RequestLines request = RequestLines.example();
            String[] fields = request.names().stream()
                    .map(name -> name + ": " + request.header(name).get(0))
                    .toArray(String[]::new);
            for (String method : List.of("POST", "PUT", "HEAD", "get", "CONNECT", "")) {
                assertBad(RequestLines.of(method, "HTTP/1.1", fields));
            }
            for (String version : List.of("HTTP/1.0", "HTTP/0.9", "HTTP/2.0", "HTTP/1.", "HTTP/1.x", "1.1", "")) {
                assertBad(RequestLines.of("GET", version, fields));
            }
        }

        @Test
        void everyFieldMustBeThere() {
            for (String name : List.of("Host", "Upgrade", "Connection", "Sec-WebSocket-Key")) {
                assertBad(RequestLines.example().without(name));
            }
        }

        @Test
        void hostStandsThereOnce() {
            assertBad(RequestLines.example("Host: other.example.com"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "web socket", "websockets", "xwebsocket", "\"websocket\"", "websocket/13", "h2c"})
        void upgradeHasTheTokenWebsocket(String value) {
            assertBad(RequestLines.example().without("Upgrade").with("Upgrade: " + value));
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "keep-alive", "upgrades", "keep-alive Upgrade", "close"})
        void connectionHasTheTokenUpgrade(String value) {
            assertBad(RequestLines.example().without("Connection").with("Connection: " + value));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "dGhlIHNhbXBsZSBub25jZQ=", // cut
                    "dGhlIHNhbXBsZSBub25jZQ===",
                    "dGhlIHNhbXBs ZSBub25jZQ==",
                    "dGhlIHNhbXBsZSBub25jZ-_=", // the alphabet of URLs
                    "=GhlIHNhbXBsZSBub25jZQ=",
                    "dGhlIHNhbXBsZSBub25jZQ==, dGhlIHNhbXBsZSBub25jZQ==",
                    "====",
                    "ab\u00e9="
                })
        void theKeyIsBase64(String key) {
            assertBad(RequestLines.example().without("Sec-WebSocket-Key").with("Sec-WebSocket-Key: " + key));
        }

        @Test
        void theKeyStandsThereOnce() {
            assertBad(RequestLines.example("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="));
        }

        @Test
        void theKeyHas128CharactersAtMost() {
            ServerHandshake.validate(withKey("abcd".repeat(32)));
            assertBad(withKey("abcd".repeat(33)));
        }

        @Test
        void aKeyThatIsNot16BytesIsAnswered() {
            Map<String, List<String>> headers = new HashMap<>();
            ServerHandshake.validate(withKey("x3JJHMbDL1EzLkh9iD5rPbzH6Bqs7WQ7P0Lh/04jIDg="))
                    .answer(headers, "", List.of());

            assertEquals(List.of("9wNKRDrC5i4z6xP6rEghr4sfG5o="), headers.get("Sec-WebSocket-Accept"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"0", "7", "8", "12", "14", "013", "13.0", "+13", "13, 8", "", "255"})
        void anotherVersionIsToldTheRightOne(String version) {
            assertUpgradeRequired(
                    RequestLines.example().without("Sec-WebSocket-Version").with("Sec-WebSocket-Version: " + version));
        }

        @Test
        void theFirstDraftHadNoVersionAndIsToldTheRightOne() {
            assertUpgradeRequired(RequestLines.example()
                    .without("Sec-WebSocket-Version")
                    .without("Sec-WebSocket-Key")
                    .with("Sec-WebSocket-Key1: 4 @1  46546xW%0l 1 5", "Sec-WebSocket-Key2: 12998 5 Y3 1  .P00"));
        }

        @Test
        void theVersionStandsThereOnce() {
            assertBad(RequestLines.example("Sec-WebSocket-Version: 13"));
            assertBad(RequestLines.example("Sec-WebSocket-Version: 8"));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "Content-Length: 1",
                    "Content-Length: 00",
                    "Content-Length: 0, 0",
                    "Transfer-Encoding: chunked"
                })
        void thereIsNoBody(String line) {
            assertBad(RequestLines.example(line));
        }

        @Test
        void twoLengthsAreABody() {
            assertBad(RequestLines.example("Content-Length: 0", "Content-Length: 0"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"", ",", "a b", "a,a", "a, b, a", "a;b", "\"a\"", "ch\u00e4t", "a,\u0001"})
        void subprotocolsAreDifferentTokens(String value) {
            assertBad(RequestLines.example("Sec-WebSocket-Protocol: " + value));
        }

        @Test
        void subprotocolsAreDifferentOverSeveralLines() {
            assertBad(RequestLines.example("Sec-WebSocket-Protocol: a", "Sec-WebSocket-Protocol: a"));
        }

        @Test
        void extensionsKeepTheirGrammar() {
            assertBad(RequestLines.example("Sec-WebSocket-Extensions: a;=1"));
        }

        private RequestLines withKey(String key) {
            return RequestLines.example().without("Sec-WebSocket-Key").with("Sec-WebSocket-Key: " + key);
        }
    }

    @Nested
    class Rfc8441 {
        @Test
        void anExtendedConnectIsAnsweredWith200AndWithoutTheFieldsOfHttp11() {
            ServerHandshake handshake =
                    ServerHandshake.validate(RequestLines.tunnel("websocket", "Sec-WebSocket-Protocol: chat"));
            Map<String, List<String>> headers = new HashMap<>();
            handshake.answer(headers, "chat", List.of());

            assertEquals(200, handshake.status());
            assertEquals(Map.of("Sec-WebSocket-Protocol", List.of("chat")), headers);
        }

        @Test
        void anotherProtocolIsRefused() {
            assertBad(RequestLines.tunnel("connect-udp"));
        }

        @Test
        void theVersionIsCheckedAsEver() {
            assertUpgradeRequired(RequestLines.tunnel("websocket").without("Sec-WebSocket-Version"));
        }
    }

    @Nested
    class AskedFor {
        @Test
        void ordinaryRequestsAreNot() {
            assertFalse(ServerHandshake.isAskedFor(RequestLines.of("GET", "HTTP/1.1", "Host: a", "Upgrade: h2c")));
            assertFalse(ServerHandshake.isAskedFor(RequestLines.of("POST", "HTTP/1.1", "Connection: Upgrade")));
        }

        @Test
        void handshakesAreEvenIfAProxyTookTheirUpgradeOff() {
            assertTrue(ServerHandshake.isAskedFor(RequestLines.example()));
            assertTrue(ServerHandshake.isAskedFor(RequestLines.example().without("Upgrade")));
            assertTrue(
                    ServerHandshake.isAskedFor(RequestLines.tunnel("websocket").without("Sec-WebSocket-Version")));
        }
    }

    @Test
    void whoAsksForATwoThousandthSubprotocolGetsAnAnswerInTime() {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            lines.add("Sec-WebSocket-Protocol: p" + i);
        }
        assertEquals(
                20_000,
                ServerHandshake.validate(RequestLines.example(lines.toArray(String[]::new)))
                        .subprotocols()
                        .size());
    }

    static void assertBad(RequestHead request) {
        HandshakeRejectedException e =
                assertThrows(HandshakeRejectedException.class, () -> ServerHandshake.validate(request));
        assertEquals(400, e.status(), e.getMessage());
        assertEquals(Map.of(), e.headers());
        assertTrue(e.getMessage().contains("RFC") || e.getMessage().contains("body"), e.getMessage());
    }

    static void assertUpgradeRequired(RequestHead request) {
        HandshakeRejectedException e =
                assertThrows(HandshakeRejectedException.class, () -> ServerHandshake.validate(request));
        assertEquals(426, e.status());
        assertEquals(Map.of("Sec-WebSocket-Version", List.of("13")), e.headers());
    }
}
