package dev.hawser.micrometer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.client.HandshakeFailedException;
import jakarta.websocket.Session;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Four incidents are played, and docs/operations.md shows what an operator sees of each. */
class IncidentsTest {
    /** One message of those that wait. */
    private static final String MUCH = "x".repeat(60_000);

    @TempDir
    Path folder;

    /** Stands for a database that does not answer. */
    static final class Database {
        private Database() {}

        static void query(CountDownLatch answers) {
            try {
                answers.await(60, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Test
    void aSlowCallback() throws Exception {
        CountDownLatch answers = new CountDownLatch(1);
        try (Incident incident = Incident.begin(folder)) {
            RoomServer.Guest guest = new RoomServer.Guest();
            Session session = incident.server().join(guest, "/room/a");
            RoomServer.Room.inCallback = () -> Database.query(answers);
            session.getBasicRemote().sendText("which is slow");
            RoomServer.await("it has blocked for two seconds", () -> incident.count("hawser.callbacks.blocked") >= 2);
            answers.countDown();
            assertEquals("which is slow", guest.next());
            RoomServer.await(
                    "it has returned",
                    () -> incident.count("hawser.callbacks", "role", "server", "callback", "message") == 2);
            String stack = incident.events("dev.hawser.BlockedCallback").get(0).getString("stack");
            assertTrue(stack.contains("Database.query"), stack);
            assertTrue(incident.log().stream().noneMatch(line -> line.contains("/room/")), "the log says nothing");
            incident.isAsThePageShowsIt("A slow callback");
        } finally {
            answers.countDown();
        }
    }

    @Test
    void aSlowReader() throws Exception {
        try (Incident incident = Incident.begin(
                        folder, "outboundBytes=256KiB", "closeOnOutboundOverflow=true", "closeTimeout=1s");
                SilentPeer silent = SilentPeer.connect(incident.server(), "/room/silent")) {
            RoomServer.await("its session ends", () -> {
                if (silent.session().isOpen()) {
                    silent.session().getAsyncRemote().sendText(MUCH, result -> {});
                }
                return incident.count("hawser.sessions", "cause", "SLOW_READER") == 1;
            });
            assertTrue(incident.count("hawser.sends.failed") > 0);
            assertNotEquals(List.of(), incident.events("dev.hawser.QueueHighWater"));
            incident.isAsThePageShowsIt("A slow reader");
        }
    }

    @Test
    void aHerdThatReconnects() throws Exception {
        int guests = 30;
        ExecutorService herd = Executors.newFixedThreadPool(guests);
        try (Incident incident = Incident.begin(folder, "maxHandshakesPerSecond=10")) {
            List<Future<Session>> joined = new ArrayList<>();
            for (int i = 0; i < guests; i++) {
                joined.add(herd.submit(() -> untilItJoins(incident.server())));
            }
            for (Future<Session> each : joined) {
                assertTrue(each.get(60, TimeUnit.SECONDS).isOpen());
            }
            assertTrue(incident.count("hawser.handshakes.refused", "reason", "rate") > 0);
            assertEquals(guests, incident.count("hawser.handshakes", "role", "server", "status", "101"));
            incident.isAsThePageShowsIt("A herd that reconnects");
        } finally {
            herd.shutdownNow();
        }
    }

    /** Comes back soon and always, as no client should. */
    private static Session untilItJoins(RoomServer server) throws Exception {
        while (true) {
            try {
                return server.container().connectToServer(new RoomServer.Guest(), server.uri("/room/herd"));
            } catch (HandshakeFailedException e) {
                assertEquals(503, e.status());
                assertEquals(1, e.headers().get("Retry-After").size());
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            }
        }
    }

    @Test
    void aFullBudget() throws Exception {
        List<SilentPeer> peers = new ArrayList<>();
        try (Incident incident = Incident.begin(folder, "memoryBudget=1MiB", "outboundBytes=1MiB", "closeTimeout=1s")) {
            RoomServer server = incident.server();
            for (int i = 0; i < 4; i++) {
                peers.add(SilentPeer.connect(server, "/room/silent" + i));
            }
            RoomServer.await("a handshake is refused, and a session closed", () -> {
                if (incident.count("hawser.handshakes.refused", "reason", "memory") == 0) {
                    peers.forEach(IncidentsTest::fill);
                    if (incident.count("hawser.memory.budget.reached") > 0) {
                        tryToJoin(server);
                    }
                }
                return incident.count("hawser.sessions", "cause", "SHORT_OF_MEMORY") > 0
                        && incident.count("hawser.handshakes.refused", "reason", "memory") > 0;
            });
            assertTrue(incident.count("hawser.memory.budget.reached") > 0);
            RoomServer.await("memory is free again", () -> {
                var counts = server.container().getMemoryCounts();
                return counts.heldBytes() < counts.budget();
            });
            incident.server().join(new RoomServer.Guest(), "/room/later").close();
            incident.isAsThePageShowsIt("A full budget");
        } finally {
            for (SilentPeer peer : peers) {
                peer.close();
            }
        }
    }

    /** With bytes of its own: a message that goes to all of them counts once. */
    private static void fill(SilentPeer peer) {
        if (peer.session().isOpen() && peer.session().getBufferedAmount() < 500_000) {
            peer.session().getAsyncRemote().sendBinary(ByteBuffer.allocate(MUCH.length()), result -> {});
        }
    }

    private static void tryToJoin(RoomServer server) {
        try {
            server.container()
                    .connectToServer(new RoomServer.Guest(), server.uri("/room/more"))
                    .close();
        } catch (HandshakeFailedException e) {
            assertEquals(503, e.status());
        } catch (IOException | jakarta.websocket.DeploymentException e) {
            throw new AssertionError(e);
        }
    }
}
