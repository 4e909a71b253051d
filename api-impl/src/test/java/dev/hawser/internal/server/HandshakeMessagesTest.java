package dev.hawser.internal.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.protocol.handshake.RequestLines;
import jakarta.websocket.server.HandshakeRequest;
import jakarta.websocket.server.ServerEndpointConfig;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The request and the response as modifyHandshake sees and leaves them. */
class HandshakeMessagesTest {
    @Nested
    class Responses {
        @Test
        void mayHaveFieldsOfTheApplicationButKeepOurs() throws Exception {
            ServerEndpointConfig.Configurator configurator = TestContainer.modify((request, response) -> {
                Map<String, List<String>> headers = response.getHeaders();
                headers.putAll(request.getHeaders()); // among them Upgrade, Connection, Host, the key
                headers.put("Set-Cookie", List.of("a=b", "c=d"));
                headers.put("CONNECTION", List.of("close"));
                headers.put("sec-websocket-accept", List.of("wrong"));
                headers.put("Content-Length", List.of("5"));
                headers.put("Transfer-Encoding", List.of("chunked"));
                headers.put("Empty", List.of());
                headers.put("Null", null);
            });
            try (TestContainer test = new TestContainer().with(configurator)) {
                Map<String, List<String>> headers =
                        test.accept(TestUpgradeRequest.of("/p")).headers();

                assertEquals(List.of("a=b", "c=d"), headers.get("set-cookie"));
                assertEquals(List.of("Upgrade"), headers.get("Connection"));
                assertEquals(List.of("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), headers.get("Sec-WebSocket-Accept"));
                for (String gone : List.of("Content-Length", "Transfer-Encoding", "Empty", "Null")) {
                    assertFalse(headers.containsKey(gone), gone);
                }
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"a\r\nSet-Cookie: x=y", "a\nb", "a\u0000"})
        void areNotSplit(String value) throws Exception {
            ServerEndpointConfig.Configurator configurator = TestContainer.modify(
                    (request, response) -> response.getHeaders().put("X", List.of(value)));
            try (TestContainer test = new TestContainer().with(configurator)) {
                assertEquals(500, test.reject(TestUpgradeRequest.of("/p")).status());
            }
        }
    }

    @Nested
    class Requests {
        @Test
        void areShownInFullAndStayWhenTheContainerRecyclesItsOwn() throws Exception {
            List<HandshakeRequest> kept = new ArrayList<>();
            TestUpgradeRequest request = TestUpgradeRequest.of(
                            "/p/blue?a=1&room=red&b&a=%C3%A9+x&&c=%zz", "X-One: 1", "x-one: 2")
                    .secure();
            ServerEndpointConfig config = ServerEndpointConfig.Builder.create(
                            TestContainer.Programmatic.class, "/p/{room}")
                    .configurator(TestContainer.modify((shown, response) -> {
                        assertTrue(shown.isUserInRole("admin"));
                        assertFalse(shown.isUserInRole("guest"));
                        kept.add(shown);
                    }))
                    .build();
            try (TestContainer test = new TestContainer()) {
                test.container.addEndpoint(config);
                test.accept(request);
            }
            request.recycle();

            OpeningHandshakeRequest shown = assertInstanceOf(OpeningHandshakeRequest.class, kept.get(0));
            assertEquals(
                    URI.create("wss://server.example.com/ctx/p/blue?a=1&room=red&b&a=%C3%A9+x&&c=%25zz"),
                    shown.getRequestURI());
            assertEquals("a=1&room=red&b&a=%C3%A9+x&&c=%zz", shown.getQueryString());
            assertEquals(List.of("1", "\u00e9 x"), shown.getParameterMap().get("a"));
            assertEquals(List.of(""), shown.getParameterMap().get("b"));
            assertEquals(List.of("%zz"), shown.getParameterMap().get("c"));
            assertEquals(List.of("blue"), shown.getParameterMap().get("room"));
            assertEquals(
                    List.of("1", "2"),
                    shown.getHeaders().get("X-ONE").stream().distinct().toList());
            assertEquals("alice", shown.getUserPrincipal().getName());
            assertEquals("http session", shown.getHttpSession());
            assertThrows(IllegalStateException.class, () -> shown.isUserInRole("admin"));
            assertThrows(
                    UnsupportedOperationException.class,
                    () -> shown.getHeaders().put("a", List.of()));
            assertThrows(
                    UnsupportedOperationException.class,
                    () -> shown.getHeaders().get("Host").add("x"));
            assertThrows(
                    UnsupportedOperationException.class,
                    () -> shown.getParameterMap().clear());
            assertThrows(
                    UnsupportedOperationException.class,
                    () -> shown.getParameterMap().get("a").add("x"));
        }

        @Test
        void haveTheGettersOfJakartaWebSocket23() throws Exception {
            List<OpeningHandshakeRequest> kept = new ArrayList<>();
            try (TestContainer test = new TestContainer().with(TestContainer.modify((request, response) -> {
                OpeningHandshakeRequest shown = (OpeningHandshakeRequest) request;
                assertEquals("client.example.com", shown.getRemoteHostName());
                kept.add(shown);
            }))) {
                TestUpgradeRequest request = TestUpgradeRequest.of("/p");
                test.accept(request);
                request.recycle();
            }
            OpeningHandshakeRequest shown = kept.get(0);
            assertEquals("192.0.2.7", shown.getRemoteAddress());
            assertEquals("client.example.com", shown.getRemoteHostName());
            assertEquals(50000, shown.getRemotePort());
            assertEquals("192.0.2.1", shown.getLocalAddress());
            assertEquals("192.0.2.1", shown.getLocalHostName()); // never asked for in time
            assertEquals(8080, shown.getLocalPort());
            assertEquals(Locale.CANADA_FRENCH, shown.getPreferredLocale());
            assertEquals(0, shown.getUserX509CertificateChain().length);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"a=b|c", "a={\"b\":1}", "a=<b>", "a=\\", "a= b", "%", "a=%4", "a=\u00e9", "a=[1]", "a=^`"})
        void whatBrowsersDoNotEncodeIsNoReasonToRefuse(String query) throws Exception {
            try (TestContainer test = new TestContainer().with(new ServerEndpointConfig.Configurator())) {
                URI uri = test.accept(TestUpgradeRequest.of("/p?" + query))
                        .session()
                        .getRequestURI();
                assertTrue(uri.toString().startsWith("ws://server.example.com/ctx/p?"), uri.toString());
            }
        }

        @Test
        void aHostThatIsNoneIsRefused() throws Exception {
            try (TestContainer test = new TestContainer().with(new ServerEndpointConfig.Configurator())) {
                RequestLines lines = RequestLines.example().without("Host").with("Host: a b");

                assertEquals(
                        400,
                        test.reject(new TestUpgradeRequest(lines, "/p", null)).status());
            }
        }
    }
}
