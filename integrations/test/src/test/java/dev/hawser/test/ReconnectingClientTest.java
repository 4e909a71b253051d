package dev.hawser.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.HawserSession;
import jakarta.websocket.ClientEndpoint;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.WebSocketContainer;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A client that connects again by itself: each connect is a handshake that the test can accept or refuse. */
class ReconnectingClientTest {
    private static final URI SERVER = URI.create("ws://feed.example/news");

    /** Connects again in its onClose, and says where it had stopped reading. */
    @ClientEndpoint
    public static class Faithful {
        final AtomicInteger failures = new AtomicInteger();
        private volatile String last = "";

        @OnOpen
        public void opened(Session session) {
            session.getAsyncRemote().sendText("after " + last);
        }

        @OnMessage
        public void read(String id) {
            last = id;
        }

        @OnClose
        public void closed(Session session) {
            connect(session.getContainer());
        }

        void connect(WebSocketContainer container) {
            while (true) {
                try {
                    container.connectToServer(this, SERVER);
                    return;
                } catch (IOException | DeploymentException e) {
                    failures.incrementAndGet();
                } catch (IllegalStateException e) {
                    return; // the container is closed
                }
            }
        }
    }

    @Test
    void anEndedConnectionMakesANewHandshake() {
        Faithful client = new Faithful();
        try (ClientTester tester = ClientTester.create()) {
            TestConnect connect = tester.connect(client, SERVER.toString());
            TestPeer first = connect.expectHandshake().accept();
            first.expectText("after ");
            first.sendText("17");
            HawserSession before = first.session();
            assertSame(tester.client(), before.getContainer());
            first.vanish();

            tester.expectHandshake().refuse(503);
            tester.expectHandshake().vanish();
            ReceivedHandshake third = tester.expectHandshake();
            assertEquals("/news", third.path());
            TestPeer second = third.accept();
            second.expectText("after 17");
            assertNotSame(before, second.session());
            assertEquals(2, client.failures.get());
            first.expectSessionEnded();

            second.close(1012);
            second.expectClose(1012);
            tester.expectHandshake().accept().expectText("after 17");
        }
    }

    @Test
    void aServerThatIsDownForAWhile() {
        Faithful client = new Faithful();
        ClientTester real = ClientTester.builder().realThreads().start(); // since its onClose does not rest
        try (ClientTester tester = real) {
            TestPeer first =
                    tester.connect(client, SERVER.toString()).expectHandshake().accept();
            tester.refuseConnections(true);
            first.vanish();
            tester.await("it tries several times", () -> client.failures.get() > 3);
            tester.refuseConnections(false);
            tester.expectHandshake().accept().expectText("after ");
        }
    }

    @Test
    void codeThatConnectsByItselfReachesTheTest() {
        Faithful client = new Faithful();
        try (ClientTester tester = ClientTester.create()) {
            Thread application = new Thread(() -> client.connect(tester.client()), "application");
            application.setDaemon(true);
            application.start();
            TestPeer server = tester.expectHandshake().accept();
            server.expectText("after ");
            assertTrue(server.session().isOpen());
            assertEquals(List.of(), server.extensions());
        }
    }
}
