package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.servlet.TestServer.Application;
import dev.hawser.internal.servlet.TestServer.Container;
import jakarta.websocket.HandshakeResponse;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.HandshakeRequest;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a WAR that was written for Tomcat says in Tomcat's words. */
class ForeignPropertiesOnServersTest {
    @ServerEndpoint("/echo")
    public static class Echo {
        @OnMessage
        public String text(String text) {
            return text;
        }

        @OnMessage
        public byte[] binary(byte[] bytes) {
            return bytes;
        }
    }

    /** A handshake is the first place where an annotated endpoint of Tomcat's users can set a property. */
    public static final class Impatient extends ServerEndpointConfig.Configurator {
        @Override
        public void modifyHandshake(ServerEndpointConfig config, HandshakeRequest request, HandshakeResponse response) {
            config.getUserProperties().put("org.apache.tomcat.websocket.SESSION_CLOSE_TIMEOUT", 50L);
        }
    }

    @ServerEndpoint(value = "/closing", configurator = Impatient.class)
    public static class Closing {
        @OnMessage
        public void text(String text, Session session) throws IOException {
            session.close();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.hawser.internal.servlet.TestServer$Container#underTest")
    void theBufferSizesInTheContextAreTheLimits(Container container) throws Exception {
        Map<String, String> sizes = Map.of(
                "org.apache.tomcat.websocket.textBufferSize", "5",
                "org.apache.tomcat.websocket.binaryBufferSize", "7");
        try (TestServer server = container.start(Application.of(Echo.class).with(sizes));
                RawClient text = server.connect("/echo");
                RawClient binary = server.connect("/echo")) {
            text.upgraded().assertEchoesOnly("12345");
            text.sendText("123456");
            assertEquals(1009, text.readCloseCode());
            binary.upgraded().sendFrame(0x82, new byte[7]);
            assertEquals(7, binary.readFrame().payload().length);
            binary.sendFrame(0x82, new byte[8]);
            assertEquals(1009, binary.readCloseCode());
        }
    }

    @ParameterizedTest
    @CsvSource({"context parameter", "system property"})
    void hawsersOwnSettingWins(String where) throws Exception {
        String foreign = "org.apache.tomcat.websocket.textBufferSize";
        String own = "dev.hawser.maxTextMessageSize";
        boolean inContext = where.equals("context parameter");
        if (!inContext) {
            System.setProperty(own, "6");
        }
        try (TestServer server = Container.JETTY.start(Application.of(Echo.class)
                        .with(inContext ? Map.of(foreign, "5", own, "6") : Map.of(foreign, "5")));
                RawClient client = server.connect("/echo")) {
            client.upgraded().assertEchoesOnly("123456");
        } finally {
            System.clearProperty(own);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.hawser.internal.servlet.TestServer$Container#underTest")
    void aPropertyThatTheHandshakeSetsHoldsForItsSession(Container container) throws Exception {
        try (TestServer server = container.start(Application.of(Closing.class));
                RawClient client = server.connect("/closing")) {
            long start = System.nanoTime();
            client.upgraded().sendText("close");
            assertEquals(0x88, client.readFrame().first());
            client.readToEnd(); // without an answer the default is 10 s
            assertTrue(System.nanoTime() - start < Duration.ofSeconds(8).toNanos());
        }
    }
}
