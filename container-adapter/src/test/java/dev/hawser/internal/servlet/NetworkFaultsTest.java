package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.client.ConnectFailedException;
import dev.hawser.internal.servlet.FaultyConnections.Life;
import dev.hawser.internal.servlet.FaultyConnections.Pair;
import dev.hawser.internal.servlet.FaultyConnections.Served;
import dev.hawser.internal.servlet.FaultyNetwork.Course;
import dev.hawser.internal.servlet.FaultyNetwork.Fault;
import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.Session;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever the network does between our client and our server on each container, plain and over TLS: the dead are
 * found, deadlines hold, each send ends once, each onClose comes once, and neither session, socket nor thread is left.
 */
class NetworkFaultsTest {
    private static final Settings DEFAULTS = Settings.defaults();
    private static final Course LOST = Course.of(Fault.VANISH, 0);
    private static final int MORE_THAN_SOCKETS_TAKE = 8 << 20;
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

    @ParameterizedTest
    @MethodSource("dev.hawser.internal.servlet.FaultyConnections$Served#all")
    void aServersKeepAliveFindsThatThePeerHasVanished(Served served) throws Exception {
        FaultyNetwork network = connections.networkTo(served);
        Pair pair = connections.pair();
        connections.connect(pair, network, served, "/alive", withoutKeepAlive());
        network.link().vanish();
        assertEquals("end 1006 KEEP_ALIVE_LOST", pair.server().end());
        connections.assertNothingIsLeft(network);
    }

    @ParameterizedTest
    @MethodSource("dev.hawser.internal.servlet.FaultyConnections$Served#all")
    void aClientsKeepAliveFindsThatTheServerHasVanished(Served served) throws Exception {
        FaultyNetwork network = connections.networkTo(served);
        Pair pair = connections.pair();
        Settings alive = Settings.builder()
                .setMillis(Setting.KEEP_ALIVE_INTERVAL, 50)
                .setMillis(Setting.PONG_TIMEOUT, 100)
                .build();
        connections.connect(pair, network, served, "/echo", alive);
        network.link().vanish();
        assertEquals("end 1006 KEEP_ALIVE_LOST", pair.client().end());
        connections.assertNothingIsLeft(network);
    }

    private static Settings withoutKeepAlive() {
        return Settings.builder().set(Setting.CLIENT_KEEP_ALIVE, false).build();
    }

    /** The network goes on taking bytes of neither side for the other, as when a peer does not read. */
    @ParameterizedTest
    @MethodSource("dev.hawser.internal.servlet.FaultyConnections$Served#all")
    void eachSendOfAServerEndsOnceWhenItsTimeoutIsOver(Served served) throws Exception {
        FaultyNetwork network = connections.networkTo(served);
        Pair pair = connections.pair();
        connections.connect(pair, network, served, "/sending", withoutKeepAlive());
        network.link().toClient.hold();
        Sends sends = new Sends(pair.server().session());
        assertEquals("end 1006 SEND_TIMEOUT", pair.server().end());
        sends.assertAllFailedOnce();
        connections.assertNothingIsLeft(network);
    }

    @ParameterizedTest
    @MethodSource("dev.hawser.internal.servlet.FaultyConnections$Served#all")
    void eachSendOfAClientEndsOnceWhenItsTimeoutIsOver(Served served) throws Exception {
        FaultyNetwork network = connections.networkTo(served);
        Pair pair = connections.pair();
        Settings impatient = Settings.builder()
                .set(Setting.CLIENT_KEEP_ALIVE, false)
                .set(Setting.OUTBOUND_BYTES, 64 << 20)
                .setMillis(Setting.SEND_TIMEOUT, 500)
                .build();
        connections.connect(pair, network, served, "/echo", impatient);
        network.link().toServer.hold();
        Sends sends = new Sends(pair.client().session());
        assertEquals("end 1006 SEND_TIMEOUT", pair.client().end());
        sends.assertAllFailedOnce();
        connections.assertNothingIsLeft(network);
    }

    @ParameterizedTest
    @MethodSource("dev.hawser.internal.servlet.FaultyConnections$Served#all")
    void eachSendEndsOnceWhenAResetComesInTheMiddleOfIt(Served served) throws Exception {
        for (boolean byServer : new boolean[] {true, false}) {
            FaultyNetwork network = connections.networkTo(served);
            Pair pair = connections.pair();
            Settings roomy = Settings.builder()
                    .set(Setting.CLIENT_KEEP_ALIVE, false)
                    .set(Setting.OUTBOUND_BYTES, 64 << 20)
                    .build();
            connections.connect(pair, network, served, "/echo", roomy);
            FaultyNetwork.Link link = network.link();
            FaultyNetwork.Direction direction = byServer ? link.toClient : link.toServer;
            direction.hold();
            Life sender = byServer ? pair.server() : pair.client();
            Sends sends = new Sends(sender.session());
            link.reset();
            assertEquals("end 1006", sender.end().substring(0, 8));
            sends.assertAllFailedOnce();
            connections.assertNothingIsLeft(network);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.hawser.internal.servlet.FaultyConnections$Served#all")
    void theCloseTimeoutEndsASessionWhoseCloseFrameIsLost(Served served) throws Exception {
        FaultyNetwork network = connections.networkTo(served);
        Pair pair = connections.pair();
        Settings quick =
                Settings.builder().setMillis(Setting.CLOSE_TIMEOUT, 200).build();
        connections.connect(pair, network, served, "/closing", quick);
        network.link().vanish();
        pair.server().session().close();
        pair.client().session().close();
        assertEquals("end 1006 CLOSED_BY_APPLICATION", pair.server().end());
        assertEquals("end 1006 CLOSED_BY_APPLICATION", pair.client().end());
        connections.assertNothingIsLeft(network);
    }

    /** In TCP alone, in the middle of the TLS handshake or of the response, and where only its last octets are lost. */
    @ParameterizedTest
    @MethodSource("dev.hawser.internal.servlet.FaultyConnections$Served#all")
    void theConnectTimeoutEndsAConnectThatGetsNoAnswer(Served served) throws Exception {
        Settings quick =
                Settings.builder().setMillis(Setting.CONNECT_TIMEOUT, 200).build();
        for (int at : new int[] {0, 60, 120}) {
            FaultyNetwork network = connections.networkTo(served).with(Course.FAITHFUL, Course.of(Fault.VANISH, at));
            Pair pair = connections.pair();
            assertThrows(
                    ConnectFailedException.class, () -> connections.connect(pair, network, served, "/echo", quick));
            connections.assertNothingIsLeft(network);
        }
        FaultyNetwork network = connections.networkTo(served).with(LOST, Course.FAITHFUL);
        Pair pair = connections.pair();
        assertThrows(ConnectFailedException.class, () -> connections.connect(pair, network, served, "/echo", quick));
        connections.assertNothingIsLeft(network);
    }

    @ParameterizedTest
    @MethodSource("dev.hawser.internal.servlet.FaultyConnections$Served#all")
    void anEndOfTheStreamOfOneDirectionEndsBothSidesAsVanished(Served served) throws Exception {
        for (boolean towardsServer : new boolean[] {true, false}) {
            FaultyNetwork network = connections.networkTo(served);
            Pair pair = connections.pair();
            connections.connect(pair, network, served, "/echo", DEFAULTS);
            FaultyNetwork.Link link = network.link();
            pair.client().session().getBasicRemote().sendText("before");
            assertEquals(
                    List.of("open", "text before"),
                    List.of(pair.client().next(), pair.client().next()));
            (towardsServer ? link.toServer : link.toClient).end();
            Life told = towardsServer ? pair.server() : pair.client();
            assertEquals("end 1006 PEER_VANISHED", told.end());
            assertEquals(
                    "end 1006",
                    (towardsServer ? pair.client() : pair.server()).end().substring(0, 8));
            connections.assertNothingIsLeft(network);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.hawser.internal.servlet.FaultyConnections$Served#all")
    void segmentsOfOneOctetAndASlowNetworkChangeNothing(Served served) throws Exception {
        List<Course> courses = List.of(
                Course.FAITHFUL.inSegmentsOf(1),
                Course.FAITHFUL.inSegmentsOf(100).pausing(1_000));
        for (Course course : courses) {
            FaultyNetwork network = connections.networkTo(served).with(course, course);
            Pair pair = connections.pair();
            connections.connect(pair, network, served, "/echo", DEFAULTS);
            Session session = pair.client().session();
            List<String> expected = new ArrayList<>(List.of("open"));
            for (int length : new int[] {0, 1, 125, 126, 400}) {
                session.getBasicRemote().sendText("x".repeat(length));
                expected.add("text " + "x".repeat(length));
            }
            List<String> told = new ArrayList<>();
            while (told.size() < expected.size()) {
                told.add(pair.client().next());
            }
            assertEquals(expected, told);
            session.close();
            assertEquals("end 1000 CLOSED_BY_APPLICATION", pair.client().end());
            assertEquals("end 1000 CLOSED_BY_PEER", pair.server().end());
            connections.assertNothingIsLeft(network);
        }
    }

    /** One send of each kind, the first of which is more than the network takes. */
    private static final class Sends {
        private final BlockingQueue<String> ended = new LinkedBlockingQueue<>();
        private final Future<Void> future;
        private final Thread blocking;

        Sends(Session session) {
            RemoteEndpoint.Async remote = session.getAsyncRemote();
            ByteBuffer large = ByteBuffer.allocate(MORE_THAN_SOCKETS_TAKE); // before the first time-out begins
            remote.sendBinary(large, result -> ended.add("handler: " + result.isOK()));
            future = remote.sendBinary(ByteBuffer.allocate(1_000));
            blocking = new Thread(() -> block(session), "blocking sender");
            blocking.start();
        }

        private void block(Session session) {
            try {
                session.getBasicRemote().sendBinary(ByteBuffer.allocate(1_000));
                ended.add("blocking: true");
            } catch (IOException | IllegalStateException e) {
                ended.add("blocking: false");
            }
        }

        void assertAllFailedOnce() throws Exception {
            assertThrows(ExecutionException.class, () -> future.get(30, TimeUnit.SECONDS));
            List<String> both = new ArrayList<>();
            both.add(String.valueOf(ended.poll(30, TimeUnit.SECONDS)));
            both.add(String.valueOf(ended.poll(30, TimeUnit.SECONDS)));
            both.sort(null);
            assertEquals(List.of("blocking: false", "handler: false"), both);
            blocking.join(30_000);
            assertNull(ended.poll());
        }
    }
}
