package dev.hawser.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.Setting;
import dev.hawser.Settings;
import jakarta.websocket.DeploymentException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What other implementations' properties say to an endpoint and to an open session, and what the log says of the
 * others.
 */
class ForeignPropertyTest {
    private static final Logger LOGGER = Logger.getLogger("dev.hawser.deployment");
    private static final String SEND = "org.apache.tomcat.websocket.BLOCKING_SEND_TIMEOUT";
    private static final String CLOSE = "org.apache.tomcat.websocket.SESSION_CLOSE_TIMEOUT";

    private final RecordingEndpoint endpoint = new RecordingEndpoint();
    private final List<String> logged = new CopyOnWriteArrayList<>();
    private final Handler recorder = new Handler() {
        @Override
        public void publish(LogRecord line) {
            logged.add(line.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        LOGGER.addHandler(recorder);
        LOGGER.setUseParentHandlers(false);
    }

    @AfterEach
    void listenNoMore() {
        LOGGER.removeHandler(recorder);
        LOGGER.setUseParentHandlers(true);
    }

    static Stream<ForeignProperty> notUnderstood() {
        return Stream.of(ForeignProperty.values()).filter(property -> !property.isUnderstood());
    }

    @ParameterizedTest
    @MethodSource("notUnderstood")
    void whatSaysNothingIsToldOnceWithWhatToWriteInstead(ForeignProperty property) throws Exception {
        Map<String, Object> declared = Map.of(property.key(), "s3cret");
        for (int i = 0; i < 3; i++) {
            assertEquals(0, set(DeclaredSettings.OF_CLIENT_ENDPOINTS.of(Object.class, declared)));
            assertEquals(0, set(DeclaredSettings.OF_SERVER_ENDPOINTS.of(Object.class, declared)));
            assertEquals(0, set(ForeignProperty.ofContext(name -> name.equals(property.key()) ? "s3cret" : null)));
        }
        assertEquals(1, logged.size(), logged::toString);
        String line = logged.get(0);
        assertTrue(line.contains(property.key()) && line.contains(property.instead()), line);
        assertFalse(line.contains("s3cret"), line);
    }

    private static long set(Settings settings) {
        return Setting.all().stream().filter(settings::isSet).count();
    }

    @ParameterizedTest
    @CsvSource({
        "org.apache.tomcat.websocket.IO_TIMEOUT_MS, 700, connectTimeout, PT0.7S",
        "org.apache.tomcat.websocket.IO_TIMEOUT_MS, 0, connectTimeout, PT480000H",
        "org.apache.tomcat.websocket.MAX_HTTP_RESPONSE_HEADER_BYTES, 16384, maxHandshakeHeader, 16384",
        "org.apache.tomcat.websocket.BLOCKING_SEND_TIMEOUT, 700, sendTimeout, PT0.7S",
        "org.apache.tomcat.websocket.BLOCKING_SEND_TIMEOUT, -1, sendTimeout, PT480000H",
        "org.apache.tomcat.websocket.SESSION_CLOSE_TIMEOUT, 700, closeTimeout, PT0.7S",
        "org.glassfish.tyrus.client.ClientManager.ContainerTimeout, 700, connectTimeout, PT0.7S",
        "io.undertow.websocket.CONNECT_TIMEOUT, 7, connectTimeout, PT7S"
    })
    void aSettingIsReadFromANumberAndFromItsText(String key, long value, String name, String expected)
            throws Exception {
        for (Object given : new Object[] {value, String.valueOf(value), Math.toIntExact(value)}) {
            Settings settings = DeclaredSettings.OF_CLIENT_ENDPOINTS.of(Object.class, Map.of(key, given));
            assertEquals(expected, valueOf(settings, name));
            assertEquals(1, set(settings));
        }
        assertEquals(List.of(), logged);
    }

    @ParameterizedTest
    @CsvSource({
        "org.apache.tomcat.websocket.textBufferSize, maxTextMessageSize",
        "org.apache.tomcat.websocket.binaryBufferSize, maxBinaryMessageSize"
    })
    void theBufferSizesAreContextParameters(String key, String name) throws Exception {
        Settings settings = ForeignProperty.ofContext(parameter -> parameter.equals(key) ? "12345" : null);
        assertEquals("12345", valueOf(settings, name));
        assertEquals(1, set(settings));
        assertEquals(0, set(ForeignProperty.settings(Map.of(key, "12345"))));
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class,
                () -> ForeignProperty.ofContext(parameter -> parameter.equals(key) ? "many" : null));
        assertEquals(
                key + " is not valid: expected a whole number within the limits of its setting, " + name,
                refused.getMessage());
    }

    private static String valueOf(Settings settings, String name) {
        Setting<?> setting = Setting.all().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow();
        return settings.get(setting).toString();
    }

    @Test
    void aValueThatCannotBeReadFailsTheDeploymentAndNamesTheProperty() {
        for (Object wrong : new Object[] {"soon", List.of(), "9999999999999999999999"}) {
            DeploymentException refused = assertThrows(
                    DeploymentException.class,
                    () -> DeclaredSettings.OF_SERVER_ENDPOINTS.of(Object.class, Map.of(SEND, wrong)));
            assertTrue(refused.getMessage().startsWith(SEND + " is not valid: "), refused.getMessage());
        }
    }

    @Test
    void whatHawsersOwnSettingSaysWins() throws Exception {
        Map<String, Object> properties = new java.util.HashMap<>(Map.of(SEND, 700L));
        Settings.builder()
                .set(Setting.SEND_TIMEOUT, Duration.ofSeconds(3))
                .build()
                .applyTo(properties);
        Settings settings = DeclaredSettings.OF_SERVER_ENDPOINTS.of(Object.class, properties);
        assertEquals(Duration.ofSeconds(3), settings.get(Setting.SEND_TIMEOUT));
    }

    @Test
    void theSendTimeoutOfAnOpenSessionHoldsForItsNextSend() {
        try (SessionHarness session = open()) {
            session.transport.holdWrites();
            endpoint.session.getUserProperties().put(SEND, 50L);
            long start = System.nanoTime();
            assertThrows(
                    IOException.class, () -> endpoint.session.getBasicRemote().sendText("nobody reads this"));
            assertTrue(System.nanoTime() - start < Duration.ofSeconds(15).toNanos()); // the default is 20 s
            SessionHarness.await("onClose", endpoint::ended);
        }
    }

    @Test
    void theCloseTimeoutOfAnOpenSessionHoldsForItsEnd() throws Exception {
        try (SessionHarness session = open()) {
            endpoint.session.getUserProperties().put(CLOSE, 50L);
            long start = System.nanoTime();
            endpoint.session.close();
            SessionHarness.await("onClose", endpoint::ended); // the peer does not answer
            assertTrue(System.nanoTime() - start < Duration.ofSeconds(9).toNanos()); // the default is 10 s
        }
    }

    @Test
    void aValueThatAnOpenSessionCannotReadIsToldAndChangesNothing() throws Exception {
        try (SessionHarness session = open()) {
            endpoint.session.getUserProperties().put(SEND, "s3cret");
            endpoint.session.getUserProperties().put(SEND, "s3cret");
            endpoint.session.getBasicRemote().sendText("hello");
            assertEquals(List.of("text:hello"), session.received());
        }
        assertEquals(
                List.of(SEND + " is not valid: expected a whole number within the limits of its setting, sendTimeout;"
                        + " also of one session, while it is open"),
                logged);
    }

    private SessionHarness open() {
        SessionHarness session = new SessionHarness(endpoint);
        SessionHarness.await("onOpen", () -> endpoint.session != null);
        return session;
    }

    @Test
    void thePageHasThisTable() throws IOException {
        List<String> expected = new ArrayList<>();
        for (ForeignProperty property : ForeignProperty.values()) {
            expected.add("| `" + property.key() + "` | " + (property.isUnderstood() ? "yes" : "no") + " | "
                    + property.instead() + " |");
        }
        List<String> rows = Files.readAllLines(Path.of("../docs/migrating.md")).stream()
                .filter(line -> line.startsWith("| `org.apache.")
                        || line.startsWith("| `org.glassfish.")
                        || line.startsWith("| `io.undertow."))
                .toList();
        assertEquals(expected, rows, "docs/migrating.md");
    }
}
