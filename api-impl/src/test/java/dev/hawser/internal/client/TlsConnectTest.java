package dev.hawser.internal.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.client.ClientProperties;
import dev.hawser.client.ConnectFailedException;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.Session;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TlsConnectTest {
    private static final TestCertificates LOCALHOST = TestCertificates.forLocalhost();
    private static final TestCertificates ELSEWHERE = TestCertificates.forAnotherName();
    private static final TestCertificates EXPIRED = TestCertificates.expired();

    private final EndpointClientContainer container = new EndpointClientContainer();
    private final RecordingEndpoint endpoint = new RecordingEndpoint();

    @AfterEach
    void nothingIsLeft() throws Exception {
        container.close();
        ClientLeftovers.awaitNone();
    }

    @Test
    void theContextOfTheConfigurationIsUsed() throws Exception {
        try (ScriptedServer server = new ScriptedServer(LOCALHOST.server(), ScriptedServer.Peer::echoWebSocket)) {
            Session session = connect(server.uri("/"), LOCALHOST.client());
            assertTrue(session.isSecure());
            session.getBasicRemote().sendText("abc");
            assertEquals("abc", endpoint.nextMessage());
        }
    }

    @Test
    void anAddressInTheUriIsCheckedAgainstTheCertificate() throws Exception {
        try (ScriptedServer server = new ScriptedServer(LOCALHOST.server(), ScriptedServer.Peer::echoWebSocket)) {
            assertTrue(connect(URI.create("wss://127.0.0.1:" + server.port()), LOCALHOST.client())
                    .isOpen());
        }
    }

    @Test
    void aCertificateForAnotherNameIsRefused() throws Exception {
        refused(ELSEWHERE, ELSEWHERE.client());
    }

    @Test
    void anExpiredCertificateIsRefused() throws Exception {
        refused(EXPIRED, EXPIRED.client());
    }

    @Test
    void aCertificateOfAnAuthorityThatIsNotTrustedIsRefused() throws Exception {
        refused(LOCALHOST, null);
    }

    @Test
    void theNameIsNotCheckedIfTheApplicationSaysSo() throws Exception {
        SSLParameters parameters = new SSLParameters();
        parameters.setEndpointIdentificationAlgorithm("");
        container.getProperties().put(ClientProperties.SSL_PARAMETERS, parameters);
        try (ScriptedServer server = new ScriptedServer(ELSEWHERE.server(), ScriptedServer.Peer::echoWebSocket)) {
            assertTrue(connect(server.uri("/"), ELSEWHERE.client()).isOpen());
        }
    }

    @Test
    void otherParametersLeaveTheCheckOnAndAreNotChanged() throws Exception {
        SSLParameters parameters = new SSLParameters(null, new String[] {"TLSv1.2"});
        container.getProperties().put(ClientProperties.SSL_PARAMETERS, parameters);
        BlockingQueue<String> protocols = new LinkedBlockingQueue<>();
        try (ScriptedServer server = new ScriptedServer(LOCALHOST.server(), peer -> {
            protocols.add(((SSLSocket) peer.socket).getSession().getProtocol());
            peer.echoWebSocket();
        })) {
            connect(server.uri("/"), LOCALHOST.client());
            assertEquals("TLSv1.2", protocols.take());
        }
        refused(ELSEWHERE, ELSEWHERE.client());
        assertNull(parameters.getEndpointIdentificationAlgorithm());
        assertNull(parameters.getServerNames());
    }

    @Test
    void theServersNameIsIndicated() throws Exception {
        BlockingQueue<List<SNIServerName>> names = new LinkedBlockingQueue<>();
        try (ScriptedServer server = new ScriptedServer(LOCALHOST.server(), peer -> {
            names.add(((ExtendedSSLSession) ((SSLSocket) peer.socket).getSession()).getRequestedServerNames());
            peer.echoWebSocket();
        })) {
            connect(server.uri("/"), LOCALHOST.client());
            assertEquals(List.of(new SNIHostName("localhost")), names.take());
            connect(URI.create("wss://127.0.0.1:" + server.port()), LOCALHOST.client());
            assertEquals(List.of(), names.take(), "an address is no name (RFC 6066 section 3)");
        }
    }

    @Test
    void aTrustManagerHasTheContextClassLoaderOfTheConnect() throws Exception {
        BlockingQueue<ClassLoader> seen = new LinkedBlockingQueue<>();
        BlockingQueue<Thread> threads = new LinkedBlockingQueue<>();
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                null,
                new TrustManager[] {
                    new TellingTrustManager(() -> {
                        threads.add(Thread.currentThread());
                        seen.add(Thread.currentThread().getContextClassLoader());
                    })
                },
                null);
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try (ScriptedServer server = new ScriptedServer(LOCALHOST.server(), ScriptedServer.Peer::echoWebSocket);
                URLClassLoader application = new URLClassLoader(new URL[0], before)) {
            Thread.currentThread().setContextClassLoader(application);
            try {
                connect(server.uri("/"), context).close();
            } finally {
                Thread.currentThread().setContextClassLoader(before);
            }
            assertSame(application, seen.take());
            Thread thread = threads.take();
            assertNotSame(Thread.currentThread(), thread);
            SocketTransportTest.await(() -> thread.getContextClassLoader() != application); // nor does it keep it
            assertEquals(1000, endpoint.nextCloseCode());
            SocketTransportTest.await(() -> ClientCore.of(application) == null);
        }
    }

    /** RFC 8446 4.6.3: each asks for new keys of the client, too. */
    @Test
    void aFloodOfRequestsForNewKeysChangesNothing() throws Exception {
        try (ScriptedServer server = new ScriptedServer(LOCALHOST.server(), peer -> {
            peer.send(ScriptedServer.accept(peer.head()));
            for (int i = 0; i < 300; i++) {
                ((SSLSocket) peer.socket).startHandshake();
            }
            peer.echo();
        })) {
            Session session = connect(server.uri("/"), LOCALHOST.client());
            for (String text : List.of("before or behind them", "behind them")) {
                session.getBasicRemote().sendText(text);
                assertEquals(text, endpoint.nextMessage());
            }
        }
    }

    @Test
    void aServerWithoutTlsIsRefused() throws Exception {
        try (ScriptedServer server = new ScriptedServer(peer -> {
            peer.send("HTTP/1.1 400 Bad Request\r\n\r\n");
            peer.staySilent();
        })) {
            ConnectFailedException failed = assertThrows(
                    ConnectFailedException.class,
                    () -> connect(URI.create("wss://localhost:" + server.port()), LOCALHOST.client()));
            assertEquals(ConnectFailedException.Step.TLS, failed.step());
        }
    }

    @Test
    void aServerThatHangsUpIsAFailure() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.Peer::read)) {
            ConnectFailedException failed = assertThrows(
                    ConnectFailedException.class,
                    () -> connect(URI.create("wss://localhost:" + server.port()), LOCALHOST.client()));
            assertEquals(ConnectFailedException.Step.TLS, failed.step());
        }
    }

    private void refused(TestCertificates certificates, SSLContext client) throws Exception {
        try (ScriptedServer server = new ScriptedServer(certificates.server(), ScriptedServer.Peer::echoWebSocket)) {
            ConnectFailedException failed =
                    assertThrows(ConnectFailedException.class, () -> connect(server.uri("/?secret"), client));
            assertEquals(ConnectFailedException.Step.TLS, failed.step());
            assertInstanceOf(SSLException.class, failed.getCause());
            String begin = "Connecting to localhost:" + server.port() + " failed in the TLS handshake: ";
            assertTrue(failed.getMessage().startsWith(begin), failed.getMessage());
            assertTrue(server.heads.isEmpty(), "nothing is sent to somebody else");
        }
    }

    private Session connect(URI uri, SSLContext context) throws Exception {
        return container.connectToServer(
                endpoint,
                ClientEndpointConfig.Builder.create().sslContext(context).build(),
                uri);
    }
}
