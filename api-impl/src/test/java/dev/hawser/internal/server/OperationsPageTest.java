package dev.hawser.internal.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.CloseCause;
import dev.hawser.ConnectionObserver;
import dev.hawser.HawserContainer;
import dev.hawser.ObservedConnection;
import dev.hawser.QueuedObserver;
import dev.hawser.internal.session.SessionHarness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The Java of docs/operations.md stands here, and runs; its table names the events that there are. */
class OperationsPageTest {
    private static final Path PAGE = Path.of("../docs/operations.md");
    private static final Path HERE = Path.of("src/test/java/dev/hawser/internal/server/OperationsPageTest.java");

    // What follows is on the page.
    public static class CloseCauses implements ConnectionObserver {
        final Map<CloseCause, LongAdder> ends = new ConcurrentHashMap<>();

        @Override
        public void ended(ObservedConnection connection, CloseCause cause, int closeCode) {
            ends.computeIfAbsent(cause, unseen -> new LongAdder()).increment();
        }
    }

    /** Counts where the page writes to a disk. */
    static final class AuditTrail implements ConnectionObserver {
        static final LongAdder ENDS = new LongAdder();

        @Override
        public void ended(ObservedConnection connection, CloseCause cause, int closeCode) {
            ENDS.increment();
        }
    }

    @Test
    void itsObserversAreTold() throws Exception {
        try (TestContainer test = new TestContainer()) {
            test.container.addEndpoint(TestContainer.Good.class);
            AuditTrail.ENDS.reset();
            HawserContainer container = test.container;

            CloseCauses causes = new CloseCauses();
            container.addObserver(causes);

            QueuedObserver queued = QueuedObserver.start(new AuditTrail(), 10_000);
            container.addObserver(queued);

            test.accept(TestUpgradeRequest.of("/good")).connection().cut("the test cuts it", CloseCause.NOT_OPENED);
            SessionHarness.await("the queue is worked off", () -> AuditTrail.ENDS.sum() == 1);
            assertEquals(1, causes.ends.get(CloseCause.NOT_OPENED).sum());
            queued.close();
        }
    }

    @Test
    void itsJavaStandsHere() throws IOException {
        String here = words(Files.readString(HERE));
        Matcher snippet = Pattern.compile("(?s)```java\n(.*?)```").matcher(Files.readString(PAGE));
        int found = 0;
        while (snippet.find()) {
            found++;
            String java = words(snippet.group(1));
            assertTrue(here.contains(java), java);
        }
        assertEquals(3, found);
    }

    @Test
    void itsTableNamesEachEvent() throws IOException {
        Set<String> named = new TreeSet<>();
        Matcher row = Pattern.compile("(?m)^\\| (`[a-zA-Z]+`(?:, `[a-zA-Z]+`)*) \\| (?:for|before|when)")
                .matcher(Files.readString(PAGE));
        while (row.find()) {
            named.addAll(Arrays.asList(row.group(1).replace("`", "").split(", ")));
        }
        Set<String> events = Arrays.stream(ConnectionObserver.class.getDeclaredMethods())
                .filter(method -> !method.isSynthetic())
                .map(method -> method.getName())
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(events, named);
    }

    private static String words(String text) {
        return text.replaceAll("\\s+", " ").strip();
    }
}
