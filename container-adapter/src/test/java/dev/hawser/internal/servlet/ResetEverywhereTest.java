package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.Settings;
import dev.hawser.internal.servlet.FaultyConnections.Pair;
import dev.hawser.internal.servlet.FaultyConnections.Served;
import dev.hawser.internal.servlet.FaultyNetwork.Course;
import dev.hawser.internal.servlet.FaultyNetwork.Fault;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Session;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A short exchange - the handshakes, a message and its echo, both close frames - with a TCP reset, or the end of one
 * direction, after each of its octets: whatever has begun ends once on both sides, and nothing is left. By default at
 * every 7th octet of a plain connection, and every 61st of one over TLS, whose handshake is long; docs/hostile.md says
 * how to try all.
 */
class ResetEverywhereTest {
    private static final int STEP = Integer.getInteger("hawser.test.faults.step", 0);
    private static FaultyConnections connections;

    @BeforeAll
    static void begin() throws Exception {
        connections = new FaultyConnections();
    }

    @AfterAll
    static void neitherSocketNorThreadIsLeft() throws Exception {
        connections.close();
    }

    @ParameterizedTest
    @MethodSource("dev.hawser.internal.servlet.FaultyConnections$Served#all")
    void aResetAfterAnyOctetEndsBothSidesOnce(Served served) throws Exception {
        strikeEverywhere(served, Fault.RESET);
    }

    @ParameterizedTest
    @MethodSource("dev.hawser.internal.servlet.FaultyConnections$Served#all")
    void anEndOfTheStreamAfterAnyOctetEndsBothSidesOnce(Served served) throws Exception {
        strikeEverywhere(served, Fault.END);
    }

    private static void strikeEverywhere(Served served, Fault fault) throws Exception {
        int step = STEP > 0 ? STEP : served.secure() ? 61 : 7;
        FaultyNetwork network = connections.networkTo(served).with(Course.FAITHFUL, Course.FAITHFUL);
        assertEquals("end 1000 CLOSED_BY_APPLICATION", exchange(network, served));
        FaultyNetwork.Link faithful = network.link();
        FaultyConnections.await(() -> network.living() == 0);
        int ended = 0;
        for (long at = 0; at < faithful.toServer.passed(); at += step) {
            network.with(Course.of(fault, at), Course.FAITHFUL);
            ended += exchange(network, served).startsWith("end 1006") ? 1 : 0;
        }
        for (long at = 0; at < faithful.toClient.passed(); at += step) {
            network.with(Course.FAITHFUL, Course.of(fault, at));
            ended += exchange(network, served).startsWith("end 1006") ? 1 : 0;
        }
        assertTrue(ended > 0, "no session was cut");
        connections.assertNothingIsLeft(network);
    }

    /** The end of the client's session, or "" if it got none. Each of its sends ends. */
    private static String exchange(FaultyNetwork network, Served served) throws Exception {
        Pair pair = connections.pair();
        try {
            connections.connect(pair, network, served, "/echo", Settings.defaults());
        } catch (DeploymentException | IOException e) {
            return "";
        }
        Session session = pair.client().session();
        try {
            Future<Void> sent = session.getAsyncRemote().sendText("hello");
            sent.get(30, TimeUnit.SECONDS);
        } catch (ExecutionException | IllegalStateException e) {
            return pair.client().end();
        }
        assertEquals("open", pair.client().next());
        String next = pair.client().next();
        if (next.startsWith("end")) {
            return next;
        }
        assertEquals("text hello", next);
        try {
            session.close();
        } catch (IOException e) {
            return pair.client().end();
        }
        return pair.client().end();
    }
}
