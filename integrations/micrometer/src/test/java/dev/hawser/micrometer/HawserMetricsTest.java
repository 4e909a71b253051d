package dev.hawser.micrometer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.CloseCause;
import dev.hawser.ObservedCallback;
import dev.hawser.ObservedConnection;
import dev.hawser.ObservedHandshake;
import dev.hawser.client.HawserClient;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.search.RequiredSearch;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import jakarta.websocket.CloseReason;
import jakarta.websocket.CloseReason.CloseCodes;
import jakarta.websocket.Session;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The meters of a real server and client, and what their tags may say. */
class HawserMetricsTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    private RequiredSearch of(String name, String... tags) {
        return registry.get(name)
                .tags("endpoint", RoomServer.ENDPOINT, "role", "server")
                .tags(tags);
    }

    private static void close(Session session) throws IOException {
        session.close(new CloseReason(CloseCodes.getCloseCode(4001), "secret reason"));
    }

    @Test
    void aSessionIsCountedFromItsHandshakeToItsEnd() throws Exception {
        try (RoomServer server = RoomServer.start(List.of());
                HawserMetrics metrics = HawserMetrics.of(server.container())) {
            metrics.bindTo(registry);
            RoomServer.Guest guest = new RoomServer.Guest();
            Session session = server.join(guest, "/room/secret?token=secret");
            assertEquals(1, of("hawser.sessions.active").gauge().value());
            assertEquals(
                    1,
                    of("hawser.handshakes", "status", "101", "outcome", "SUCCESS")
                            .timer()
                            .count());
            close(session);
            RoomServer.await("it has ended", () -> {
                Timer ended =
                        registry.find("hawser.sessions").tags("role", "server").timer();
                return ended != null && ended.count() == 1;
            });
            assertEquals(0, of("hawser.sessions.active").gauge().value());
            assertTrue(of("hawser.sessions", "cause", "CLOSED_BY_PEER").timer().totalTime(TimeUnit.NANOSECONDS) > 0);
            for (String direction : List.of("received", "sent")) {
                var messages = of("hawser.messages", "direction", direction, "kind", "text")
                        .summary();
                assertEquals(1, messages.count());
                assertEquals(5, messages.totalAmount());
                assertEquals(
                        1,
                        of("hawser.frames", "direction", direction, "opcode", "close")
                                .summary()
                                .count());
            }
            for (String callback : List.of("open", "message", "close")) {
                assertEquals(
                        1, of("hawser.callbacks", "callback", callback).timer().count(), callback);
            }
            assertEquals(
                    1,
                    registry.get("hawser.messages")
                            .tags("role", "client", "endpoint", RoomServer.Guest.class.getName(), "direction", "sent")
                            .summary()
                            .count());
            assertNothingSays("secret", session.getId());
        }
    }

    private void assertNothingSays(String... secrets) {
        for (Meter meter : registry.getMeters()) {
            for (String secret : secrets) {
                assertFalse(meter.getId().toString().contains(secret), () -> meter.getId() + " says " + secret);
            }
        }
    }

    @Test
    void aRefusedHandshakeIsCounted() throws Exception {
        try (RoomServer server = RoomServer.start(List.of(), "allowedOrigins=same-origin")) {
            HawserMetrics.of(server.container()).bindTo(registry);
            try {
                HttpClient.newHttpClient()
                        .newWebSocketBuilder()
                        .header("Origin", "https://elsewhere.example")
                        .buildAsync(server.uri("/room/a"), new WebSocket.Listener() {})
                        .join()
                        .abort();
            } catch (CompletionException e) {
                // refused, as the meter has to say
            }
            assertEquals(
                    1,
                    of("hawser.handshakes", "status", "403", "outcome", "CLIENT_ERROR")
                            .timer()
                            .count());
        }
    }

    @Test
    void aCallbackThatBlocksIsCountedWhileItBlocks() throws Exception {
        CountDownLatch mayReturn = new CountDownLatch(1);
        try (RoomServer server = RoomServer.start(List.of())) {
            HawserMetrics.of(server.container()).bindTo(registry);
            Session session = server.join(new RoomServer.Guest(), "/room/a");
            RoomServer.Room.inCallback = () -> {
                try {
                    mayReturn.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            };
            session.getBasicRemote().sendText("block");
            RoomServer.await("it is counted", () -> {
                Counter blocked = registry.find("hawser.callbacks.blocked").counter();
                return blocked != null && blocked.count() >= 1;
            });
            assertEquals(
                    1, of("hawser.callbacks", "callback", "message").timer().count(), "the first one's");
        } finally {
            mayReturn.countDown();
        }
    }

    @Test
    void theCountsOfTheContainerAreMeters() throws Exception {
        try (RoomServer server = RoomServer.start(List.of(), "memoryBudget=1MiB", "maxSessions=1")) {
            HawserMetrics.of(server.container(), Tags.of("application", "shop")).bindTo(registry);
            server.join(new RoomServer.Guest(), "/room/a");
            try {
                server.container().connectToServer(new RoomServer.Guest(), server.uri("/room/b"));
                throw new AssertionError("there was room");
            } catch (Exception e) {
                // 503
            }
            assertEquals(
                    1 << 20,
                    registry.get("hawser.memory.budget")
                            .tags("application", "shop")
                            .gauge()
                            .value());
            assertTrue(registry.get("hawser.memory.held").gauge().value() >= 0);
            assertEquals(
                    1,
                    registry.get("hawser.handshakes.refused")
                            .tags("reason", "sessions")
                            .functionCounter()
                            .count());
            assertEquals(
                    1,
                    of("hawser.handshakes", "status", "503", "outcome", "SERVER_ERROR")
                            .timer()
                            .count());
        }
    }

    @Test
    void eventsThatARealServerSeldomHasAreCounted() {
        ConnectionMeters meters = new ConnectionMeters(registry, Tags.empty());
        ObservedConnection connection = new ObservedConnection("id", RoomServer.ENDPOINT, false);
        meters.queueHighWater(connection, 16_384);
        meters.queueHighWater(connection, 40_000);
        meters.sendFailed(connection, new IOException("secret"));
        meters.memoryBudgetReached(101, 100);
        meters.ended(connection, CloseCause.NOT_OPENED, 1006);
        assertEquals(40_000, of("hawser.queue.high.water").summary().max());
        assertEquals(2, of("hawser.queue.high.water").summary().count());
        assertEquals(
                1,
                of("hawser.sends.failed", "exception", "IOException").counter().count());
        assertEquals(1, registry.get("hawser.memory.budget.reached").counter().count());
        assertEquals(1, of("hawser.sessions", "cause", "NOT_OPENED").timer().count());
        assertEquals(0, of("hawser.sessions.active").gauge().value());
        assertNothingSays("secret");
    }

    @Test
    void endpointsBeyondTheHundredthAreOther() {
        ConnectionMeters meters = new ConnectionMeters(registry, Tags.empty());
        for (int i = 0; i < 1000; i++) {
            meters.opened(new ObservedConnection("id" + i, "/room/" + i, false));
        }
        Set<String> endpoints = registry.get("hawser.sessions.active").gauges().stream()
                .map(gauge -> gauge.getId().getTag("endpoint"))
                .collect(Collectors.toSet());
        assertEquals(101, endpoints.size());
        assertEquals(
                900,
                registry.get("hawser.sessions.active")
                        .tags("endpoint", "other")
                        .gauge()
                        .value());
    }

    @Test
    void statusesAndExceptionsBeyondTheTwentiethAreOther() {
        ConnectionMeters meters = new ConnectionMeters(registry, Tags.empty());
        for (int status = 200; status < 500; status++) {
            meters.handshakeDecided(new ObservedHandshake("dev.example.Client", true, status, 1, null));
        }
        Set<String> statuses = registry.get("hawser.handshakes").timers().stream()
                .map(timer -> timer.getId().getTag("status"))
                .collect(Collectors.toSet());
        assertEquals(EndpointMeters.MOST_VALUES + 1, statuses.size());
        assertEquals(
                100,
                registry.get("hawser.handshakes")
                        .tags("status", "other", "outcome", "CLIENT_ERROR")
                        .timer()
                        .count());
    }

    @Test
    void anEventThatIsUnderWayWhileItIsClosedLeavesNoMeter() {
        ConnectionMeters meters = new ConnectionMeters(registry, Tags.empty());
        ObservedConnection known = new ObservedConnection("id", RoomServer.ENDPOINT, false);
        meters.opened(known);
        meters.removeMeters();
        meters.callbackReturned(known, ObservedCallback.MESSAGE, 1);
        meters.opened(new ObservedConnection("id2", "/other", false));
        assertEquals(List.of(), registry.getMeters());
    }

    /** Else the gauge would show what was open then, for ever. */
    @Test
    void nothingIsShownAnyMoreIfItWasTooSlow() {
        ConnectionMeters meters = new ConnectionMeters(registry, Tags.empty());
        meters.opened(new ObservedConnection("id", RoomServer.ENDPOINT, false));
        assertEquals(1, of("hawser.sessions.active").gauge().value());
        meters.takenOut();
        assertEquals(List.of(), registry.getMeters());
    }

    @Test
    void itsMetersAreRemovedWhenItIsClosed() throws Exception {
        try (RoomServer server = RoomServer.start(List.of())) {
            HawserMetrics metrics = HawserMetrics.of(server.container());
            metrics.bindTo(registry);
            Session session = server.join(new RoomServer.Guest(), "/room/a");
            assertFalse(registry.getMeters().isEmpty());
            metrics.close();
            session.close();
            assertEquals(List.of(), registry.getMeters());
        }
    }

    @Test
    void aClientOfItsOwnHasMetersToo() throws Exception {
        try (RoomServer server = RoomServer.start(List.of());
                HawserClient client = HawserClient.create();
                HawserMetrics metrics = HawserMetrics.of(client, List.of(Tag.of("of", "test")))) {
            metrics.bindTo(registry);
            client.connectToServer(RoomServer.Guest.class, server.uri("/room/a"))
                    .close();
            assertEquals(
                    1,
                    registry.get("hawser.handshakes")
                            .tags("role", "client", "of", "test")
                            .timer()
                            .count());
            assertTrue(registry.find("hawser.memory.budget").gauges().isEmpty());
        }
    }

    @Test
    void prometheusNamesThemAsItNamesOthers() throws Exception {
        PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try (RoomServer server = RoomServer.start(List.of())) {
            HawserMetrics.of(server.container()).bindTo(prometheus);
            server.join(new RoomServer.Guest(), "/room/a");
            String scraped = prometheus.scrape();
            for (String line : List.of(
                    "hawser_sessions_active_sessions{endpoint=\"/room/{name}\",role=\"server\"} 1.0",
                    "hawser_messages_bytes_sum{direction=\"received\",endpoint=\"/room/{name}\",kind=\"text\",role=\"server\"}"
                            + " 5.0",
                    "hawser_handshakes_seconds_count{endpoint=\"/room/{name}\",outcome=\"SUCCESS\",role=\"server\",status=\"101\"}"
                            + " 1",
                    "hawser_handshakes_refused_total{reason=\"rate\"} 0.0")) {
                assertTrue(scraped.contains(line), scraped);
            }
        }
    }
}
