package dev.hawser.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.protocol.handshake.HandshakeRejectedException;
import dev.hawser.protocol.handshake.RequestLines;
import jakarta.websocket.Extension;
import jakarta.websocket.HandshakeResponse;
import jakarta.websocket.server.HandshakeRequest;
import jakarta.websocket.server.ServerEndpointConfig;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpeningHandshakeTest {
    private static final String PROTOCOL = "Sec-WebSocket-Protocol";
    private static final String EXTENSIONS = "Sec-WebSocket-Extensions";

    /** A configurator that does something in modifyHandshake only. */
    private static ServerEndpointConfig.Configurator modify(BiConsumer<HandshakeRequest, HandshakeResponse> what) {
        return new ServerEndpointConfig.Configurator() {
            @Override
            public void modifyHandshake(
                    ServerEndpointConfig config, HandshakeRequest request, HandshakeResponse response) {
                what.accept(request, response);
            }
        };
    }

    @Nested
    class Routes {
        @Test
        void whatIsNoHandshakeOrHasNoEndpointGoesOn() throws Exception {
            try (TestContainer test = new TestContainer()) {
                assertInstanceOf(UpgradeDecision.NotOurs.class, test.container.upgrade(TestUpgradeRequest.of("/good")));
                test.container.addEndpoint(TestContainer.Good.class);

                assertInstanceOf(
                        UpgradeDecision.NotOurs.class, test.container.upgrade(TestUpgradeRequest.of("/other")));
                RequestLines page = RequestLines.of("GET", "HTTP/1.1", "Host: a");
                assertInstanceOf(
                        UpgradeDecision.NotOurs.class,
                        test.container.upgrade(new TestUpgradeRequest(page, "/good", null)));
                assertEquals(101, test.accept(TestUpgradeRequest.of("/good")).status());
            }
        }

        @Test
        void aMalformedHandshakeIsToldWhatIsWrong() throws Exception {
            try (TestContainer test = new TestContainer()) {
                test.container.addEndpoint(TestContainer.Good.class);
                RequestLines bad = RequestLines.example().without("Connection");

                UpgradeDecision.Rejected rejected = test.reject(new TestUpgradeRequest(bad, "/good", null));

                assertEquals(400, rejected.status());
                assertTrue(rejected.body().startsWith("The header Connection"), rejected.body());
                assertEquals(
                        List.of("text/plain;charset=utf-8"), rejected.headers().get("Content-Type"));
            }
        }

        @Test
        void aStoppedContainerRefuses() throws Exception {
            try (TestContainer test = new TestContainer()) {
                test.container.addEndpoint(TestContainer.Good.class);
                test.close();

                assertEquals(503, test.reject(TestUpgradeRequest.of("/good")).status());
            }
        }

        @Test
        void anExtendedConnectIsAnswered() throws Exception {
            try (TestContainer test = new TestContainer()) {
                test.container.addEndpoint(TestContainer.Good.class);
                RequestLines connect = RequestLines.tunnel("websocket", "Host: example.org");

                assertEquals(
                        200,
                        test.accept(new TestUpgradeRequest(connect, "/good", null))
                                .status());
            }
        }
    }

    @Nested
    class Configurators {
        @Test
        void areAskedInTheOrderOfTheJavadocOnOneInstance() throws Exception {
            List<String> calls = new ArrayList<>();
            ServerEndpointConfig.Configurator configurator = new ServerEndpointConfig.Configurator() {
                @Override
                public boolean checkOrigin(String origin) {
                    calls.add("origin " + origin);
                    return true;
                }

                @Override
                public String getNegotiatedSubprotocol(List<String> supported, List<String> requested) {
                    calls.add("subprotocol " + supported + " of " + requested);
                    return super.getNegotiatedSubprotocol(supported, requested);
                }

                @Override
                public List<Extension> getNegotiatedExtensions(List<Extension> installed, List<Extension> requested) {
                    calls.add("extensions " + installed.size() + " of " + requested);
                    return super.getNegotiatedExtensions(installed, requested);
                }

                @Override
                public void modifyHandshake(
                        ServerEndpointConfig config, HandshakeRequest request, HandshakeResponse response) {
                    calls.add("modify " + response.getHeaders().get("sec-websocket-protocol")
                            + response.getHeaders().get(EXTENSIONS.toLowerCase(Locale.ROOT)));
                }

                @Override
                public <T> T getEndpointInstance(Class<T> endpointClass) throws InstantiationException {
                    calls.add("instance");
                    return super.getEndpointInstance(endpointClass);
                }
            };
            try (TestContainer test = new TestContainer()
                    .with(
                            configurator,
                            builder -> builder.subprotocols(List.of("one", "two"))
                                    .extensions(List.of(TestContainer.Named.of("x"))))) {
                test.accept(TestUpgradeRequest.of(
                        "/p",
                        "Origin: http://server.example.com",
                        "Sec-WebSocket-Protocol: zero, two, one",
                        "Sec-WebSocket-Extensions: y, x;a=1"));
            }
            assertEquals(
                    List.of(
                            "origin http://server.example.com",
                            "subprotocol [one, two] of [zero, two, one]",
                            "extensions 1 of [y, x;a=1]",
                            "modify [two][x;a=1]",
                            "instance"),
                    calls);
        }

        @Test
        void areAskedForTheOriginEvenIfThereIsNone() throws Exception {
            List<String> origins = new ArrayList<>();
            ServerEndpointConfig.Configurator configurator = new ServerEndpointConfig.Configurator() {
                @Override
                public boolean checkOrigin(String origin) {
                    origins.add(String.valueOf(origin));
                    return false;
                }
            };
            try (TestContainer test = new TestContainer().with(configurator)) {
                assertEquals(403, test.reject(TestUpgradeRequest.of("/p")).status());
            }
            assertEquals(List.of("null"), origins);
        }

        @Test
        void areNotAskedIfTheOriginIsNotAllowed() throws Exception {
            ServerEndpointConfig.Configurator configurator = new ServerEndpointConfig.Configurator() {
                @Override
                public boolean checkOrigin(String origin) {
                    throw new AssertionError("asked");
                }
            };
            try (TestContainer test = new TestContainer().with(configurator)) {
                assertEquals(
                        403,
                        test.reject(TestUpgradeRequest.of("/p", "Origin: http://evil.example"))
                                .status());
            }
        }

        @Test
        void mayRefuseWithAStatusHeadersAndABody() throws Exception {
            ServerEndpointConfig.Configurator configurator = modify((request, response) -> {
                throw new HandshakeRejectedException(
                        429,
                        "too many",
                        Map.of("Retry-After", List.of("30"), "Content-Type", List.of("application/json")),
                        "{}");
            });
            try (TestContainer test = new TestContainer().with(configurator)) {
                UpgradeDecision.Rejected rejected = test.reject(TestUpgradeRequest.of("/p"));

                assertEquals(429, rejected.status());
                assertEquals(
                        Map.of("Retry-After", List.of("30"), "Content-Type", List.of("application/json")),
                        rejected.headers());
                assertEquals("{}", rejected.body());
            }
        }

        @Test
        void mayRefuseFromEveryMethodAndFromTheEndpointsConstructor() throws Exception {
            HandshakeRejectedException no = new HandshakeRejectedException(401, "no", Map.of(), "");
            List<ServerEndpointConfig.Configurator> refusing = List.of(
                    new ServerEndpointConfig.Configurator() {
                        @Override
                        public boolean checkOrigin(String origin) {
                            throw no;
                        }
                    },
                    new ServerEndpointConfig.Configurator() {
                        @Override
                        public String getNegotiatedSubprotocol(List<String> supported, List<String> requested) {
                            throw no;
                        }
                    },
                    new ServerEndpointConfig.Configurator() {
                        @Override
                        public List<Extension> getNegotiatedExtensions(
                                List<Extension> installed, List<Extension> requested) {
                            throw no;
                        }
                    },
                    new ServerEndpointConfig.Configurator() {
                        @Override
                        public <T> T getEndpointInstance(Class<T> endpointClass) {
                            throw no;
                        }
                    },
                    new ServerEndpointConfig.Configurator() {
                        @Override
                        public <T> T getEndpointInstance(Class<T> endpointClass) throws InstantiationException {
                            return endpointClass.cast(super.getEndpointInstance(Refusing.class));
                        }
                    });
            for (ServerEndpointConfig.Configurator configurator : refusing) {
                try (TestContainer test = new TestContainer().with(configurator)) {
                    UpgradeDecision.Rejected rejected = test.reject(TestUpgradeRequest.of("/p"));
                    assertEquals(401, rejected.status());
                    assertEquals(Map.of(), rejected.headers());
                }
            }
        }

        @Test
        void thatFailAreA500WithoutDetails() throws Exception {
            ServerEndpointConfig.Configurator configurator = modify((request, response) -> {
                throw new IllegalStateException("password is swordfish");
            });
            try (TestContainer test = new TestContainer().with(configurator)) {
                UpgradeDecision.Rejected rejected = test.reject(TestUpgradeRequest.of("/p"));

                assertEquals(500, rejected.status());
                assertFalse(rejected.body().contains("swordfish"));
            }
        }

        @Test
        void mustMakeAnInstanceOfTheEndpoint() throws Exception {
            for (Object instance : Arrays.asList(null, "no endpoint")) {
                ServerEndpointConfig.Configurator configurator = new ServerEndpointConfig.Configurator() {
                    @Override
                    @SuppressWarnings("unchecked")
                    public <T> T getEndpointInstance(Class<T> endpointClass) {
                        return (T) instance;
                    }
                };
                try (TestContainer test = new TestContainer().with(configurator)) {
                    assertEquals(500, test.reject(TestUpgradeRequest.of("/p")).status());
                }
            }
        }
    }

    /** An endpoint that wants nobody. */
    public static final class Refusing {
        public Refusing() {
            throw new HandshakeRejectedException(401, "no", Map.of(), "");
        }
    }

    @Nested
    class UserProperties {
        @Test
        void areTheConnectionsOwnAndGoFromModifyHandshakeToTheSession() throws Exception {
            List<ServerEndpointConfig> shown = new ArrayList<>();
            ServerEndpointConfig.Configurator configurator = new ServerEndpointConfig.Configurator() {
                @Override
                public void modifyHandshake(
                        ServerEndpointConfig config, HandshakeRequest request, HandshakeResponse response) {
                    shown.add(config);
                    config.getUserProperties().put("token", shown.size());
                }
            };
            ServerEndpointConfig declared = ServerEndpointConfig.Builder.create(TestContainer.Programmatic.class, "/p")
                    .configurator(configurator)
                    .build();
            declared.getUserProperties().put("of all", "x");
            try (TestContainer test = new TestContainer()) {
                test.container.addEndpoint(declared);
                UpgradeDecision.Accepted first = test.accept(TestUpgradeRequest.of("/p"));
                UpgradeDecision.Accepted second = test.accept(TestUpgradeRequest.of("/p"));

                assertEquals(
                        Map.of("of all", "x", "token", 1),
                        first.connection().session().getUserProperties());
                assertEquals(
                        Map.of("of all", "x", "token", 2),
                        second.connection().session().getUserProperties());
            }
            assertEquals(Map.of("of all", "x"), declared.getUserProperties());
            assertNotSame(shown.get(0), shown.get(1));
            assertSame(configurator, shown.get(0).getConfigurator());
            assertEquals(TestContainer.Programmatic.class, shown.get(0).getEndpointClass());
        }
    }

    @Nested
    class Subprotocols {
        @Test
        void theFirstOfTheClientThatTheServerKnowsIsChosen() throws Exception {
            try (TestContainer test = known("one", "two")) {
                UpgradeDecision.Accepted accepted =
                        test.accept(TestUpgradeRequest.of("/p", "Sec-WebSocket-Protocol: zero, two, one"));

                assertEquals(List.of("two"), accepted.headers().get(PROTOCOL));
                assertEquals("two", accepted.connection().session().getNegotiatedSubprotocol());
            }
        }

        @Test
        void noneIsChosenIfNoneIsCommon() throws Exception {
            try (TestContainer test = known("one")) {
                UpgradeDecision.Accepted accepted =
                        test.accept(TestUpgradeRequest.of("/p", "Sec-WebSocket-Protocol: ONE"));

                assertNull(accepted.headers().get(PROTOCOL));
                assertEquals("", accepted.connection().session().getNegotiatedSubprotocol());
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"unasked", "a\r\nSet-Cookie: x=y"})
        void whatTheClientDidNotAskForIsNeverAnswered(String chosen) throws Exception {
            ServerEndpointConfig.Configurator configurator = new ServerEndpointConfig.Configurator() {
                @Override
                public String getNegotiatedSubprotocol(List<String> supported, List<String> requested) {
                    return chosen;
                }
            };
            try (TestContainer test = new TestContainer().with(configurator)) {
                assertNull(test.accept(TestUpgradeRequest.of("/p")).headers().get(PROTOCOL));
            }
        }

        @Test
        void modifyHandshakeMayChooseByTheHeader() throws Exception {
            ServerEndpointConfig.Configurator configurator = modify(
                    (request, response) -> response.getHeaders().put("sec-websocket-protocol", List.of("token-1")));
            try (TestContainer test = new TestContainer().with(configurator)) {
                UpgradeDecision.Accepted accepted =
                        test.accept(TestUpgradeRequest.of("/p", "Sec-WebSocket-Protocol: chat, token-1"));
                assertEquals(List.of("token-1"), accepted.headers().get(PROTOCOL));
                assertEquals("token-1", accepted.connection().session().getNegotiatedSubprotocol());

                assertNull(test.accept(TestUpgradeRequest.of("/p")).headers().get(PROTOCOL));
            }
        }

        private TestContainer known(String... names) throws Exception {
            return new TestContainer()
                    .with(new ServerEndpointConfig.Configurator(), builder -> builder.subprotocols(List.of(names)));
        }
    }

    @Nested
    class Extensions {
        @Test
        void declaredNamesAreEchoedInTheOrderOfTheClientAndOthersAreNot() throws Exception {
            try (TestContainer test = declared("a", "b", "c")) {
                UpgradeDecision.Accepted accepted = test.accept(TestUpgradeRequest.of(
                        "/p", "Sec-WebSocket-Extensions: c;x=1;y, other, a", "Sec-WebSocket-Extensions: a;second"));

                assertEquals(List.of("c;x=1;y, a"), accepted.headers().get(EXTENSIONS));
                List<Extension> negotiated = accepted.connection().session().getNegotiatedExtensions();
                assertEquals(
                        List.of("c", "a"),
                        negotiated.stream().map(Extension::getName).toList());
                assertEquals("1", negotiated.get(0).getParameters().get(0).getValue());
                assertNull(negotiated.get(0).getParameters().get(1).getValue());
            }
        }

        @Test
        void aConfiguratorMayAgreeOnlyToWhatIsOfferedAndInstalled() throws Exception {
            ServerEndpointConfig.Configurator configurator = new ServerEndpointConfig.Configurator() {
                @Override
                public List<Extension> getNegotiatedExtensions(List<Extension> installed, List<Extension> requested) {
                    List<Extension> all = new ArrayList<>(requested);
                    all.addAll(installed);
                    return all;
                }
            };
            try (TestContainer test = new TestContainer()
                    .with(configurator, builder -> builder.extensions(List.of(TestContainer.Named.of("installed"))))) {
                UpgradeDecision.Accepted accepted =
                        test.accept(TestUpgradeRequest.of("/p", "Sec-WebSocket-Extensions: permessage-deflate"));

                assertNull(accepted.headers().get(EXTENSIONS));
            }
        }

        @Test
        void anExtensionOfTheApplicationMustNotWriteHeaders() throws Exception {
            ServerEndpointConfig.Configurator configurator = new ServerEndpointConfig.Configurator() {
                @Override
                public List<Extension> getNegotiatedExtensions(List<Extension> installed, List<Extension> requested) {
                    return List.of(new TestContainer.Named("x", Map.of("a", "b\r\nSet-Cookie: c=d")));
                }
            };
            try (TestContainer test = new TestContainer()
                    .with(configurator, builder -> builder.extensions(List.of(TestContainer.Named.of("x"))))) {
                assertEquals(
                        500,
                        test.reject(TestUpgradeRequest.of("/p", "Sec-WebSocket-Extensions: x"))
                                .status());
            }
        }

        @Test
        void modifyHandshakeMayTakeThemOut() throws Exception {
            ServerEndpointConfig.Configurator configurator =
                    modify((request, response) -> response.getHeaders().remove(EXTENSIONS));
            try (TestContainer test = new TestContainer()
                    .with(configurator, builder -> builder.extensions(List.of(TestContainer.Named.of("x"))))) {
                UpgradeDecision.Accepted accepted =
                        test.accept(TestUpgradeRequest.of("/p", "Sec-WebSocket-Extensions: x"));

                assertNull(accepted.headers().get(EXTENSIONS));
                assertEquals(List.of(), accepted.connection().session().getNegotiatedExtensions());
            }
        }

        private TestContainer declared(String... names) throws Exception {
            List<Extension> extensions =
                    Arrays.stream(names).map(TestContainer.Named::of).toList();
            return new TestContainer()
                    .with(new ServerEndpointConfig.Configurator(), builder -> builder.extensions(extensions));
        }
    }

    @Nested
    class Responses {
        @Test
        void mayHaveFieldsOfTheApplicationButKeepOurs() throws Exception {
            ServerEndpointConfig.Configurator configurator = modify((request, response) -> {
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
            ServerEndpointConfig.Configurator configurator =
                    modify((request, response) -> response.getHeaders().put("X", List.of(value)));
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
                    .configurator(modify((shown, response) -> {
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
            try (TestContainer test = new TestContainer().with(modify((request, response) -> {
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
                        .connection()
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

    @Nested
    class Origins {
        @Test
        void theSettingOfTheEndpointCounts() throws Exception {
            Settings ofEndpoint = Settings.builder()
                    .set(Setting.ALLOWED_ORIGINS, "https://app.example")
                    .build();
            ServerEndpointConfig config = ServerEndpointConfig.Builder.create(TestContainer.Programmatic.class, "/p")
                    .build();
            ofEndpoint.applyTo(config.getUserProperties());
            try (TestContainer test = new TestContainer()) {
                test.container.addEndpoint(config);
                test.container.addEndpoint(TestContainer.Good.class);

                test.accept(TestUpgradeRequest.of("/p", "Origin: https://app.example"));
                test.reject(TestUpgradeRequest.of("/p", "Origin: http://server.example.com"));
                test.accept(TestUpgradeRequest.of("/good", "Origin: http://server.example.com"));
                test.reject(TestUpgradeRequest.of("/good", "Origin: https://app.example"));
            }
        }
    }
}
