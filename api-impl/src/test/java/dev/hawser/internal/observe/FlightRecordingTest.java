package dev.hawser.internal.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.CloseCause;
import dev.hawser.ObservedCallback;
import dev.hawser.ObservedConnection;
import dev.hawser.extension.Opcode;
import dev.hawser.internal.session.SessionHarness;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens to connections is in a flight recording, and the jar works where there is no recorder. */
class FlightRecordingTest {
    @TempDir
    Path folder;

    /** The events of a name by their times: the file has them in the order of the threads' buffers. */
    private List<RecordedEvent> recorded(Recording recording, String name) throws IOException {
        Path file = folder.resolve("recording.jfr");
        recording.dump(file);
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().equals(name))
                .sorted(Comparator.comparing(RecordedEvent::getStartTime))
                .toList();
    }

    private static RecordedEvent of(List<RecordedEvent> events, String sessionId) {
        return events.stream()
                .filter(event -> event.getString("sessionId").equals(sessionId))
                .findFirst()
                .orElseThrow(() -> new AssertionError(sessionId + " is not in " + events));
    }

    @Test
    void eventsAreWrittenWhileARecordingRuns() throws IOException {
        try (SessionHarness harness = new SessionHarness(new ObserverTest.Echo())) {
            assertTrue(harness.runtime.observers().none());
            try (Recording recording = new Recording()) {
                recording.enable("dev.hawser.Frame");
                recording.start();
                SessionHarness.await(
                        "it watches", () -> !harness.runtime.observers().none());
                String id = SessionHarness.sessionOf(harness.connection).getId();
                harness.read(SessionHarness.text("hello"));
                SessionHarness.await("the echo", () -> harness.received().equals(List.of("text:hello")));
                RecordingObserver told = new RecordingObserver();
                harness.runtime.observers().add(told);
                harness.read(SessionHarness.close(4001, "secret"));
                SessionHarness.await("the end", () -> told.has("ended CLOSED_BY_PEER 4001"));
                RecordedEvent ended = of(recorded(recording, "dev.hawser.Session"), id);
                assertEquals("CLOSED_BY_PEER", ended.getString("cause"));
                assertEquals(4001, ended.getInt("closeCode"));
                assertEquals("/test", ended.getString("endpoint"));
                RecordedEvent frame = of(recorded(recording, "dev.hawser.Frame"), id);
                assertEquals("TEXT", frame.getString("opcode"));
                assertEquals(5, frame.getLong("length"));
                assertFalse(ended.toString().contains("secret"));
                harness.runtime.observers().remove(told);
            }
            SessionHarness.await(
                    "nobody watches", () -> harness.runtime.observers().none());
        }
    }

    @Test
    void aSessionThatOpensInARecordingHasItsTrafficAndItsDuration() throws IOException {
        ObservedConnection connection = new ObservedConnection("one", "/room/{name}", false);
        FlightEvents events = new FlightEvents();
        try (Recording recording = new Recording()) {
            recording.start();
            events.opened(connection);
            events.messageReceived(connection, Opcode.TEXT, 7);
            events.messageReceived(connection, Opcode.TEXT, 3);
            events.messageSent(connection, Opcode.BINARY, 100);
            events.callbackReturned(connection, ObservedCallback.MESSAGE, FlightEvents.SLOW_CALLBACK - 1);
            events.callbackReturned(connection, ObservedCallback.CLOSE, FlightEvents.SLOW_CALLBACK);
            events.queueHighWater(connection, 16_384);
            events.sendFailed(connection, new IOException("secret"));
            events.callbackBlocked(connection, TimeUnit.SECONDS.toNanos(2), Thread.currentThread());
            events.memoryBudgetReached(101, 100);
            events.ended(connection, CloseCause.IDLE, 1000);
            RecordedEvent session = of(recorded(recording, "dev.hawser.Session"), "one");
            assertEquals(2, session.getLong("messagesReceived"));
            assertEquals(10, session.getLong("bytesReceived"));
            assertEquals(1, session.getLong("messagesSent"));
            assertEquals(100, session.getLong("bytesSent"));
            assertTrue(session.getDuration().compareTo(Duration.ZERO) > 0);
            List<RecordedEvent> callbacks = recorded(recording, "dev.hawser.Callback").stream()
                    .filter(event -> event.getString("sessionId").equals("one"))
                    .toList();
            assertEquals(1, callbacks.size());
            assertEquals("CLOSE", callbacks.get(0).getString("callback"));
            assertEquals(
                    16_384,
                    of(recorded(recording, "dev.hawser.QueueHighWater"), "one").getLong("waiting"));
            RecordedEvent blocked = of(recorded(recording, "dev.hawser.BlockedCallback"), "one");
            assertEquals(2, blocked.getDuration("time").toSeconds());
            assertTrue(blocked.getString("stack").contains("FlightRecordingTest.aSessionThatOpens"), blocked::toString);
            assertEquals(
                    Thread.currentThread().getName(),
                    blocked.getThread("blockedThread").getJavaName());
            RecordedEvent budget =
                    recorded(recording, "dev.hawser.MemoryBudgetReached").get(0);
            assertEquals(List.of(101L, 100L), List.of(budget.getLong("held"), budget.getLong("budget")));
            RecordedEvent failed = of(recorded(recording, "dev.hawser.SendFailed"), "one");
            assertEquals("java.io.IOException", failed.getString("failure"));
            assertFalse(failed.toString().contains("secret"));
        }
    }

    @Test
    void thePageNamesEachEventAndEachField() throws IOException {
        String page = Files.readString(Path.of("../docs/operations.md"));
        List<String> rows =
                page.lines().filter(line -> line.startsWith("| `dev.hawser.")).toList();
        List<Class<?>> events = Arrays.stream(FlightEvents.class.getDeclaredClasses())
                .filter(Event.class::isAssignableFrom)
                .toList();
        assertEquals(events.size(), rows.size());
        for (Class<?> event : events) {
            String name = event.getAnnotation(Name.class).value();
            String row = rows.stream()
                    .filter(line -> line.startsWith("| `" + name + "`"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(name));
            for (Field field : event.getDeclaredFields()) {
                if (!field.isSynthetic() && field.isAnnotationPresent(Label.class)) {
                    assertTrue(row.contains("`" + field.getName() + "`"), name + "." + field.getName());
                }
            }
        }
    }

    /** Run in a JVM that has neither the recorder nor JMX. */
    public static void main(String[] args) throws IOException {
        if (ModuleLayer.boot().findModule("jdk.jfr").isPresent()) {
            throw new IllegalStateException("the recorder is here");
        }
        try (SessionHarness harness = new SessionHarness(new ObserverTest.Echo())) {
            harness.read(SessionHarness.text("hello"));
            SessionHarness.await("the echo", () -> harness.received().equals(List.of("text:hello")));
        }
        System.out.println("works");
    }

    @Test
    void theJarWorksWhereThereIsNoRecorder() throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--limit-modules",
                        "java.base,java.logging",
                        "-cp",
                        System.getProperty("java.class.path"),
                        FlightRecordingTest.class.getName())
                .redirectErrorStream(true)
                .start();
        try {
            String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(child.waitFor(60, TimeUnit.SECONDS));
            assertTrue(said.contains("works"), said);
        } finally {
            child.destroyForcibly();
        }
    }
}
