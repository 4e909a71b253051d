package dev.hawser.internal.client;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.Setting;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.CloseReason;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.HandshakeResponse;
import jakarta.websocket.Session;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * A container that is closed while one of its connects is under way, and waits for nothing: all that there was is given
 * back.
 */
class ClosedDuringConnectTest {
    private static final int CONNECTS = 300;

    /** When the thread that closes the container is woken: it gets further than the connect, or not. */
    private enum Moment {
        BEFORE_THE_RESPONSE,
        BEHIND_THE_RESPONSE,
        AFTER_RESPONSE,
        ON_OPEN
    }

    /** One connect, and the close of its container. */
    private static final class Race extends Endpoint {
        final Moment moment;
        final CountDownLatch due = new CountDownLatch(1);
        final BlockingQueue<String> calls = new LinkedBlockingQueue<>();

        Race(Moment moment) {
            this.moment = moment;
        }

        /** Whether all was told that is to be told: nothing, or both. */
        boolean isOver() {
            List<String> told = List.copyOf(calls);
            return told.isEmpty() || told.equals(List.of("open", "close"));
        }

        void at(Moment now) {
            if (now == moment) {
                due.countDown();
            }
        }

        @Override
        public void onOpen(Session session, EndpointConfig config) {
            calls.add("open");
            at(Moment.ON_OPEN);
        }

        @Override
        public void onClose(Session session, CloseReason reason) {
            calls.add("close");
        }

        /** Returns whether the connect succeeded. */
        boolean run(ScriptedServer server) throws Exception {
            EndpointClientContainer container = withoutStopTimeout();
            Thread closing = new Thread(() -> {
                try {
                    due.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                container.close();
            });
            closing.start();
            boolean connected = false;
            try {
                container.connectToServer(this, config(), server.uri("/"));
                connected = true;
            } catch (IOException | IllegalStateException e) {
                // the container was closed before
            }
            closing.join();
            return connected;
        }

        private ClientEndpointConfig config() {
            return ClientEndpointConfig.Builder.create()
                    .configurator(new ClientEndpointConfig.Configurator() {
                        @Override
                        public void afterResponse(HandshakeResponse response) {
                            at(Moment.AFTER_RESPONSE);
                        }
                    })
                    .build();
        }
    }

    private volatile @Nullable Race current;

    private static EndpointClientContainer withoutStopTimeout() {
        String property = Setting.STOP_TIMEOUT.key();
        System.setProperty(property, "0s");
        try {
            return new EndpointClientContainer();
        } finally {
            System.clearProperty(property);
        }
    }

    private void at(Moment now) {
        Race race = current;
        if (race != null) {
            race.at(now);
        }
    }

    @Test
    void leavesNoSocketAndNoLeaseAndCallsOnCloseOnlyAfterOnOpen() throws Exception {
        List<Race> races = new ArrayList<>();
        int connected = 0;
        int opened = 0;
        try (ScriptedServer server = new ScriptedServer(peer -> {
            String head = peer.head();
            at(Moment.BEFORE_THE_RESPONSE);
            peer.send(ScriptedServer.accept(head));
            at(Moment.BEHIND_THE_RESPONSE);
            peer.staySilent();
        })) {
            for (int i = 0; i < CONNECTS; i++) {
                Race race = new Race(Moment.values()[i % Moment.values().length]);
                current = race;
                boolean success = race.run(server);
                ClientLeftovers.awaitNone();
                SocketTransportTest.await(race::isOver);
                races.add(race);
                assertFalse(success && race.calls.isEmpty(), "a session that has not opened");
                connected += success ? 1 : 0;
                opened += race.calls.isEmpty() ? 0 : 1;
            }
        }
        for (Race race : races) {
            assertTrue(race.isOver(), () -> race.moment + ": " + race.calls);
        }
        assertTrue(opened >= CONNECTS / Moment.values().length, "each of ON_OPEN: " + opened);
        assertTrue(opened >= connected, opened + " of " + connected);
    }
}
