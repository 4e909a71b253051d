package dev.hawser.micrometer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.CloseCause;
import dev.hawser.HawserContainer;
import dev.hawser.ObservedCallback;
import dev.hawser.ObservedConnection;
import dev.hawser.ObservedFrame;
import dev.hawser.ObservedHandshake;
import dev.hawser.extension.Opcode;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationHandler.FirstMatchingCompositeObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.test.simple.SimpleTracer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/metrics.md names each meter with its tags, and its Java stands here and runs. */
class MetricsPageTest {
    private static final Path PAGE = Path.of("../../docs/metrics.md");
    private static final Path HERE = Path.of("src/test/java/dev/hawser/micrometer/MetricsPageTest.java");

    @Test
    void itsJavaRuns() throws Exception {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        try (RoomServer server = RoomServer.start(List.of())) {
            HawserContainer container = server.container();
            metersOf(container, meters);
            tracesOf(container, meters);
            server.join(new RoomServer.Guest(), "/room/a");
            assertEquals(
                    1,
                    meters.get("hawser.handshakes")
                            .tags("role", "server")
                            .timer()
                            .count());
        }
    }

    private static void metersOf(HawserContainer container, SimpleMeterRegistry registry) {
        HawserMetrics metrics = HawserMetrics.of(container);
        metrics.bindTo(registry);
    }

    private static void tracesOf(HawserContainer container, SimpleMeterRegistry meters) {
        ObservationRegistry registry = ObservationRegistry.create();
        SimpleTracer tracer = new SimpleTracer();
        registry.observationConfig()
                .observationHandler(new FirstMatchingCompositeObservationHandler(
                        new UncountedObservationHandler(), new DefaultMeterObservationHandler(meters)));
        registry.observationConfig()
                .observationHandler(new FirstMatchingCompositeObservationHandler(
                        new LinkedTraceHandler(tracer), new DefaultTracingObservationHandler(tracer)));
        container.addObserver(HawserObservations.of(registry));
    }

    @Test
    void itsJavaStandsHere() throws IOException {
        String here = words(Files.readString(HERE));
        Matcher snippet = Pattern.compile("(?s)```java\n(.*?)```").matcher(Files.readString(PAGE));
        int found = 0;
        while (snippet.find()) {
            found++;
            assertTrue(here.contains(words(snippet.group(1))), snippet.group(1));
        }
        assertEquals(2, found);
    }

    private static String words(String text) {
        return text.replaceAll("\\s+", "");
    }

    @Test
    void itsTablesNameEachMeterWithItsTags() throws Exception {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        try (RoomServer server = RoomServer.start(List.of())) {
            HawserMetrics.of(server.container()).bindTo(registry);
        }
        ConnectionMeters all = new ConnectionMeters(registry, Tags.empty());
        ObservedConnection connection = new ObservedConnection("id", "/e", false);
        all.handshakeDecided(new ObservedHandshake("/e", false, 101, 1, "id"));
        all.opened(connection);
        all.frameSent(connection, new ObservedFrame(Opcode.TEXT, true, 0, 1, 0));
        all.messageSent(connection, Opcode.TEXT, 1);
        all.callbackReturned(connection, ObservedCallback.OPEN, 1);
        all.callbackBlocked(connection, 1, Thread.currentThread());
        all.queueHighWater(connection, 1);
        all.sendFailed(connection, new IOException());
        all.ended(connection, CloseCause.IDLE, 1000);
        Map<String, Set<String>> there = new TreeMap<>();
        for (Meter meter : registry.getMeters()) {
            Set<String> tags = new TreeSet<>(
                    meter.getId().getTags().stream().map(Tag::getKey).toList());
            tags.removeAll(Set.of("endpoint", "role"));
            there.put(meter.getId().getName(), tags);
        }
        Map<String, Set<String>> named = new TreeMap<>();
        Matcher row = Pattern.compile("(?m)^\\| `(hawser[.a-z]+)` \\| [a-z, ]+ \\|([^|]*)\\|")
                .matcher(Files.readString(PAGE));
        while (row.find()) {
            Set<String> tags =
                    new TreeSet<>(List.of(row.group(2).replace("`", "").strip().split(", ")));
            tags.remove("");
            named.put(row.group(1), tags);
        }
        assertEquals(there, named);
    }
}
