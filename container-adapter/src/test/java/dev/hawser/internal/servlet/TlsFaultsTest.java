package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hawser.Settings;
import dev.hawser.internal.jetty.TestCertificate;
import dev.hawser.internal.servlet.FaultyConnections.Life;
import dev.hawser.internal.servlet.FaultyConnections.Pair;
import dev.hawser.internal.servlet.FaultyConnections.Served;
import dev.hawser.internal.servlet.TestServer.Container;
import jakarta.websocket.Session;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a peer, or somebody between the two, can do to TLS itself, on each container and to our client. */
class TlsFaultsTest {
    private static final int UPDATES = 200;
    private static final int FLOOD = 300;
    /** More than the sockets on the way hold. */
    private static final int BIG = 8 << 20;

    private static FaultyConnections connections;

    @BeforeAll
    static void begin() throws Exception {
        connections = new FaultyConnections();
    }

    @AfterEach
    void forget() throws IOException {
        connections.forget();
    }

    @AfterAll
    static void neitherSocketNorThreadIsLeft() throws Exception {
        connections.close();
    }

    static Stream<Served> secure() {
        return Served.all().filter(Served::secure);
    }

    /**
     * Tomcat's own streams read on one thread while another writes, and a request for new keys between the two ends the
     * connection.
     */
    static Stream<Served> ordered() {
        return secure().filter(served -> !served.portable());
    }

    static Stream<Served> renegotiating() {
        return secure().filter(served -> served.container() != Container.UNDERTOW);
    }

    /** The end of TCP without a close_notify, which anybody on the way can make, completes nothing. */
    @ParameterizedTest
    @MethodSource("secure")
    void aTruncatedMessageIsNeverDelivered(Served served) throws Exception {
        for (boolean towardsServer : new boolean[] {true, false}) {
            FaultyNetwork network = connections.networkTo(served);
            Pair pair = connections.pair();
            connections.connect(pair, network, served, "/echo", Settings.defaults());
            FaultyNetwork.Link link = network.link();
            Life receiver = towardsServer ? pair.server() : pair.client();
            FaultyNetwork.Direction direction = towardsServer ? link.toServer : link.toClient;
            Session sender = (towardsServer ? pair.client() : pair.server()).session();
            long before = direction.passed();
            sender.getBasicRemote().sendText("the first half", false);
            FaultyConnections.await(() -> direction.passed() >= before + 30);
            direction.end();
            assertEquals("end 1006 PEER_VANISHED", receiver.end());
            assertEquals(List.of("open", "error", "end 1006 PEER_VANISHED"), receiver.told());
            connections.assertNothingIsLeft(network);
        }
    }

    /** One bit in the type of a record, in its version, in what is encrypted, and in the middle of that. */
    @ParameterizedTest
    @MethodSource("secure")
    void aChangedBitEndsBothSessionsOnceAndNothingIsDelivered(Served served) throws Exception {
        for (boolean towardsServer : new boolean[] {true, false}) {
            for (int at : new int[] {0, 5, 20}) {
                FaultyNetwork network = connections.networkTo(served);
                Pair pair = connections.pair();
                connections.connect(pair, network, served, "/echo", Settings.defaults());
                FaultyNetwork.Link link = network.link();
                Session client = pair.client().session();
                Session server = pair.server().session();
                Session sender = towardsServer ? client : server;
                (towardsServer ? link.toServer : link.toClient).tamper(at);
                sender.getAsyncRemote().sendText("hello");
                for (Life life : List.of(pair.server(), pair.client())) {
                    assertEquals("end 1006", life.end().substring(0, 8));
                }
                connections.assertNothingIsLeft(network);
            }
        }
    }

    private static RawClient tls13(FaultyNetwork network, Pair pair) throws Exception {
        return raw(network, pair, "/patient", "TLSv1.3");
    }

    private static RawClient raw(FaultyNetwork network, Pair pair, String path, String protocol) throws Exception {
        SSLSocket socket = (SSLSocket)
                new TestCertificate().trusting().createSocket(InetAddress.getLoopbackAddress(), network.port());
        socket.setEnabledProtocols(new String[] {protocol});
        RawClient client = new RawClient(socket);
        client.send(RawClient.handshake(path + "?" + pair.tag()));
        client.readHead();
        return client.upgraded();
    }

    /** RFC 8446 4.6.3: each asks for an update of the other side, too. */
    @ParameterizedTest
    @MethodSource("ordered")
    void newKeysBetweenMessagesChangeNothing(Served served) throws Exception {
        FaultyNetwork network = connections.networkTo(served);
        Pair pair = connections.pair();
        try (RawClient client = tls13(network, pair)) {
            for (int i = 0; i < UPDATES; i++) {
                ((SSLSocket) client.socket()).startHandshake();
                client.assertEchoes("hello " + i);
            }
        }
        connections.assertNothingIsLeft(network);
    }

    /** What is under way when the request for new keys comes is sent to its end. */
    @ParameterizedTest
    @MethodSource("ordered")
    void newKeysWhileTheOtherSideCannotWriteChangeNothing(Served served) throws Exception {
        FaultyNetwork network = connections.networkTo(served);
        Pair pair = connections.pair();
        byte[] big = new byte[BIG];
        new Random(1).nextBytes(big);
        try (RawClient client = tls13(network, pair)) {
            FaultyNetwork.Link link = network.link();
            link.toClient.hold();
            CompletableFuture<Void> sent = new CompletableFuture<>();
            Session session = pair.server().session();
            session.getAsyncRemote().sendBinary(ByteBuffer.wrap(big), result -> sent.complete(null));
            ((SSLSocket) client.socket()).startHandshake();
            long passed = link.toServer.passed();
            client.sendText("hello");
            FaultyConnections.await(() -> link.toServer.passed() > passed);
            link.toClient.release();
            assertArrayEquals(big, client.readFrame().payload());
            sent.get(30, TimeUnit.SECONDS);
            assertEquals("hello", client.readFrame().text());
            client.assertEchoes("after");
        }
        connections.assertNothingIsLeft(network);
    }

    /**
     * A server that cannot answer stops reading, or answers later. Undertow's output stops, up to the sendTimeout.
     * OpenSSL ends a connection whose peer asks for new keys 32 times without sending anything, and Tomcat's NIO2
     * connector one of which 100 records come before the first answer.
     */
    @ParameterizedTest
    @MethodSource("ordered")
    void aFloodOfRequestsForNewKeysIsTakenWhileTheOtherSideCannotWrite(Served served) throws Exception {
        FaultyNetwork network = connections.networkTo(served);
        Pair pair = connections.pair();
        String path = served.container() == Container.UNDERTOW ? "/sending" : "/patient";
        try (RawClient client = raw(network, pair, path, "TLSv1.3")) {
            FaultyNetwork.Link link = network.link();
            link.toClient.hold();
            CompletableFuture<Void> sent = new CompletableFuture<>();
            byte[] big = new byte[BIG];
            pair.server().session().getAsyncRemote().sendBinary(ByteBuffer.wrap(big), result -> sent.complete(null));
            CompletableFuture.runAsync(() -> flood((SSLSocket) client.socket())).get(30, TimeUnit.SECONDS);
            link.toClient.release();
            if (served.container() == Container.UNDERTOW || TomcatTestServer.boundsNewKeys()) {
                assertEquals("end 1006", pair.server().end().substring(0, 8));
            } else {
                assertArrayEquals(big, client.readFrame().payload());
                sent.get(30, TimeUnit.SECONDS);
                client.assertEchoes("after");
            }
        }
        connections.assertNothingIsLeft(network);
    }

    private static void flood(SSLSocket socket) {
        try {
            for (int i = 0; i < FLOOD; i++) {
                socket.startHandshake();
            }
        } catch (IOException e) {
            // the server has ended it, as the test will see
        }
    }

    /**
     * TLS 1.2 allows a new handshake in the middle of a connection, and a server may refuse it. On Undertow the
     * connection stands still sometimes, until keep-alive ends it.
     */
    @ParameterizedTest
    @MethodSource("renegotiating")
    void aRenegotiationEitherWorksOrEndsTheSession(Served served) throws Exception {
        FaultyNetwork network = connections.networkTo(served);
        Pair pair = connections.pair();
        try (RawClient client = raw(network, pair, "/echo", "TLSv1.2")) {
            client.assertEchoes("before");
            boolean refused = false;
            try {
                ((SSLSocket) client.socket()).startHandshake();
                client.assertEchoes("after");
            } catch (IOException e) {
                refused = true;
            }
            if (refused) {
                assertEquals("end 1006", pair.server().end().substring(0, 8));
            }
        }
        connections.assertNothingIsLeft(network);
    }
}
