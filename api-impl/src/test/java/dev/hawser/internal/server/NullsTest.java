package dev.hawser.internal.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.websocket.Decoder;
import jakarta.websocket.Encoder;
import jakarta.websocket.Extension;
import jakarta.websocket.HandshakeResponse;
import jakarta.websocket.server.HandshakeRequest;
import jakarta.websocket.server.ServerEndpointConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Frameworks and applications answer null where there is nothing: null counts as nothing, in every list and map of a
 * configuration and of the opening handshake. Spring's upgrade strategy lists one null subprotocol where none was
 * agreed.
 */
class NullsTest {
    private static final String HTTP_SESSION = "jakarta.servlet.http.HttpSession";

    private final TestContainer test = new TestContainer();

    @AfterEach
    void close() {
        test.close();
    }

    /** A configuration that an application has written itself. Every list has one null, or is null. */
    private static class Sparse implements ServerEndpointConfig {
        final boolean absent;
        final Map<String, Object> userProperties = new HashMap<>();

        Sparse(boolean absent) {
            this.absent = absent;
            userProperties.put("nothing", null);
            userProperties.put(null, "nameless");
            userProperties.put("something", "here");
        }

        private <T> List<T> sparse() {
            return absent ? null : new ArrayList<>(Arrays.asList((T) null));
        }

        @Override
        public Class<?> getEndpointClass() {
            return TestContainer.Programmatic.class;
        }

        @Override
        public String getPath() {
            return "/p";
        }

        @Override
        public List<String> getSubprotocols() {
            return sparse();
        }

        @Override
        public List<Extension> getExtensions() {
            return sparse();
        }

        @Override
        public @Nullable Configurator getConfigurator() {
            return null;
        }

        @Override
        public List<Class<? extends Encoder>> getEncoders() {
            return sparse();
        }

        @Override
        public List<Class<? extends Decoder>> getDecoders() {
            return sparse();
        }

        @Override
        public Map<String, Object> getUserProperties() {
            return absent ? null : userProperties;
        }
    }

    @Test
    void aDeployedConfigurationOfNullsIsOneOfNothing() throws Exception {
        for (boolean absent : new boolean[] {false, true}) {
            try (TestContainer other = new TestContainer()) {
                other.container.addEndpoint(new Sparse(absent));

                UpgradeDecision.Accepted accepted = other.accept(TestUpgradeRequest.of(
                        "/p", "Sec-WebSocket-Protocol: a", "Sec-WebSocket-Extensions: permessage-deflate"));

                assertFalse(accepted.headers().containsKey("Sec-WebSocket-Protocol"));
                assertEquals(
                        absent ? Map.of() : Map.of("something", "here"),
                        accepted.session().getUserProperties());
            }
        }
    }

    @Test
    void aConfigurationOfNullsUpgradesARequest() throws Exception {
        for (boolean absent : new boolean[] {false, true}) {
            UpgradeDecision decision = test.container.upgrade(
                    TestUpgradeRequest.of("/any", "Sec-WebSocket-Protocol: a"), new Sparse(absent), Map.of());

            assertEquals(
                    101,
                    assertInstanceOf(UpgradeDecision.Accepted.class, decision).status());
        }
    }

    @Test
    void pathParametersThatAreNullAreNone() throws Exception {
        Map<String, String> sparse = new HashMap<>();
        sparse.put("room", null);
        sparse.put(null, "nameless");
        sparse.put("user", "ada");
        TestUpgradeRequest request = TestUpgradeRequest.of("/any");

        UpgradeDecision some = test.container.upgrade(request, new Sparse(false), sparse);
        UpgradeDecision none = test.container.upgrade(request, new Sparse(false), null);

        assertEquals(Map.of("user", "ada"), pathParameters(some));
        assertEquals(Map.of(), pathParameters(none));
    }

    private static Map<String, String> pathParameters(UpgradeDecision decision) {
        return assertInstanceOf(UpgradeDecision.Accepted.class, decision)
                .session()
                .getPathParameters();
    }

    /** The most copied snippet there is; most requests have no HttpSession. */
    @Test
    void aUserPropertyThatIsSetToNullIsNotThere() throws Exception {
        Map<String, Object> sparse = new HashMap<>();
        sparse.put("also nothing", null);
        sparse.put("something", "here");
        List<Map<String, Object>> seen = new ArrayList<>();
        test.with(new ServerEndpointConfig.Configurator() {
            @Override
            public void modifyHandshake(
                    ServerEndpointConfig config, HandshakeRequest request, HandshakeResponse response) {
                config.getUserProperties().put(HTTP_SESSION, "another");
                config.getUserProperties().put(HTTP_SESSION, null);
                config.getUserProperties().putAll(sparse);
                config.getUserProperties().putIfAbsent("absent", null);
                seen.add(config.getUserProperties());
            }
        });

        UpgradeDecision.Accepted accepted = test.accept(TestUpgradeRequest.of("/p"));

        Map<String, Object> ofSession = accepted.session().getUserProperties();
        assertEquals(Map.of("something", "here"), ofSession);
        assertEquals(ofSession, seen.get(0));
        assertEquals("here", ofSession.put("something", null));
        assertNull(ofSession.get("something"));
        assertEquals(Map.of(), ofSession);
    }

    @Test
    void aSubprotocolHeaderThatIsSetToNullIsNotThere() throws Exception {
        for (List<String> lines : Arrays.asList(null, Arrays.asList((String) null), Arrays.asList(null, "a"))) {
            try (TestContainer other = new TestContainer()) {
                other.with(
                        TestContainer.modify((request, response) -> {
                            response.getHeaders().put("Sec-WebSocket-Protocol", lines);
                            response.getHeaders().put("X-Token", Arrays.asList((String) null));
                            response.getHeaders().put("X-Other", null);
                        }),
                        builder -> builder.subprotocols(List.of("a")));

                UpgradeDecision.Accepted accepted =
                        other.accept(TestUpgradeRequest.of("/p", "Sec-WebSocket-Protocol: a"));

                boolean left = lines != null && lines.contains("a");
                assertEquals(
                        left ? List.of("a") : null, accepted.headers().get("Sec-WebSocket-Protocol"), () -> "" + lines);
                assertFalse(accepted.headers().containsKey("X-Other"));
                assertTrue(accepted.headers().getOrDefault("X-Token", List.of()).isEmpty());
            }
        }
    }

    /** An extension that its configurator chooses has a name, and may have nothing else. */
    @Test
    void extensionsThatAreNullAreNotAgreedTo() throws Exception {
        Extension bare = new Extension() {
            @Override
            public String getName() {
                return "bare";
            }

            @Override
            public @Nullable List<Parameter> getParameters() {
                return null;
            }
        };
        test.with(
                new ServerEndpointConfig.Configurator() {
                    @Override
                    public List<Extension> getNegotiatedExtensions(
                            List<Extension> installed, List<Extension> requested) {
                        assertSame(bare, installed.get(0));
                        return Arrays.asList(null, bare);
                    }
                },
                builder -> builder.extensions(Arrays.asList(null, bare)));

        UpgradeDecision.Accepted accepted = test.accept(TestUpgradeRequest.of("/p", "Sec-WebSocket-Extensions: bare"));

        assertEquals(List.of("bare"), accepted.headers().get("Sec-WebSocket-Extensions"));
    }
}
