package dev.hawser.internal.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.Setting;
import dev.hawser.Settings;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Extension;
import jakarta.websocket.Session;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the client offers of extensions, and which answers it takes (RFC 7692 7.1). */
class ExtensionOffersTest {
    private static final String FIELD = "Sec-WebSocket-Extensions";
    /** The default: no history is kept by this side, and any window. */
    private static final String DEFAULT_OFFER = "permessage-deflate;client_no_context_takeover;client_max_window_bits";

    /** Worth compressing by itself, and still more with what came before it. */
    private static final String REPETITIVE = "one two three four five six seven eight nine ten, ".repeat(2);

    private final EndpointClientContainer container = new EndpointClientContainer();

    @AfterEach
    void nothingIsLeft() throws Exception {
        container.close();
        ClientLeftovers.awaitNone();
    }

    private record Listed(String getName, List<Parameter> getParameters) implements Extension {
        /** Of the header's form. */
        static List<Extension> parse(String list) {
            return Arrays.stream(list.split(","))
                    .map(element -> element.strip().split(";"))
                    .map(parts -> (Extension) new Listed(
                            parts[0],
                            Arrays.stream(parts)
                                    .skip(1)
                                    .map(p -> (Parameter) new NamedValue(
                                            p.split("=")[0].strip(), p.contains("=") ? p.split("=")[1] : ""))
                                    .toList()))
                    .toList();
        }
    }

    private record NamedValue(String getName, String getValue) implements Extension.Parameter {}

    private static ClientEndpointConfig listing(String list) {
        return ClientEndpointConfig.Builder.create()
                .extensions(Listed.parse(list))
                .build();
    }

    /** The header that was sent. */
    private String offered(ClientEndpointConfig config) throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.Peer::echoWebSocket)) {
            container.connectToServer(new RecordingEndpoint(), config, server.uri("/"));
            return ScriptedServer.field(server.nextHead(), FIELD);
        }
    }

    private static String shown(Session session) {
        return session.getNegotiatedExtensions().stream()
                .map(extension -> extension.getName()
                        + extension.getParameters().stream()
                                .map(p -> ";" + p.getName() + (p.getValue() == null ? "" : "=" + p.getValue()))
                                .collect(Collectors.joining()))
                .collect(Collectors.joining(", "));
    }

    /** What the session shows after the answer. */
    private String agreed(ClientEndpointConfig config, String answer) throws Exception {
        try (ScriptedServer server = new ScriptedServer(peer -> peer.echoWebSocket(FIELD + ": " + answer))) {
            return shown(container.connectToServer(new RecordingEndpoint(), config, server.uri("/")));
        }
    }

    private static ClientEndpointConfig compressing() {
        ClientEndpointConfig config = ClientEndpointConfig.Builder.create().build();
        Settings.builder().set(Setting.COMPRESSION, true).build().applyTo(config.getUserProperties());
        return config;
    }

    @Test
    void anEndpointThatAsksForNothingOffersNothing() throws Exception {
        assertEquals("", offered(ClientEndpointConfig.Builder.create().build()));
    }

    @Test
    void compressionIsOfferedWhereItIsAskedFor() throws Exception {
        assertEquals(DEFAULT_OFFER, offered(compressing()));
        assertEquals(
                List.of("permessage-deflate"),
                container.getInstalledExtensions().stream()
                        .map(Extension::getName)
                        .toList());
    }

    @Test
    void anEndpointThatKeepsItsHistoryDoesNotOfferNotTo() throws Exception {
        ClientEndpointConfig config = compressing();
        Settings.builder()
                .set(Setting.COMPRESSION, true)
                .set(Setting.COMPRESSION_CONTEXT_TAKEOVER, true)
                .build()
                .applyTo(config.getUserProperties());
        assertEquals("permessage-deflate;client_max_window_bits", offered(config));
    }

    @Test
    void anEndpointCanAskForASmallWindow() throws Exception {
        ClientEndpointConfig config = compressing();
        Settings.builder()
                .set(Setting.COMPRESSION, true)
                .set(Setting.COMPRESSION_PEER_WINDOW_BITS, 10)
                .build()
                .applyTo(config.getUserProperties());
        assertEquals(
                "permessage-deflate;client_no_context_takeover;server_max_window_bits=10;client_max_window_bits",
                offered(config));
    }

    @Test
    void nothingIsOfferedWithCompressionOff() throws Exception {
        ClientEndpointConfig config = compressing();
        Settings.builder().set(Setting.COMPRESSION, false).build().applyTo(config.getUserProperties());
        assertEquals("", offered(config));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x-own",
                "x-own;a=1;a=2, x-two",
                "permessage-deflate",
                "permessage-deflate;server_max_window_bits=9;client_max_window_bits=10, x-own, permessage-deflate"
            })
    void theListOfTheEndpointIsOfferedAsItIs(String list) throws Exception {
        assertEquals(list, offered(listing(list)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "permessage-deflate",
                "permessage-deflate;server_no_context_takeover",
                "permessage-deflate;client_no_context_takeover",
                "permessage-deflate;server_max_window_bits=8",
                "permessage-deflate;client_max_window_bits=9",
                "permessage-deflate;server_no_context_takeover;client_no_context_takeover;server_max_window_bits=15"
            })
    void whatTheServerMaySayToTheDefaultOfferIsTakenAndShown(String answer) throws Exception {
        assertEquals(answer, agreed(compressing(), answer));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "permessage-deflate > permessage-deflate;client_max_window_bits=10", // unsolicited
                "permessage-deflate;client_max_window_bits > permessage-deflate;client_max_window_bits",
                "permessage-deflate;server_max_window_bits=9 > permessage-deflate",
                "permessage-deflate;server_max_window_bits=9 > permessage-deflate;server_max_window_bits=10",
                "permessage-deflate;server_no_context_takeover > permessage-deflate",
                "permessage-deflate > permessage-deflate;foo",
                "permessage-deflate > permessage-deflate;server_max_window_bits=7",
                "permessage-deflate > permessage-deflate;server_no_context_takeover=1",
                "permessage-deflate > permessage-deflate;server_no_context_takeover;server_no_context_takeover",
                "permessage-deflate > permessage-deflate, permessage-deflate",
                "x-own > permessage-deflate",
            })
    void anAnswerThatDoesNotFitFailsTheConnect(String list, String answer) {
        DeploymentException refused = assertThrows(DeploymentException.class, () -> agreed(listing(list), answer));
        assertTrue(
                refused.getMessage().contains("extension")
                        || refused.getMessage().contains("permessage-deflate"),
                refused.getMessage());
    }

    @Test
    void anAnswerMayFitAnyOfSeveralOffers() throws Exception {
        String list = "permessage-deflate;server_max_window_bits=9, permessage-deflate";
        assertEquals("permessage-deflate", agreed(listing(list), "permessage-deflate"));
        assertEquals(
                "permessage-deflate;server_max_window_bits=9",
                agreed(listing(list), "permessage-deflate;server_max_window_bits=9"));
    }

    @Test
    void namesThatOnlyTheApplicationKnowsAreItsOwnBusiness() throws Exception {
        assertEquals("x-own;b=2;b=2", agreed(listing("x-own;a=1, x-two"), "x-own;b=2;b=2"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "permessage-deflate;foo",
                "permessage-deflate;server_max_window_bits=16",
                "permessage-deflate;server_no_context_takeover=1",
                "x-own, permessage-deflate;client_max_window_bits;client_max_window_bits"
            })
    void whatCouldNotBeKeptIsNotOffered(String list) throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.Peer::echoWebSocket)) {
            DeploymentException refused = assertThrows(
                    DeploymentException.class,
                    () -> container.connectToServer(new RecordingEndpoint(), listing(list), server.uri("/")));
            assertTrue(refused.getMessage().contains("cannot be offered"), refused.getMessage());
            assertTrue(server.heads.isEmpty(), "nothing is sent");
        }
    }

    /** Payloads of two equal messages as they go over the wire; both are compressed. */
    private List<byte[]> sentTwice(ClientEndpointConfig config, String answer) throws Exception {
        Settings.builder()
                .set(Setting.COMPRESSION, true)
                .set(Setting.COMPRESSION_CONTEXT_TAKEOVER, true)
                .set(Setting.COMPRESSION_MIN_SIZE, 1)
                .build()
                .applyTo(config.getUserProperties());
        BlockingQueue<byte[]> payloads = new LinkedBlockingQueue<>();
        try (ScriptedServer server = new ScriptedServer(peer -> {
            peer.send(ScriptedServer.accept(peer.head(), FIELD + ": " + answer));
            for (int i = 0; i < 2; i++) {
                assertEquals(0xC1, peer.read(), "FIN, RSV1, text");
                byte[] payload = new byte[peer.read() & 0x7F];
                byte[] mask = peer.in.readNBytes(4);
                assertEquals(payload.length, peer.in.readNBytes(payload, 0, payload.length));
                for (int at = 0; at < payload.length; at++) {
                    payload[at] ^= mask[at % 4];
                }
                payloads.add(payload);
            }
            peer.staySilent();
        })) {
            Session session = container.connectToServer(new RecordingEndpoint(), config, server.uri("/"));
            session.getBasicRemote().sendText(REPETITIVE);
            session.getBasicRemote().sendText(REPETITIVE);
            byte[] first = payloads.poll(30, TimeUnit.SECONDS);
            byte[] second = payloads.poll(30, TimeUnit.SECONDS);
            assertTrue(first != null && second != null, "no message in time");
            return List.of(first, second);
        }
    }

    @Test
    void aHistoryThatMayBeKeptIsUsed() throws Exception {
        List<byte[]> payloads = sentTwice(compressing(), "permessage-deflate");
        assertTrue(payloads.get(1).length < payloads.get(0).length / 2, "it refers back");
    }

    @Test
    void noContextTakeoverIsObeyedWhetherTheServerWantsItOrTheOfferSaidSo() throws Exception {
        List<byte[]> asked = sentTwice(compressing(), "permessage-deflate;client_no_context_takeover");
        assertArrayEquals(asked.get(0), asked.get(1));
        List<byte[]> offered =
                sentTwice(listing("permessage-deflate;client_no_context_takeover"), "permessage-deflate");
        assertArrayEquals(offered.get(0), offered.get(1));
    }

    @Test
    void theConfiguratorMayTakeTheOfferOut() throws Exception {
        ClientEndpointConfig config = ClientEndpointConfig.Builder.create()
                .configurator(new ClientEndpointConfig.Configurator() {
                    @Override
                    public void beforeRequest(Map<String, List<String>> headers) {
                        headers.remove(FIELD);
                    }
                })
                .build();
        assertEquals("", offered(config));
        assertThrows(DeploymentException.class, () -> agreed(config, "permessage-deflate"));
    }

    @Test
    void whatTheConfiguratorOffersIsWhatTheAnswerMustFit() throws Exception {
        ClientEndpointConfig config = ClientEndpointConfig.Builder.create()
                .configurator(new ClientEndpointConfig.Configurator() {
                    @Override
                    public void beforeRequest(Map<String, List<String>> headers) {
                        headers.put(FIELD, new ArrayList<>(List.of("permessage-deflate")));
                    }
                })
                .build();
        assertEquals("permessage-deflate", agreed(config, "permessage-deflate"));
        assertThrows(DeploymentException.class, () -> agreed(config, "permessage-deflate;client_max_window_bits=10"));
    }
}
