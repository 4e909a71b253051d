package dev.hawser.redis;

import static dev.hawser.brokers.Client.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.brokers.BrokerServer;
import dev.hawser.brokers.Node;
import dev.hawser.brokers.RedisServer;
import dev.hawser.brokers.TwoNodes;
import dev.hawser.topic.Presence;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is in a topic of two processes, over a real Redis: one is killed, or stopped and continued. */
class RedisPresenceTest {
    private static final String ROOM = "who/1";

    /** So long after it was there again a node forgets no other: 15 beats, and some seconds for a loaded machine. */
    private static final int CAREFUL_SECONDS = 20;

    private BrokerServer redis;

    private Node here;
    private NodeProcess there;
    private final List<AutoCloseable> open = new ArrayList<>();

    /** A client with envelopes, who is a member of the room, and keeps what it is told of others. */
    private static final class Told implements WebSocket.Listener {
        private final StringBuilder part = new StringBuilder();
        final List<String> all = new CopyOnWriteArrayList<>();
        final WebSocket socket;

        Told(URI room, String name) {
            socket = HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .subprotocols("hawser.topics.v1")
                    .buildAsync(URI.create(room + "?member=" + name), this)
                    .join();
        }

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            part.append(data);
            if (last) {
                all.add(part.toString().replaceAll("(?s).*\"kind\":\"(\\w+)\".*\n(.*)", "$1 $2"));
                part.setLength(0);
            }
            from.request(1);
            return null;
        }

        /** What it was told, such as {@code joined Grace}. */
        List<String> changes() {
            return all.stream().filter(each -> !each.startsWith("present")).toList();
        }
    }

    @BeforeEach
    void start() throws Exception {
        redis = new BrokerServer(new RedisServer());
        open.add(redis);
        String uri = redis.uri();
        here = new Node(topics -> topics.connect(new RedisBackplane(uri)));
        open.add(here);
        there = new NodeProcess(redis.uri());
        open.add(there);
        await("it is connected", () -> here.topics.backplane().connected());
    }

    @AfterEach
    void end() {
        TwoNodes.closeAll(open);
    }

    /** Joins, and waits until it was told who is there: who comes later is then told as a change. */
    private Told join(URI room, String name) {
        Told told = new Told(room, name);
        open.add(told.socket::abort);
        await(name + " is told the state", () -> !told.all.isEmpty());
        return told;
    }

    private Presence present() {
        return here.topics.present(ROOM).toCompletableFuture().join();
    }

    private void awaitPresent(String... names) {
        await(Set.of(names) + " are there", () -> present().equals(new Presence(names.length, Set.of(names))));
    }

    private static void passSeconds(int seconds) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        await("time passes", () -> System.nanoTime() - until > 0);
    }

    @Test
    void theMembersOfAKilledProcessLeaveWithinTenSecondsAndOnce() {
        Told ada = join(here.uri(ROOM), "Ada");
        join(there.uri(ROOM), "Grace");
        await("Grace has come", () -> ada.changes().equals(List.of("joined Grace")));
        awaitPresent("Ada", "Grace");
        long killed = System.nanoTime();
        there.kill();
        await("Grace has left", () -> ada.changes().equals(List.of("joined Grace", "left Grace")));
        long millis = (System.nanoTime() - killed) / 1_000_000;
        System.out.println("a node was killed; its members left after " + millis + " ms");
        assertTrue(millis < 10_000, millis + " ms");
        awaitPresent("Ada");
    }

    @Test
    void aProcessThatStoodStillForLongerThanItsLeasePutsItsMembersBack() throws Exception {
        Told ada = join(here.uri(ROOM), "Ada");
        Told grace = join(there.uri(ROOM), "Grace");
        await("both know", () -> ada.changes().contains("joined Grace"));
        there.signal("STOP");
        await("Grace has left", () -> ada.changes().contains("left Grace"));
        join(here.uri(ROOM), "Tim");
        there.signal("CONT");
        await(
                "Grace is back",
                () -> ada.changes().equals(List.of("joined Grace", "left Grace", "joined Tim", "joined Grace")));
        await("Tim is told there", () -> grace.changes().contains("joined Tim"));
        assertFalse(grace.changes().contains("left Ada"), () -> grace.all.toString());
        awaitPresent("Ada", "Grace", "Tim");
    }

    @Test
    void aNodeThatStoodStillKeepsItsConnectionsWhichAreHealthy() throws Exception {
        join(there.uri(ROOM), "Grace");
        awaitPresent("Grace");
        there.signal("STOP");
        passSeconds(12);
        int before = newestConnection();
        there.signal("CONT");
        awaitPresent("Grace");
        passSeconds(3); // it looks each 2 s
        assertEquals(before + 1, newestConnection(), "no other connection was opened meanwhile");
    }

    /** Opens a connection to Redis, and returns its number. */
    private int newestConnection() throws IOException {
        return Integer.parseInt(RedisServer.ask(redis.port(), "CLIENT ID").substring(1));
    }

    @Test
    void aRedisThatStandsStillForLongerThanTheLeaseMakesNobodyLeave() throws Exception {
        Told ada = join(here.uri(ROOM), "Ada");
        Told grace = join(there.uri(ROOM), "Grace");
        await("Ada knows", () -> ada.changes().contains("joined Grace"));
        redis.pause();
        passSeconds(6);
        redis.resume();
        join(there.uri(ROOM), "Tim");
        await("Tim is told", () -> ada.changes().contains("joined Tim"));
        passSeconds(CAREFUL_SECONDS);
        assertEquals(List.of("joined Grace", "joined Tim"), ada.changes());
        assertFalse(grace.changes().contains("left Ada"), () -> grace.all.toString());
    }

    @Test
    void aRedisThatHasLostEverythingIsToldAgain() throws Exception {
        Told ada = join(here.uri(ROOM), "Ada");
        join(there.uri(ROOM), "Grace");
        await("Ada knows", () -> ada.changes().contains("joined Grace"));
        redis.loseAll();
        redis.start();
        await("Redis knows both nodes", () -> {
            try {
                return RedisServer.ask(redis.port(), "HLEN hawser:here:{" + ROOM + "}")
                        .equals(":2");
            } catch (java.io.IOException e) {
                return false;
            }
        });
        assertEquals(List.of("joined Grace"), ada.changes());
        awaitPresent("Ada", "Grace");
    }

    @Test
    void whatRedisKeepsExpiresAndScriptsAreLoadedAgain() throws Exception {
        Told ada = join(here.uri(ROOM), "Ada");
        RedisServer.ask(redis.port(), "SCRIPT FLUSH");
        join(there.uri(ROOM), "Grace");
        await("Ada knows", () -> ada.changes().contains("joined Grace"));
        for (String key : List.of("hawser:here:{" + ROOM + "}", "hawser:nodes")) {
            await(key + " expires", () -> {
                try {
                    return Long.parseLong(
                                    RedisServer.ask(redis.port(), "TTL " + key).substring(1))
                            > 0;
                } catch (java.io.IOException e) {
                    return false;
                }
            });
        }
        ada.socket.sendClose(1000, "");
        await("Ada has left", () -> {
            try {
                return present().members().equals(Set.of("Grace"));
            } catch (CompletionException e) {
                LockSupport.parkNanos(1);
                return false;
            }
        });
    }
}
