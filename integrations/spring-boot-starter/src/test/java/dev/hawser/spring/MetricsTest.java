package dev.hawser.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.stereotype.Component;

/** Meters and Observations configure themselves, where Micrometer is there. */
class MetricsTest {
    @Component
    @ServerEndpoint("/rooms/{name}")
    public static class Room {
        @OnMessage
        public String said(String text) {
            return text;
        }
    }

    /** What was observed, in the order of its ends, with its parent. */
    static final class Ended implements ObservationHandler<Observation.Context> {
        final List<String> lines = new CopyOnWriteArrayList<>();

        @Override
        public void onStop(Observation.Context context) {
            var parent = context.getParentObservation();
            lines.add(context.getName() + " below "
                    + (parent == null ? "nothing" : parent.getContextView().getName()));
        }

        @Override
        public boolean supportsContext(Observation.Context context) {
            return true;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class App {
        @Bean
        Room room() {
            return new Room();
        }

        @Bean
        MeterRegistry registry() {
            return new SimpleMeterRegistry();
        }

        @Bean
        Ended ended() {
            return new Ended();
        }
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - deadline < 0, () -> "not in 30 s: " + what);
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Test
    void aHandshakeIsCountedOnceAndObservedBelowItsRequest() throws Exception {
        try (SpringApp app = SpringApp.start(App.class)) {
            app.assertIsOnServerOfThisModule();
            MeterRegistry registry = app.bean(MeterRegistry.class);
            try (Peer peer = Peer.connect(app.ws("/rooms/secret"))) {
                assertEquals("grüße", peer.send("grüße").receive());
                assertEquals(
                        1,
                        registry.get("hawser.sessions.active")
                                .tags("endpoint", "/rooms/{name}", "role", "server")
                                .gauge()
                                .value());
                assertEquals(1, registry.get("hawser.handshakes").timer().count());
                await("the request is counted", () -> {
                    Timer requests = registry.find("http.server.requests").timer();
                    return requests != null && requests.count() == 1;
                });
                assertNull(registry.find("hawser.handshake").timer(), "counted twice");
                assertTrue(
                        app.bean(Ended.class).lines.contains("hawser.handshake below http.server.requests"),
                        app.bean(Ended.class).lines::toString);
                assertTrue(app.bean(Ended.class).lines.stream().noneMatch(line -> line.startsWith("hawser.callback")));
            }
            assertTrue(registry.getMeters().stream()
                    .noneMatch(meter -> meter.getId().toString().contains("secret")));
        }
    }

    @Test
    void callbacksAreObservedIfTheyAreAskedFor() throws Exception {
        try (SpringApp app = SpringApp.start(App.class, "hawser.observations.callbacks=true");
                Peer peer = Peer.connect(app.ws("/rooms/a"))) {
            assertEquals("hello", peer.send("hello").receive());
            await("it is observed", () -> app.bean(Ended.class).lines.contains("hawser.callback below nothing"));
        }
    }

    @Test
    void eachIsSwitchedOffByAProperty() throws Exception {
        try (SpringApp app = SpringApp.start(
                        App.class, "hawser.metrics.enabled=false", "hawser.observations.enabled=false");
                Peer peer = Peer.connect(app.ws("/rooms/a"))) {
            assertEquals("hello", peer.send("hello").receive());
            assertNotNull(app.bean(HawserServer.class).container());
            assertNull(app.bean(MeterRegistry.class).find("hawser.handshakes").timer());
            assertTrue(app.bean(Ended.class).lines.stream().noneMatch(line -> line.startsWith("hawser")));
        }
    }
}
