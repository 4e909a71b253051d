package dev.hawser.micrometer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.ObservedCallback;
import dev.hawser.ObservedConnection;
import dev.hawser.ObservedHandshake;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler.FirstMatchingCompositeObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.test.simple.SimpleSpan;
import io.micrometer.tracing.test.simple.SimpleTracer;
import jakarta.servlet.Filter;
import jakarta.websocket.Session;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Traces and meters of Observations, on a real server whose requests are observed, as Spring observes them. */
class HawserObservationsTest {
    private static final String REQUEST = "http.server.requests";

    private final SimpleTracer tracer = new SimpleTracer();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final ObservationRegistry registry = ObservationRegistry.create();

    /** Observes each request, and lets the application run in the scope of that. */
    private final Filter observed = (request, response, chain) -> {
        Observation observation = Observation.start(REQUEST, registry);
        try (Observation.Scope scope = observation.openScope()) {
            chain.doFilter(request, response);
        } finally {
            observation.stop();
        }
    };

    HawserObservationsTest() {
        registry.observationConfig()
                .observationHandler(new FirstMatchingCompositeObservationHandler(
                        new UncountedObservationHandler(), new DefaultMeterObservationHandler(meters)))
                .observationHandler(new FirstMatchingCompositeObservationHandler(
                        new LinkedTraceHandler(tracer), new DefaultTracingObservationHandler(tracer)));
    }

    private List<SimpleSpan> spans(String name) {
        return new ArrayList<>(tracer.getSpans())
                .stream().filter(span -> name.equals(span.getName())).toList();
    }

    private SimpleSpan span(String name) {
        RoomServer.await(
                name + " has ended",
                () -> spans(name).stream()
                        .anyMatch(span -> !span.getEndTimestamp().equals(java.time.Instant.EPOCH)));
        assertEquals(1, spans(name).size(), name);
        return spans(name).get(0);
    }

    @Test
    void theHandshakeIsAChildOfItsRequestAndIsCountedOnce() throws Exception {
        try (RoomServer server = RoomServer.start(List.of(observed))) {
            HawserMetrics.of(server.container()).bindTo(meters);
            server.container().addObserver(HawserObservations.of(registry));
            Session session = server.join(new RoomServer.Guest(), "/room/secret?token=secret");
            SimpleSpan request = span(REQUEST);
            SimpleSpan handshake = span("websocket handshake " + RoomServer.ENDPOINT);
            assertEquals(request.context().traceId(), handshake.context().traceId());
            assertEquals(request.context().spanId(), handshake.context().parentId());
            assertEquals("101", handshake.getTags().get("status"));
            assertEquals("SUCCESS", handshake.getTags().get("outcome"));
            assertEquals("server", handshake.getTags().get("role"));
            assertFalse(handshake.getTags().toString().contains("secret"), handshake::toString);
            assertFalse(handshake.getTags().toString().contains(session.getId()), handshake::toString);
            assertEquals(1, meters.get(REQUEST).timer().count());
            assertEquals(
                    1,
                    meters.get("hawser.handshakes")
                            .tags("role", "server")
                            .timer()
                            .count());
            assertNull(meters.find(HawserObservations.HANDSHAKE).timer(), "counted twice");
            assertTrue(spans("websocket message " + RoomServer.ENDPOINT).isEmpty(), "callbacks were not asked for");
        }
    }

    @Test
    void aCallbackBeginsATraceOfItsOwnThatIsLinkedToTheHandshake() throws Exception {
        try (RoomServer server = RoomServer.start(List.of(observed))) {
            server.container().addObserver(HawserObservations.withCallbacks(registry));
            AtomicReference<String> seen = new AtomicReference<>();
            AtomicReference<Observation> current = new AtomicReference<>();
            RoomServer.Room.inCallback = () -> {
                seen.set(tracer.currentSpan().context().traceId());
                current.set(registry.getCurrentObservation());
            };
            server.join(new RoomServer.Guest(), "/room/secret?token=secret");
            SimpleSpan handshake = span("websocket handshake " + RoomServer.ENDPOINT);
            SimpleSpan callback = span("websocket message " + RoomServer.ENDPOINT);
            assertNotEquals(handshake.context().traceId(), callback.context().traceId());
            assertEquals(
                    List.of(handshake.context().spanId()),
                    callback.getLinks().stream()
                            .map(link -> link.getTraceContext().spanId())
                            .toList());
            assertEquals(callback.context().traceId(), seen.get(), "what the callback does is in its trace");
            CallbackContext context = (CallbackContext) current.get().getContextView();
            assertNull(context.getParentObservation());
            assertNotNull(context.getHandshake());
            assertEquals("message", callback.getTags().get("callback"));
            assertEquals(1, spans("websocket open " + RoomServer.ENDPOINT).size());
            assertNull(meters.find(HawserObservations.CALLBACK).timer(), "counted twice");
        }
    }

    @Test
    void aCallbackOfAClientIsLinkedToItsHandshake() throws Exception {
        try (RoomServer server = RoomServer.start(List.of())) {
            server.container().addObserver(HawserObservations.withCallbacks(registry));
            server.join(new RoomServer.Guest(), "/room/a");
            SimpleSpan handshake = span("websocket handshake");
            SimpleSpan callback = span("websocket message");
            assertEquals("client", callback.getTags().get("role"));
            assertNotEquals(handshake.context().traceId(), callback.context().traceId());
            assertEquals(
                    List.of(handshake.context().spanId()),
                    callback.getLinks().stream()
                            .map(link -> link.getTraceContext().spanId())
                            .toList());
        }
    }

    /** Else all that the thread does later would belong to the trace of that callback. */
    @Test
    void nothingIsCurrentBehindACallbackInWhichTheyWereRemoved() throws Exception {
        try (RoomServer server = RoomServer.start(List.of())) {
            HawserObservations observations = HawserObservations.withCallbacks(registry);
            server.container().addObserver(observations);
            AtomicReference<Thread> thread = new AtomicReference<>();
            RoomServer.Room.inCallback = () -> {
                thread.set(Thread.currentThread());
                server.container().removeObserver(observations);
            };
            RoomServer.Guest guest = new RoomServer.Guest();
            Session session = server.join(guest, "/room/a");
            AtomicReference<List<Observation>> current = new AtomicReference<>();
            RoomServer.Room.inCallback = () -> {
                if (Thread.currentThread().equals(thread.get())) {
                    current.set(Arrays.asList(registry.getCurrentObservation()));
                }
            };
            RoomServer.await("a callback runs on the same thread", () -> {
                session.getAsyncRemote().sendText("again");
                return current.get() != null;
            });
            assertNull(current.get().get(0));
            assertFalse(span("websocket message " + RoomServer.ENDPOINT)
                    .getEndTimestamp()
                    .equals(java.time.Instant.EPOCH));
        }
    }

    /** The end of a callback may get lost, such as where there is no memory for it. */
    @Test
    void whatEndsUntoldEndsWithWhatIsAroundIt() {
        HawserObservations observations = HawserObservations.withCallbacks(registry);
        ObservedConnection connection = new ObservedConnection("one", "/e", false);
        observations.callbackBegan(connection, ObservedCallback.MESSAGE);
        observations.callbackBegan(connection, ObservedCallback.ERROR);
        observations.handshakeBegan("org.example.Nested", true);
        observations.callbackReturned(connection, ObservedCallback.MESSAGE, 1);
        assertNull(registry.getCurrentObservation());
        assertFalse(span("websocket error /e").getEndTimestamp().equals(java.time.Instant.EPOCH));
        assertFalse(span("websocket handshake").getEndTimestamp().equals(java.time.Instant.EPOCH));
    }

    @Test
    void whatIsCurrentIsTheSameBehindACallback() {
        HawserObservations observations = HawserObservations.withCallbacks(registry);
        ObservedConnection connection = new ObservedConnection("one", "/e", false);
        Observation outer = Observation.start("outer", registry);
        try (Observation.Scope scope = outer.openScope()) {
            observations.callbackBegan(connection, ObservedCallback.MESSAGE);
            assertNull(
                    ((Observation.Context) registry.getCurrentObservation().getContextView()).getParentObservation());
            observations.callbackBegan(connection, ObservedCallback.ERROR);
            observations.handshakeBegan("org.example.Nested", true);
            observations.handshakeDecided(new ObservedHandshake("org.example.Nested", true, 0, 1, null));
            observations.callbackReturned(connection, ObservedCallback.ERROR, 1);
            observations.callbackReturned(connection, ObservedCallback.MESSAGE, 1);
            assertEquals(outer, registry.getCurrentObservation());
            observations.callbackReturned(connection, ObservedCallback.MESSAGE, 1);
            observations.handshakeDecided(new ObservedHandshake("/e", false, 101, 1, "one"));
            assertEquals(outer, registry.getCurrentObservation(), "what was never begun ends nothing");
        }
        outer.stop();
        assertEquals("NONE", span("websocket handshake").getTags().get("status"));
    }
}
