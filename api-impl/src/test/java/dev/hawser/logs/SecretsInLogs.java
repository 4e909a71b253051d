package dev.hawser.logs;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Reads what all tests of a module log, with the messages of exceptions; JUnit finds it as a service. A class in whose
 * time a line had a secret of a peer in it fails. The secrets are words: the helpers of the tests send some with their
 * handshakes, and many tests have chosen others for queries, fields and payloads.
 *
 * <p>Levels are those of the tests, since more lines would slow down those that watch the time; SecretsTest has all
 * levels. A test that has such a line written on purpose keeps it from the other handlers ({@code
 * setUseParentHandlers(false)}).
 */
public final class SecretsInLogs implements BeforeAllCallback, AfterAllCallback {
    /** What test helpers send with their handshakes: credentials, a cookie, and another field. */
    public static final List<String> FIELDS = List.of(
            "Authorization: Bearer pl4nted-credentials", "Cookie: planted=pl4nted-cookie", "X-Planted: pl4nted-field");

    private static final Pattern SECRET = Pattern.compile("pl4nted|secret|s3cret", Pattern.CASE_INSENSITIVE);
    private static final int MOST_LINES = 20;

    private static final Logger ROOT = Logger.getLogger("");
    private static final Reader READER = new Reader();

    /** Reads each line as it comes, and keeps the bad ones. */
    static final class Reader extends Handler {
        private final SimpleFormatter words = new SimpleFormatter();
        private final Queue<String> found = new ConcurrentLinkedQueue<>();

        Reader() {
            setLevel(Level.ALL);
        }

        @Override
        public void publish(LogRecord line) {
            String text = line.getLoggerName() + ": " + words.formatMessage(line)
                    + messages(line.getThrown(), Collections.newSetFromMap(new IdentityHashMap<>()));
            if (SECRET.matcher(text).find() && found.size() < MOST_LINES) {
                found.add(text);
            }
        }

        private static String messages(Throwable thrown, Set<Throwable> seen) {
            if (thrown == null || !seen.add(thrown)) {
                return "";
            }
            StringBuilder text = new StringBuilder("\n  ").append(thrown);
            for (Throwable each : thrown.getSuppressed()) {
                text.append(messages(each, seen));
            }
            return text.append(messages(thrown.getCause(), seen)).toString();
        }

        /** The bad lines since the last call. */
        List<String> take() {
            List<String> taken = new ArrayList<>();
            for (String line = found.poll(); line != null; line = found.poll()) {
                taken.add(line);
            }
            return taken;
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    /** Again for each class, since a test may have changed the handlers. */
    @Override
    public void beforeAll(ExtensionContext context) {
        begin();
    }

    private static synchronized void begin() {
        for (Handler handler : ROOT.getHandlers()) {
            if (handler == READER) {
                return;
            }
        }
        ROOT.addHandler(READER);
    }

    /** The bad lines since the last call. */
    static List<String> take() {
        return READER.take();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        List<String> lines = take();
        if (!lines.isEmpty()) {
            fail("secrets were logged:\n" + String.join("\n", lines));
        }
    }
}
