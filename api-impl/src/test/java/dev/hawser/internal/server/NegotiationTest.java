package dev.hawser.internal.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import jakarta.websocket.Extension;
import jakarta.websocket.server.ServerEndpointConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Subprotocols and extensions: what both sides agree on. */
class NegotiationTest {
    private static final String PROTOCOL = "Sec-WebSocket-Protocol";
    private static final String EXTENSIONS = "Sec-WebSocket-Extensions";

    @Nested
    class Subprotocols {
        @Test
        void theFirstOfTheClientThatTheServerKnowsIsChosen() throws Exception {
            try (TestContainer test = known("one", "two")) {
                UpgradeDecision.Accepted accepted =
                        test.accept(TestUpgradeRequest.of("/p", "Sec-WebSocket-Protocol: zero, two, one"));

                assertEquals(List.of("two"), accepted.headers().get(PROTOCOL));
                assertEquals("two", accepted.session().getNegotiatedSubprotocol());
            }
        }

        @Test
        void noneIsChosenIfNoneIsCommon() throws Exception {
            try (TestContainer test = known("one")) {
                UpgradeDecision.Accepted accepted =
                        test.accept(TestUpgradeRequest.of("/p", "Sec-WebSocket-Protocol: ONE"));

                assertNull(accepted.headers().get(PROTOCOL));
                assertEquals("", accepted.session().getNegotiatedSubprotocol());
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
            ServerEndpointConfig.Configurator configurator = TestContainer.modify(
                    (request, response) -> response.getHeaders().put("sec-websocket-protocol", List.of("token-1")));
            try (TestContainer test = new TestContainer().with(configurator)) {
                UpgradeDecision.Accepted accepted =
                        test.accept(TestUpgradeRequest.of("/p", "Sec-WebSocket-Protocol: chat, token-1"));
                assertEquals(List.of("token-1"), accepted.headers().get(PROTOCOL));
                assertEquals("token-1", accepted.session().getNegotiatedSubprotocol());

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
                List<Extension> negotiated = accepted.session().getNegotiatedExtensions();
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
                        test.accept(TestUpgradeRequest.of("/p", "Sec-WebSocket-Extensions: x-other"));

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
            ServerEndpointConfig.Configurator configurator = TestContainer.modify(
                    (request, response) -> response.getHeaders().remove(EXTENSIONS));
            try (TestContainer test = new TestContainer()
                    .with(configurator, builder -> builder.extensions(List.of(TestContainer.Named.of("x"))))) {
                UpgradeDecision.Accepted accepted =
                        test.accept(TestUpgradeRequest.of("/p", "Sec-WebSocket-Extensions: x"));

                assertNull(accepted.headers().get(EXTENSIONS));
                assertEquals(List.of(), accepted.session().getNegotiatedExtensions());
            }
        }

        private TestContainer declared(String... names) throws Exception {
            List<Extension> extensions =
                    Arrays.stream(names).map(TestContainer.Named::of).toList();
            return new TestContainer()
                    .with(new ServerEndpointConfig.Configurator(), builder -> builder.extensions(extensions));
        }
    }
}
