package dev.hawser.internal.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.HandshakeRejectedException;
import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.internal.protocol.handshake.RequestLines;
import jakarta.websocket.Extension;
import jakarta.websocket.HandshakeResponse;
import jakarta.websocket.Session;
import jakarta.websocket.server.HandshakeRequest;
import jakarta.websocket.server.ServerEndpointConfig;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Logger;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpeningHandshakeTest {
    private static final String EXTENSIONS = "Sec-WebSocket-Extensions";

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
                            "extensions 2 of [y, x;a=1]",
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
        void areNotAskedIfTheOriginIsNotAmongThoseThatAreSet() throws Exception {
            ServerEndpointConfig.Configurator configurator = new ServerEndpointConfig.Configurator() {
                @Override
                public boolean checkOrigin(String origin) {
                    throw new AssertionError("asked");
                }
            };
            Settings set = Settings.builder()
                    .set(Setting.ALLOWED_ORIGINS, "same-origin")
                    .build();
            try (TestContainer test = new TestContainer(set).with(configurator)) {
                assertEquals(
                        403,
                        test.reject(TestUpgradeRequest.of("/p", "Origin: http://evil.example"))
                                .status());
            }
        }

        @Test
        void mayRefuseWithAStatusHeadersAndABody() throws Exception {
            ServerEndpointConfig.Configurator configurator = TestContainer.modify((request, response) -> {
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

        /** Whoever asks again and again fills no log with it. */
        @Test
        void thatFailAtEachHandshakeAreAFewLines() throws Exception {
            ServerEndpointConfig.Configurator configurator = TestContainer.modify((request, response) -> {
                throw new ArithmeticException("on purpose");
            });
            Logger logger = Logger.getLogger("dev.hawser.handshake");
            AtomicInteger lines = new AtomicInteger();
            logger.setFilter(entry -> {
                lines.addAndGet(entry.getThrown() instanceof ArithmeticException ? 1 : 0);
                return false;
            });
            try (TestContainer test = new TestContainer().with(configurator)) {
                for (int i = 0; i < 100; i++) {
                    assertEquals(500, test.reject(TestUpgradeRequest.of("/p")).status());
                }
            } finally {
                logger.setFilter(null);
            }
            assertTrue(lines.get() > 0 && lines.get() <= 20, () -> "lines: " + lines);
        }

        @Test
        void thatFailAreA500WithoutDetails() throws Exception {
            ServerEndpointConfig.Configurator configurator = TestContainer.modify((request, response) -> {
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

    /** What another WebSocket implementation offers as the platform default. */
    public static final class ForeignDefault extends ServerEndpointConfig.Configurator {
        @Override
        public boolean checkOrigin(String origin) {
            return true;
        }

        @Override
        public <T> T getEndpointInstance(Class<T> endpointClass) {
            throw new AssertionError("asked");
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

                assertEquals(Map.of("of all", "x", "token", 1), first.session().getUserProperties());
                assertEquals(Map.of("of all", "x", "token", 2), second.session().getUserProperties());
            }
            assertEquals(Map.of("of all", "x"), declared.getUserProperties());
            assertNotSame(shown.get(0), shown.get(1));
            assertSame(configurator, shown.get(0).getConfigurator());
            assertEquals(TestContainer.Programmatic.class, shown.get(0).getEndpointClass());
        }

        @Test
        void sessionsShareAPlainUriButNoneWithAQueryOrVariables() throws Exception {
            try (TestContainer test = new TestContainer()) {
                test.container.addEndpoint(TestContainer.Good.class);
                test.container.addEndpoint(
                        ServerEndpointConfig.Builder.create(TestContainer.Programmatic.class, "/of/{token}")
                                .build());
                assertSame(uriOf(test, "/good"), uriOf(test, "/good"));
                for (String secret : List.of("/good?token=1", "/of/token1")) {
                    URI plain = uriOf(test, "/good");
                    assertNotSame(uriOf(test, secret), uriOf(test, secret), "forgotten with the session");
                    assertSame(plain, uriOf(test, "/good"), "so nothing has replaced the plain one");
                }
            }
        }

        private URI uriOf(TestContainer test, String target) throws Exception {
            return test.accept(TestUpgradeRequest.of(target)).session().getRequestURI();
        }

        @Test
        void whatNobodyDeclaredIsOneMapForAllThreadsAndAnotherForEachSession() throws Exception {
            try (TestContainer test = new TestContainer()) {
                test.container.addEndpoint(TestContainer.Good.class);
                for (int round = 0; round < 200; round++) {
                    Session session =
                            test.accept(TestUpgradeRequest.of("/good")).session();
                    CompletableFuture<Map<String, Object>> elsewhere =
                            CompletableFuture.supplyAsync(session::getUserProperties);
                    Map<String, Object> here = session.getUserProperties();
                    assertSame(here, elsewhere.get(30, TimeUnit.SECONDS));
                    assertEquals(Map.of(), here);
                    here.put("round", round);
                }
            }
        }
    }

    @Nested
    class Origins {
        private final ServerEndpointConfig.Configurator onlyGood = new ServerEndpointConfig.Configurator() {
            @Override
            public boolean checkOrigin(String origin) {
                return "http://good.example".equals(origin);
            }
        };

        @Test
        void aConfiguratorThatChecksThemDecidesAlone() throws Exception {
            try (TestContainer test = new TestContainer().with(onlyGood)) {
                test.accept(TestUpgradeRequest.of("/p", "Origin: http://good.example"));
                test.reject(TestUpgradeRequest.of("/p", "Origin: http://server.example.com"));
                test.reject(TestUpgradeRequest.of("/p"));
                test.reject(TestUpgradeRequest.of("/p", "Origin: http://good.example", "Origin: http://evil.example"));
            }
        }

        @Test
        void aConfiguratorAndASettingMustAgree() throws Exception {
            Settings set = Settings.builder()
                    .set(Setting.ALLOWED_ORIGINS, "same-origin, http://good.example")
                    .build();
            try (TestContainer test = new TestContainer(set).with(onlyGood)) {
                test.accept(TestUpgradeRequest.of("/p", "Origin: http://good.example"));
                test.reject(TestUpgradeRequest.of("/p", "Origin: http://server.example.com"));
            }
            Settings others = Settings.builder()
                    .set(Setting.ALLOWED_ORIGINS, "http://other.example")
                    .build();
            try (TestContainer test = new TestContainer(others).with(onlyGood)) {
                test.reject(TestUpgradeRequest.of("/p", "Origin: http://good.example"));
                test.reject(TestUpgradeRequest.of("/p", "Origin: http://other.example"));
            }
        }

        @Test
        void aConfiguratorThatDoesNotCheckThemLeavesTheSameOrigin() throws Exception {
            try (TestContainer test = new TestContainer().with(TestContainer.modify((request, response) -> {}))) {
                test.accept(TestUpgradeRequest.of("/p", "Origin: http://server.example.com"));
                test.reject(TestUpgradeRequest.of("/p", "Origin: http://good.example"));
            }
        }

        @Test
        void theDefaultConfiguratorOfAnotherImplementationStandsForNone() throws Exception {
            Path services = Files.createDirectories(classes.resolve("META-INF/services"));
            Files.writeString(
                    services.resolve(ServerEndpointConfig.Configurator.class.getName()),
                    ForeignDefault.class.getName());
            ClassLoader before = Thread.currentThread().getContextClassLoader();
            try (URLClassLoader foreign =
                            new URLClassLoader(new URL[] {classes.toUri().toURL()}, before);
                    TestContainer test = new TestContainer()) {
                Thread.currentThread().setContextClassLoader(foreign);
                ServerEndpointConfig config = ServerEndpointConfig.Builder.create(
                                TestContainer.Programmatic.class, "/p")
                        .configurator(new ForeignDefault())
                        .build();
                test.container.addEndpoint(config);
                test.accept(TestUpgradeRequest.of("/p", "Origin: http://server.example.com"));
                test.reject(TestUpgradeRequest.of("/p", "Origin: http://evil.example"));
            } finally {
                Thread.currentThread().setContextClassLoader(before);
            }
        }

        @TempDir
        Path classes;

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
