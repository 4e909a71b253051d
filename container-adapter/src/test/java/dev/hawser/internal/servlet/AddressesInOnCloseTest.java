package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.HawserSession;
import dev.hawser.internal.servlet.TestServer.Application;
import dev.hawser.internal.servlet.TestServer.Container;
import jakarta.websocket.ClientEndpoint;
import jakarta.websocket.ContainerProvider;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.net.URI;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who the peer was is known when the connection is gone: logs of onClose need it. */
class AddressesInOnCloseTest {
    private static final BlockingQueue<String> TOLD = new LinkedBlockingQueue<>();

    /** Both sides. */
    @ServerEndpoint("/addresses")
    @ClientEndpoint
    public static class Told {
        @OnOpen
        public void open(Session session) {
            TOLD.add(addresses(session));
        }

        @OnClose
        public void close(Session session) {
            TOLD.add(addresses(session));
        }

        private static String addresses(Session session) {
            HawserSession hawser = (HawserSession) session;
            return hawser.getRemoteAddress() + " " + hawser.getLocalAddress();
        }
    }

    private static List<Container> containers() {
        return Container.underTest().toList();
    }

    @ParameterizedTest
    @MethodSource("containers")
    void areThoseOfTheOpenConnectionOnBothSides(Container kind) throws Exception {
        TOLD.clear();
        try (TestServer server = kind.start(Application.of(Told.class))) {
            URI uri = URI.create("ws://127.0.0.1:" + server.port() + "/addresses");
            Session session = ContainerProvider.getWebSocketContainer().connectToServer(Told.class, uri);
            List<String> open = List.of(next(), next());
            session.close();
            List<String> closed = List.of(next(), next());
            assertEquals(
                    open.stream().sorted().toList(), closed.stream().sorted().toList());
            assertTrue(open.stream().noneMatch(addresses -> addresses.contains("null")), open::toString);
        }
    }

    private static String next() throws InterruptedException {
        String told = TOLD.poll(30, TimeUnit.SECONDS);
        return told == null ? "not called" : told;
    }
}
