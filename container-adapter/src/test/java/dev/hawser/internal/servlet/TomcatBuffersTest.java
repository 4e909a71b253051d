package dev.hawser.internal.servlet;

import static dev.hawser.internal.servlet.EchoPeers.await;
import static dev.hawser.internal.servlet.EchoPeers.open;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hawser.internal.jetty.TestCertificate;
import dev.hawser.internal.servlet.TestServer.Application;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.coyote.AbstractProtocol;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tomcat gives the buffers of a connection that has ended to the next one, which must find nothing of it there. */
class TomcatBuffersTest {
    private static final BlockingQueue<Session> OPENED = new LinkedBlockingQueue<>();
    private static final BlockingQueue<Session> CLOSED = new LinkedBlockingQueue<>();

    @ServerEndpoint("/echo")
    public static class Echo {
        @OnOpen
        public void opened(Session session) {
            OPENED.add(session);
        }

        @OnMessage
        public String echo(String text) {
            return text;
        }

        @OnClose
        public void closed(Session session) {
            CLOSED.add(session);
        }
    }

    @BeforeEach
    void forget() {
        OPENED.clear();
        CLOSED.clear();
    }

    /** Bytes of the first connection have come, and a thread decrypts them still when its session has ended. */
    @Test
    void theNextConnectionDoesNotGetBuffersThatAReadStillFills() throws Exception {
        try (TomcatTestServer server =
                new TomcatTestServer(Application.of(Echo.class), "org.apache.coyote.http11.Http11Nio2Protocol")) {
            server.replaceTls(HeldTls.class);
            AbstractProtocol<?> protocol = (AbstractProtocol<?>) server.tls().getProtocolHandler();
            await(() -> protocol.getConnectionCount() == 1); // the acceptor counts the one that it waits for
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.tlsPort());
            RawClient first = new RawClient(
                    new TestCertificate().trusting().createSocket(socket, "localhost", server.tlsPort(), true));
            first.send(RawClient.handshake("/echo"));
            first.readHead();
            first.upgraded();
            first.assertEchoes("before");
            try (HeldTls.Hold hold = HeldTls.holdNext()) {
                await(() -> {
                    send(first);
                    return hold.hasArrived();
                });
                socket.setSoLinger(true, 0);
                socket.close(); // a reset; TLS alone would wait for an answer
                Session session = OPENED.take();
                await(() -> {
                    sendToNobody(session);
                    return !CLOSED.isEmpty();
                });
                try (RawClient second = open(server, true)) {
                    second.assertEchoes("meanwhile");
                    assertEquals(3, protocol.getConnectionCount(), "while the first one's bytes are decrypted");
                    hold.close();
                    await(() -> protocol.getConnectionCount() == 2);
                    try (RawClient third = open(server, true)) {
                        third.assertEchoes("with the buffers of the first one");
                    }
                    second.assertEchoes("behind it");
                }
            }
        }
    }

    private static void send(RawClient client) {
        try {
            client.sendText("held");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The network tells of the reset when something is sent. */
    private static void sendToNobody(Session session) {
        try {
            session.getAsyncRemote().sendText("nobody is there");
        } catch (IllegalStateException e) {
            // the session has ended
        }
    }
}
