package dev.hawser.internal.client;

import static dev.hawser.internal.client.ScriptedServer.accept;
import static dev.hawser.internal.client.ScriptedServer.field;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.client.ClientProperties;
import dev.hawser.client.HandshakeFailedException;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.Session;
import java.net.PasswordAuthentication;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpAuthenticationTest {
    private static final String BASIC =
            "Basic " + Base64.getEncoder().encodeToString("joe:s3cr:et".getBytes(StandardCharsets.UTF_8));

    private final EndpointClientContainer container = new EndpointClientContainer();

    @AfterEach
    void nothingIsLeft() throws Exception {
        container.close();
        ClientLeftovers.awaitNone();
    }

    @Test
    void credentialsAreNotSentUnasked() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.Peer::echoWebSocket)) {
            connect(server, "joe:s3cr:et");
            assertEquals("", field(server.nextHead(), "Authorization"));
        }
    }

    @Test
    void basicAnswersABasicChallenge() throws Exception {
        try (ScriptedServer server = guarded("Basic realm=\"x\"")) {
            assertTrue(connect(server, "joe:s3cr:et").isOpen());
            assertEquals("", field(server.nextHead(), "Authorization"));
            assertEquals(BASIC, field(server.nextHead(), "Authorization"));
        }
    }

    @Test
    void withoutCredentialsA401IsTheEnd() throws Exception {
        try (ScriptedServer server = guarded("Basic realm=\"x\"")) {
            HandshakeFailedException failed = assertThrows(HandshakeFailedException.class, () -> connect(server, null));
            assertEquals(401, failed.status());
            assertEquals(1, server.heads.size());
        }
    }

    @Test
    void credentialsThatAreRefusedAreNotTriedForEver() throws Exception {
        try (ScriptedServer server = new ScriptedServer(peer -> {
            peer.head();
            peer.send("HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=\"x\"\r\n\r\n");
        })) {
            HandshakeFailedException failed =
                    assertThrows(HandshakeFailedException.class, () -> connect(server, "joe:wrong"));
            assertEquals(401, failed.status());
            assertEquals(3, server.heads.size());
            assertFalse(failed.getMessage().contains("wrong"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "MD5, false",
        "SHA-256, false",
        "MD5-sess, false",
        "SHA-256-sess, false",
        "'', false",
        "'', true",
        "MD5-sess, true",
        "SHA-256-sess, true"
    })
    void digestAnswersADigestChallenge(String algorithm, boolean legacy) throws Exception {
        String challenge = "Digest realm=\"a \\\"realm\\\"\", nonce=\"n0nce\", opaque=\"0paque\""
                + (algorithm.isEmpty() ? "" : ", algorithm=" + algorithm)
                + (legacy ? "" : ", qop=\"auth-int, auth\"");
        try (ScriptedServer server = guarded(challenge)) {
            assertTrue(connect(server, new PasswordAuthentication("joe", "s3cr:et".toCharArray()))
                    .isOpen());
            server.nextHead();
            assertEquals("ok", verify(field(server.nextHead(), "Authorization"), algorithm, legacy));
        }
    }

    @Test
    void theStrongestChallengeIsAnswered() {
        HttpCredentials credentials = new HttpCredentials("joe", "s3cr:et");
        List<HttpChallenge> challenges = HttpChallenge.parse(List.of(
                "Negotiate abc==, Basic realm=\"x\", Digest realm=\"x\", nonce=\"n\", qop=\"auth\", algorithm=MD5",
                "Digest realm=\"x\", nonce=\"n\", qop=\"auth\", algorithm=SHA-512, "
                        + "Digest realm=\"x\", nonce=\"n\", qop=\"auth\", algorithm=SHA-256"));
        String answer = credentials.answer(challenges, "GET", "/");
        assertTrue(answer != null && answer.startsWith("Digest ") && answer.contains("algorithm=SHA-256"), answer);
    }

    @Test
    void unknownSchemesAreNotAnswered() {
        HttpCredentials credentials = new HttpCredentials("joe", "s3cr:et");
        assertNull(credentials.answer(HttpChallenge.parse(List.of("Negotiate", "Bearer realm=\"x\"", "")), "GET", "/"));
    }

    /** Else the request with the answer could not be sent (RFC 9110 5.5). */
    @Test
    void aChallengeWhoseRealmCannotStandInAHeaderIsPassedOver() {
        HttpCredentials credentials = new HttpCredentials("joe", "s3cr:et");
        for (String field : List.of("realm", "nonce", "opaque")) {
            String digest = "Digest realm=\"x\", nonce=\"n\", opaque=\"o\"".replace(field + "=\"", field + "=\"\u0001");
            assertNull(credentials.answer(HttpChallenge.parse(List.of(digest)), "GET", "/"));
            String answer = credentials.answer(HttpChallenge.parse(List.of(digest, "Basic realm=\"x\"")), "GET", "/");
            assertTrue(answer != null && answer.startsWith("Basic "), answer);
        }
    }

    @Test
    void challengesOfAnyShapeAreParsedInLinearTime() {
        for (String piece : List.of(",", " ", "\"", "\\", "a=\"", "a=", "a ", "=")) {
            assertTimeout(Duration.ofSeconds(2), () -> HttpChallenge.parse(List.of(piece.repeat(64 * 1024))));
        }
        assertEquals(
                List.of(new HttpChallenge("digest", Map.of("realm", "a,b=\"c\"", "nonce", "x"))),
                HttpChallenge.parse(List.of("Digest  realm = \"a,b=\\\"c\\\"\" ,nonce=x")));
    }

    @Test
    void theTextFormShowsNoSecrets() {
        assertEquals("HttpCredentials[***]", new HttpCredentials("joe", "s3cr:et").toString());
    }

    /** Says 401 until a request has an Authorization. */
    private static ScriptedServer guarded(String challenge) throws Exception {
        return new ScriptedServer(peer -> {
            String head = peer.head();
            if (field(head, "Authorization").isEmpty()) {
                peer.send("HTTP/1.1 401 No\r\nWWW-Authenticate: " + challenge + "\r\nContent-Length: 2\r\n\r\nno");
            } else {
                peer.send(accept(head));
                peer.echo();
            }
        });
    }

    /** RFC 7616 section 3.4.1, from the server's side. */
    static String verify(String authorization, String algorithm, boolean legacy) throws Exception {
        Map<String, String> given =
                HttpChallenge.parse(List.of(authorization)).get(0).parameters();
        MessageDigest digest = MessageDigest.getInstance(algorithm.startsWith("SHA") ? "SHA-256" : "MD5");
        String secret = hex(digest, "joe:" + given.get("realm") + ":s3cr:et");
        if (algorithm.endsWith("-sess")) {
            secret = hex(digest, secret + ":n0nce:" + given.get("cnonce"));
        }
        String request = hex(digest, "GET:/");
        String middle = legacy ? ":n0nce:" : ":n0nce:00000001:" + given.get("cnonce") + ":auth:";
        String expected = hex(digest, secret + middle + request);
        boolean complete = "joe".equals(given.get("username"))
                && "a \"realm\"".equals(given.get("realm"))
                && "/".equals(given.get("uri"))
                && "0paque".equals(given.get("opaque"))
                && algorithm.equals(given.getOrDefault("algorithm", ""))
                && legacy == !given.containsKey("qop");
        return complete && expected.equals(given.get("response")) ? "ok" : authorization;
    }

    private static String hex(MessageDigest digest, String text) {
        return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    private Session connect(ScriptedServer server, Object credentials) throws Exception {
        ClientEndpointConfig config = ClientEndpointConfig.Builder.create().build();
        if (credentials != null) {
            config.getUserProperties().put(ClientProperties.CREDENTIALS, credentials);
        }
        return container.connectToServer(new RecordingEndpoint(), config, server.uri("/"));
    }
}
