package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.EndpointSettings;
import jakarta.websocket.Extension;
import jakarta.websocket.HandshakeResponse;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.HandshakeRequest;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The negotiation of permessage-deflate (RFC 7692 section 7) as raw handshakes: the header that is sent, and the exact
 * header that must come back. In the tables S_NO, C_NO, S_BITS and C_BITS stand for the four parameters, and {@code -}
 * for no such header.
 */
class DeflateHandshakeTest {
    private static EmbeddedServer server;

    /** Shows what was negotiated. */
    @ServerEndpoint("/plain")
    public static class Plain {
        @OnMessage
        public String negotiated(String text, Session session) {
            return shown(session);
        }
    }

    @ServerEndpoint("/keeping")
    @EndpointSettings("compressionContextTakeover=true")
    public static class Keeping {
        @OnMessage
        public String negotiated(String text, Session session) {
            return shown(session);
        }
    }

    @ServerEndpoint("/sparing")
    @EndpointSettings("compressionPeerWindowBits=10")
    public static class Sparing {
        @OnMessage
        public String negotiated(String text, Session session) {
            return shown(session);
        }
    }

    @ServerEndpoint("/off")
    @EndpointSettings("compression=false")
    public static class Off {
        @OnMessage
        public void on(String text) {}
    }

    /** Declines. */
    public static class Dropping extends ServerEndpointConfig.Configurator {
        @Override
        public List<Extension> getNegotiatedExtensions(List<Extension> installed, List<Extension> requested) {
            return List.of();
        }
    }

    @ServerEndpoint(value = "/dropping", configurator = Dropping.class)
    public static class DroppingEndpoint {
        @OnMessage
        public void on(String text) {}
    }

    /** Returns everything that the client asked for, in its wording. */
    public static class Parroting extends ServerEndpointConfig.Configurator {
        @Override
        public List<Extension> getNegotiatedExtensions(List<Extension> installed, List<Extension> requested) {
            return requested;
        }
    }

    @ServerEndpoint(value = "/parroting", configurator = Parroting.class)
    public static class ParrotingEndpoint {
        @OnMessage
        public String negotiated(String text, Session session) {
            return shown(session);
        }
    }

    /** Takes the header out in its last say, in several ways. */
    public static class TakingOut extends ServerEndpointConfig.Configurator {
        @Override
        public void modifyHandshake(ServerEndpointConfig config, HandshakeRequest request, HandshakeResponse response) {
            switch (request.getParameterMap().get("how").get(0)) {
                case "remove" -> response.getHeaders().remove("sec-websocket-extensions");
                case "empty" -> response.getHeaders().put("Sec-WebSocket-Extensions", List.of());
                case "blank" -> response.getHeaders().put("Sec-WebSocket-Extensions", List.of(""));
                case "other" -> response.getHeaders().put("Sec-WebSocket-Extensions", List.of("x-other"));
                default -> {
                    List<String> changed = new ArrayList<>(List.of("permessage-deflate; server_max_window_bits=8"));
                    response.getHeaders().put("Sec-WebSocket-Extensions", changed);
                }
            }
        }
    }

    @ServerEndpoint(value = "/taking-out", configurator = TakingOut.class)
    public static class TakingOutEndpoint {
        @OnMessage
        public void on(String text) {}
    }

    private static String shown(Session session) {
        return session.getNegotiatedExtensions().stream()
                .map(extension -> extension.getName()
                        + extension.getParameters().stream()
                                .map(p -> ";" + p.getName() + (p.getValue() == null ? "" : "=" + p.getValue()))
                                .collect(Collectors.joining()))
                .collect(Collectors.joining(", "));
    }

    @BeforeAll
    static void start() throws Exception {
        server = new EmbeddedServer(
                        "/",
                        Plain.class,
                        Keeping.class,
                        Sparing.class,
                        Off.class,
                        DroppingEndpoint.class,
                        ParrotingEndpoint.class,
                        TakingOutEndpoint.class)
                .start();
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private static String full(String table) {
        return table.replace("deflate", "permessage-deflate")
                .replace("S_NO", "server_no_context_takeover")
                .replace("C_NO", "client_no_context_takeover")
                .replace("S_BITS", "server_max_window_bits")
                .replace("C_BITS", "client_max_window_bits");
    }

    /** The value of the response's header, or {@code -}. */
    private static String answer(String path, String... offers) throws Exception {
        try (RawClient client = open(path, offers)) {
            client.upgraded();
            return header(client.head());
        }
    }

    private static RawClient open(String path, String... offers) throws Exception {
        RawClient client = new RawClient(server.port());
        String[] lines = new String[offers.length];
        for (int i = 0; i < offers.length; i++) {
            lines[i] = "Sec-WebSocket-Extensions: " + full(offers[i]);
        }
        client.send(RawClient.handshake(path, lines));
        client.readHead();
        return client;
    }

    private static String header(String head) {
        List<String> values = head.lines()
                .filter(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith("sec-websocket-extensions:"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .toList();
        assertTrue(values.size() <= 1, head);
        return values.isEmpty() ? "-" : values.get(0);
    }

    /** A server that keeps no history says so, asked or not (RFC 7692 7.1.1.1). */
    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            quoteCharacter = '`',
            value = {
                // the table of the probe, RFC 7692 7.1
                "deflate > deflate;S_NO",
                "deflate; S_NO > deflate;S_NO",
                "deflate; C_NO > deflate;S_NO;C_NO",
                "deflate; C_BITS > deflate;S_NO",
                "deflate; C_BITS=10 > deflate;S_NO",
                "deflate; S_BITS=9 > deflate;S_NO;S_BITS=9",
                "deflate; S_BITS=8 > deflate;S_NO;S_BITS=8",
                "deflate; S_BITS=15 > deflate;S_NO;S_BITS=15",
                "deflate; S_BITS=7 > -",
                "deflate; S_BITS > -",
                "deflate; foo > -",
                "deflate; S_NO=1 > -",
                "deflate; S_NO; S_NO > -",
                "deflate; S_BITS=9, deflate > deflate;S_NO;S_BITS=9",
                // duplicates and illegal values
                "deflate; C_NO; C_NO > -",
                "deflate; C_NO=true > -",
                "deflate; S_BITS=9; S_BITS=9 > -",
                "deflate; C_BITS; C_BITS=9 > -",
                "deflate; S_BITS=16 > -",
                "deflate; S_BITS=09 > -",
                "deflate; S_BITS=015 > -",
                "deflate; S_BITS=+9 > -",
                "deflate; S_BITS=9999999999 > -",
                "deflate; C_BITS=7 > -",
                "deflate; C_BITS=16 > -",
                "deflate; C_BITS=x > -",
                "deflate; foo=1; S_NO > -",
                // a quoted value is the value (RFC 6455 9.1), and blanks mean nothing
                "deflate; S_BITS=\"10\" > deflate;S_NO;S_BITS=10",
                "deflate; S_BITS=\"7\" > -",
                "deflate ;  S_BITS = 10 ; C_NO > deflate;S_NO;C_NO;S_BITS=10",
                // names: those of extensions are tokens, and differ by case
                "x-webkit-deflate-frame, foo > -",
                "x-unknown; a=1, deflate > deflate;S_NO",
                // the first that can be kept
                "deflate; S_BITS=7, deflate > deflate;S_NO",
                "deflate; foo, deflate; S_BITS=16, deflate; C_NO; S_BITS=11, deflate > deflate;S_NO;C_NO;S_BITS=11",
                "deflate; C_BITS; S_BITS=8; S_NO; C_NO > deflate;S_NO;C_NO;S_BITS=8",
                "deflate; foo, deflate; bar > -",
            })
    void offersAreGrantedToTheLetterOrDeclined(String offer, String expected) throws Exception {
        assertEquals(full(expected), answer("/plain", offer));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "deflate > deflate",
                "deflate; S_NO > deflate;S_NO",
                "deflate; C_NO; C_BITS=12 > deflate;C_NO",
                "deflate; S_BITS=12 > deflate;S_BITS=12",
            })
    void anEndpointThatKeepsItsHistoryDoesNotSayOtherwise(String offer, String expected) throws Exception {
        assertEquals(full(expected), answer("/keeping", offer));
    }

    /** Memory: what the server keeps of a client's history. It may ask only for what was offered (RFC 7692 7.1.2.2). */
    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "deflate > deflate;S_NO",
                "deflate; C_BITS > deflate;S_NO;C_BITS=10",
                "deflate; C_BITS=9 > deflate;S_NO;C_BITS=9",
                "deflate; C_BITS=12; S_BITS=9 > deflate;S_NO;S_BITS=9;C_BITS=10",
            })
    void anEndpointCanAskForSmallWindows(String offer, String expected) throws Exception {
        assertEquals(full(expected), answer("/sparing", offer));
    }

    @Test
    void linesOfTheHeaderAreOneList() throws Exception {
        assertEquals(full("deflate;S_NO;C_NO"), answer("/plain", "x-other, deflate; foo", "deflate; C_NO"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ";",
                "deflate;",
                "deflate; =9",
                "deflate; S_BITS=",
                "deflate; S_BITS=\"\"",
                "deflate; S_BITS=\"10",
                "deflate; S_BITS=\"a b\"",
                "deflate S_NO",
                "deflate; S_NO C_NO",
                "deflate; S_BITS==9",
                "de(flate"
            })
    void aHeaderThatBreaksTheGrammarIsABadRequest(String header) throws Exception {
        try (RawClient client = open("/plain", header)) {
            assertEquals(400, client.status(), client.head());
        }
    }

    @Test
    void noOfferNoAnswer() throws Exception {
        assertEquals("-", answer("/plain"));
    }

    @Test
    void anEndpointCanSwitchItOff() throws Exception {
        assertEquals("-", answer("/off", "deflate"));
    }

    @Test
    void theConfiguratorMayDropIt() throws Exception {
        assertEquals("-", answer("/dropping", "deflate; C_BITS"));
    }

    @Test
    void aConfiguratorThatRepeatsTheOffersDoesNotChangeWhatTheyComeTo() throws Exception {
        assertEquals(
                full("deflate;S_NO;S_BITS=9"),
                answer("/parroting", "deflate; foo, deflate; S_BITS=9; C_BITS, deflate"));
        assertEquals("-", answer("/parroting", "deflate; S_NO=1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"remove", "empty", "blank", "other"})
    void modifyHandshakeMayTakeItOut(String how) throws Exception {
        assertEquals("-", answer("/taking-out?how=" + how, "deflate"));
    }

    @Test
    void modifyHandshakeCannotChangeParameters() throws Exception {
        assertEquals(full("deflate;S_NO"), answer("/taking-out?how=change", "deflate"));
    }

    @Test
    void theSessionShowsWhatWasAnswered() throws Exception {
        try (RawClient client = open("/plain", "deflate; S_BITS=9; C_BITS, deflate")) {
            client.upgraded().sendText("?"); // RSV1 is for each message to set or not (RFC 7692 6)
            assertEquals(full("deflate;S_NO;S_BITS=9"), client.readFrame().text());
        }
        try (RawClient client = open("/plain", "deflate; foo")) {
            client.upgraded().sendText("?");
            assertEquals("", client.readFrame().text());
        }
    }

    @Test
    void itIsInstalled() {
        assertEquals(
                List.of("permessage-deflate"),
                server.serverContainer().getInstalledExtensions().stream()
                        .map(Extension::getName)
                        .toList());
    }

    @Test
    void theContainersSettingSwitchesItOff() throws Exception {
        try (EmbeddedServer off = new EmbeddedServer("/", Plain.class)
                .withParameter("dev.hawser.compression", "false")
                .start()) {
            assertEquals(0, off.serverContainer().getInstalledExtensions().size());
            try (RawClient client = new RawClient(off.port())) {
                client.send(RawClient.handshake("/plain", "Sec-WebSocket-Extensions: permessage-deflate"));
                client.readHead();
                assertEquals("-", header(client.upgraded().head()));
            }
        }
    }
}
