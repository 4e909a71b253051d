package dev.hawser.internal.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.CloseReason;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.Session;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * When isOpen turns false: within onClose for its own thread, and for others once it has returned, so that who polls
 * isOpen sees what onClose wrote. Who is woken by onClose and asks then may still be told true. {@link #main} prints
 * how often, for docs/adr/010-connection-state.md.
 */
class IsOpenRacesTest {
    private static final int CONNECTS = 300;

    /** How many of so many connects an observer got the worse answer. */
    private static final class Counts {
        /** onClose itself is told that the session is open. */
        int openInside;
        /** A thread that the last statement of onClose has woken is told that the session is open. */
        int openForTheWoken;
        /** Who has seen isOpen turn false does not see what onClose wrote. */
        int missed;
        /** Who has seen that onClose has begun does not: the same, if isOpen turned false before onClose. */
        int missedIfFalseBefore;
    }

    private static final class Ended extends Endpoint {
        final CountDownLatch woken = new CountDownLatch(1);
        volatile boolean openInside;
        volatile boolean begun;
        volatile boolean wrote;

        @Override
        public void onOpen(Session session, EndpointConfig config) {
            // it only ends
        }

        @Override
        public void onClose(Session session, CloseReason reason) {
            begun = true;
            openInside = session.isOpen();
            wrote = true;
            woken.countDown();
        }
    }

    private static Counts measure(int connects) throws Exception {
        Counts counts = new Counts();
        ExecutorService threads = Executors.newCachedThreadPool();
        EndpointClientContainer container = new EndpointClientContainer();
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.Peer::echoWebSocket)) {
            for (int i = 0; i < connects; i++) {
                Ended endpoint = new Ended();
                ClientEndpointConfig config =
                        ClientEndpointConfig.Builder.create().build();
                Session session = container.connectToServer(endpoint, config, server.uri("/"));
                Future<Boolean> open = threads.submit(() -> {
                    endpoint.woken.await();
                    return session.isOpen();
                });
                Future<Boolean> early = threads.submit(() -> {
                    while (!endpoint.begun && !Thread.interrupted()) {
                        Thread.onSpinWait();
                    }
                    return !endpoint.wrote;
                });
                session.close();
                long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
                while (session.isOpen()) {
                    assertTrue(System.nanoTime() < deadline, "onClose does not come");
                    Thread.onSpinWait();
                }
                counts.missed += endpoint.wrote ? 0 : 1;
                counts.openForTheWoken += open.get(30, TimeUnit.SECONDS) ? 1 : 0;
                counts.missedIfFalseBefore += early.get(30, TimeUnit.SECONDS) ? 1 : 0;
                counts.openInside += endpoint.openInside ? 1 : 0;
            }
        } finally {
            container.close();
            threads.shutdownNow();
        }
        return counts;
    }

    @Test
    void isOpenIsFalseWithinOnCloseAndWhoPollsItSeesWhatOnCloseWrote() throws Exception {
        Counts counts = measure(CONNECTS);
        assertEquals(0, counts.openInside);
        assertEquals(0, counts.missed);
    }

    public static void main(String[] arguments) throws Exception {
        int connects = arguments.length == 0 ? 3_000 : Integer.parseInt(arguments[0]);
        Counts counts = measure(connects);
        System.out.println("of " + connects + ": open inside onClose " + counts.openInside + ", open for the woken "
                + counts.openForTheWoken + ", missed " + counts.missed + ", missed if false before onClose "
                + counts.missedIfFalseBefore);
    }
}
