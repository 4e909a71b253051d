package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.hawser.internal.servlet.TestServer.Application;
import dev.hawser.internal.servlet.TestServer.Container;
import jakarta.websocket.ClientEndpoint;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.WebSocketContainer;
import jakarta.websocket.server.ServerContainer;
import jakarta.websocket.server.ServerEndpoint;
import java.net.URI;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The client behind a server container is nobody's business: its sessions know the ServerContainer that opened them.
 */
class ClientSessionContainerTest {
    private static final BlockingQueue<WebSocketContainer> CONTAINERS = new LinkedBlockingQueue<>();

    @ServerEndpoint("/echo")
    public static class Echo {
        @OnOpen
        public void open(Session session) {
            CONTAINERS.add(session.getContainer());
        }

        @OnMessage
        public String echo(String text) {
            return text;
        }
    }

    @ClientEndpoint
    public static class Annotated {}

    public static class Programmatic extends Endpoint {
        @Override
        public void onOpen(Session session, EndpointConfig config) {
            assertNotNull(session.getContainer());
        }
    }

    private static List<Container> containers() {
        return Container.underTest().toList();
    }

    @ParameterizedTest
    @MethodSource("containers")
    void aSessionThatAServerContainerOpenedAnswersThatContainer(Container kind) throws Exception {
        CONTAINERS.clear();
        try (TestServer server = kind.start(Application.of(Echo.class))) {
            URI uri = URI.create("ws://127.0.0.1:" + server.port() + "/echo");
            try (RawClient first = server.connect("/echo")) {
                assertEquals(101, first.status());
                WebSocketContainer ofServer = CONTAINERS.poll(30, TimeUnit.SECONDS);
                ServerContainer container = assertInstanceOf(ServerContainer.class, ofServer);
                ClientEndpointConfig config =
                        ClientEndpointConfig.Builder.create().build();
                for (Session opened : List.of(
                        container.connectToServer(Annotated.class, uri),
                        container.connectToServer(new Annotated(), uri),
                        container.connectToServer(Programmatic.class, config, uri),
                        container.connectToServer(new Programmatic(), config, uri))) {
                    assertSame(container, opened.getContainer());
                    opened.close();
                }
            }
        }
    }
}
