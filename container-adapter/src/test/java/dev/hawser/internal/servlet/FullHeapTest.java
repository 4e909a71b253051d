package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.hawser.internal.servlet.RawClient.Frame;
import dev.hawser.internal.servlet.TestServer.Container;
import dev.hawser.servlet.HawserInitializer;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An application fills the heap, again and again, while sessions send, echo, end and begin. Afterwards each of them
 * echoes or has ended, once, for both sides, and others come. What throws OutOfMemoryError is found by the heap, not by
 * us, which the FaultsIn tests do.
 *
 * <p>What a container's own threads lose is not asked of us: where the JVM tells that such an error ended what they
 * run, and came from no code of ours, the round is told, and the next one has another server.
 */
class FullHeapTest {
    private static final int SESSIONS = 60;
    /** How many of them have callbacks that block, so that the monitor has something to do while the heap is full. */
    private static final int BLOCKING = 20;

    private static final String LARGE = "x".repeat(60_000);
    /** How long the heap stays full before and after sessions end. */
    private static final long HOLD_NANOS = TimeUnit.MILLISECONDS.toNanos(400);

    private final List<RawClient> clients = new ArrayList<>();
    private int tokens;
    private int opened;

    /**
     * A heap that is filled.
     *
     * @param least the smallest piece in bytes that is taken
     * @param spare how much is left, so that what is small still finds room, or 0 if all that is given back is taken,
     *     too
     */
    private record Filling(int least, int spare) {}

    /** Which the threads of a container survive, with luck. */
    private static final Filling MILD = new Filling(2048, 32_000);

    private static final List<Filling> FILLINGS = List.of(MILD, new Filling(1024, 0), new Filling(64, 0));
    /** How often the mild one is tried until a container survives it. */
    private static final int TRIES = 3;

    @AfterEach
    void closeAll() throws IOException {
        for (RawClient client : clients) {
            client.close();
        }
        clients.clear();
    }

    @ParameterizedTest
    @MethodSource("dev.hawser.internal.servlet.TestServer$Container#underTest")
    @Timeout(value = 5, unit = TimeUnit.MINUTES) // several servers, if their own threads do not survive
    void afterAFullHeapEachSessionEchoesOrHasEndedOnce(Container container) throws Exception {
        Deque<Filling> fillings = new ArrayDeque<>(FILLINGS);
        int failures = 0;
        while (!fillings.isEmpty()) {
            try (FullHeapProcess server = new FullHeapProcess(container.name(), HawserInitializer.class.getName())) {
                Filling lost = firstLost(server, fillings);
                if (lost != null) {
                    System.err.println("FullHeapTest: a thread of " + container + " has not survived " + lost + ": "
                            + server.errors().ofContainer().get(0));
                }
                if (MILD.equals(lost)) {
                    assertTrue(++failures < TRIES, () -> container + " does not survive " + MILD);
                    fillings.addFirst(MILD);
                }
            } finally {
                closeAll();
            }
        }
    }

    /** Takes what is tried, and returns the one that the container did not survive, or null. */
    private @Nullable Filling firstLost(FullHeapProcess server, Deque<Filling> fillings) throws IOException {
        int descriptors = warmUp(server);
        while (!fillings.isEmpty()) {
            Filling filling = fillings.remove();
            if (!isSurvived(server, filling)) {
                return filling;
            }
        }
        assertAllIsGivenBack(server, descriptors);
        return null;
    }

    /** Returns how many descriptors the server needs without sessions. */
    private int warmUp(FullHeapProcess server) throws IOException {
        server.letGo();
        openAll(server);
        for (RawClient client : clients) {
            assertTrue(echoes(client));
        }
        endSome();
        closeAll();
        return server.reportOnce(report -> report.get("open") == 0).get("descriptors");
    }

    private void assertAllIsGivenBack(FullHeapProcess server, int descriptors) throws IOException {
        closeAll();
        int failedCloses = server.errors().failedCloses();
        Map<String, Integer> end = server.reportOnce(report -> report.get("open") == 0
                && report.get("descriptors") <= descriptors + report.get("halfClosed") + failedCloses);
        assertEquals(0, end.get("open"), () -> "all peers have gone: " + end);
        assertTrue(
                end.get("descriptors") <= descriptors + end.get("halfClosed") + failedCloses,
                () -> descriptors + " descriptors at first, then " + end);
    }

    /** Returns false if the container serves nobody any more. */
    private boolean isSurvived(FullHeapProcess server, Filling filling) throws IOException {
        server.block();
        openAll(server);
        for (RawClient client : clients.subList(0, BLOCKING)) {
            client.sendText("blocks before the heap is full");
        }
        server.fill(filling.least(), filling.spare());
        sendAll(LARGE);
        hold();
        endSome();
        sendAll("while the heap is full");
        hold();
        server.free();
        server.letGo();
        boolean serves = !hasLostThreads(server) && eachEchoesOrHasEnded(server);
        assertEquals(List.of(), server.errors().ofOurs(), "went out of our code into the container's");
        if (serves) {
            assertBlockingHoldsNobodyUp(server);
        } else {
            assertFalse(
                    server.errors().ofContainer().isEmpty(),
                    () -> "who has ended the container's thread?" + logged(server));
        }
        return serves;
    }

    private static boolean hasLostThreads(FullHeapProcess server) throws IOException {
        Map<String, Integer> report = server.report();
        assertEquals(0, report.get("wrong"), () -> "opened or closed more than once: " + report);
        assertEquals(0, report.get("toldTwice"), report::toString);
        assertEquals(0, report.get("died"), () -> "a thread of ours has ended: " + logged(server));
        Map<String, Integer> later = server.reportOnce(next -> next.get("timers") == 1);
        assertEquals(1, later.get("timers"), () -> "the timer's thread is not replaced: " + logged(server));
        return report.get("lostThreads") > 0;
    }

    /** The first ones block. */
    private void openAll(FullHeapProcess server) throws IOException {
        while (clients.size() < SESSIONS) {
            String path = clients.size() < BLOCKING ? "/blocks?" : clients.size() % 2 == 0 ? "/echo?" : "/async?";
            clients.add(new RawClient(server.port(), path + opened++).upgraded());
        }
    }

    private void sendAll(String text) {
        for (RawClient client : clients) {
            try {
                client.sendText(text);
            } catch (IOException e) {
                // cut already; it is asked later
            }
        }
    }

    /** In all ways: by a close frame, by a reset and by the endpoint. */
    private void endSome() throws IOException {
        for (int i = 0; i < 10; i++) {
            try {
                clients.get(BLOCKING + i).sendHex("88 80 00 00 00 00");
                clients.get(BLOCKING + 10 + i).sendText("close");
            } catch (IOException e) {
                // likewise
            }
        }
        for (int i = 0; i < 5; i++) {
            clients.remove(clients.size() - 1).reset();
        }
    }

    /** A heap that is full is seen by nobody from outside: time is all that there is to go by. */
    private static void hold() {
        long end = System.nanoTime() + HOLD_NANOS;
        for (long left = HOLD_NANOS; left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    /** Returns false if a thread of the container that has met the error ends only now. */
    private boolean eachEchoesOrHasEnded(FullHeapProcess server) throws IOException {
        List<RawClient> silent = keepThoseThatEcho(server);
        if (!silent.isEmpty() && hasLostThreads(server)) {
            return false;
        }
        int alive = clients.size();
        int failedCloses = server.errors().failedCloses();
        Map<String, Integer> report = server.reportOnce(now -> now.get("open") == alive
                && now.get("listed") == alive
                && now.get("untold") == 0
                && now.get("halfClosed") + failedCloses >= silent.size());
        assertEquals(alive, report.get("open"), () -> alive + " echo: " + logged(server));
        assertEquals(alive, report.get("listed"), () -> alive + " echo: " + report);
        assertEquals(0, report.get("untold"), report::toString);
        int halfClosed = report.get("halfClosed") + server.errors().failedCloses();
        assertTrue(silent.size() <= halfClosed, () -> "neither echo nor end: " + logged(server));
        for (RawClient client : silent) {
            client.close();
        }
        return true;
    }

    /** Returns those that have not ended either; only the first one if nobody is served. */
    private List<RawClient> keepThoseThatEcho(FullHeapProcess server) throws IOException {
        List<RawClient> silent = new ArrayList<>();
        List<RawClient> alive = new ArrayList<>();
        for (RawClient client : clients) {
            client.socket().setSoTimeout(silent.isEmpty() ? 10_000 : 500);
            try {
                if (echoes(client)) {
                    alive.add(client);
                } else {
                    client.close();
                }
            } catch (SocketTimeoutException e) {
                silent.add(client);
                if (hasLostThreads(server)) {
                    return silent;
                }
            }
        }
        for (RawClient client : alive) {
            client.socket().setSoTimeout(10_000);
        }
        clients.clear();
        clients.addAll(alive);
        return silent;
    }

    private static String logged(FullHeapProcess server) {
        try {
            return server.report() + System.lineSeparator() + server.log() + server.errors();
        } catch (IOException e) {
            return "no log: " + e;
        }
    }

    /** The monitor of the callback threads lives: each of these blocks a worker, and nobody knew that it would. */
    private void assertBlockingHoldsNobodyUp(FullHeapProcess server) throws IOException {
        server.block();
        List<RawClient> blocking = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            RawClient fresh = new RawClient(server.port(), "/blocks").upgraded();
            fresh.sendText("blocks");
            blocking.add(fresh);
        }
        RawClient bystander = new RawClient(server.port(), "/echo").upgraded();
        try {
            assertTrue(echoes(bystander));
        } catch (SocketTimeoutException e) {
            fail("held up by callbacks that block: " + logged(server), e);
        }
        bystander.close();
        server.letGo();
        for (RawClient client : blocking) {
            assertEquals("blocks", client.readFrame().text());
            client.close();
        }
    }

    /** Returns false if the session has ended, and the connection with it. */
    private boolean echoes(RawClient client) throws IOException {
        String token = "token " + tokens++;
        try {
            client.sendText(token);
            while (true) {
                Frame frame = client.readFrame();
                if (frame.first() == 0x88) {
                    client.sendHex("88 80 00 00 00 00"); // else the server waits for it
                    client.readToEnd();
                    return false;
                }
                if (frame.text().equals(token)) {
                    return true;
                }
            }
        } catch (EOFException | SocketException e) {
            return false;
        }
    }
}
