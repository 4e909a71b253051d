package dev.hawser.logs;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.ConsoleHandler;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Reads what all tests of all modules log, with the messages of exceptions; JUnit finds it as a service. A class in
 * whose time a line had a secret of a peer in it fails. The secrets are words: the helpers of the tests send some with
 * their handshakes and messages, and many tests have chosen others for queries, fields and payloads.
 *
 * <p>Hawser logs with {@link System.Logger}, which is java.util.logging in all these JVMs, those of Spring Boot
 * included. What servers and frameworks log otherwise, as through Logback, ends at standard output or standard error,
 * which are read, too. A test that starts a process hands over what that has printed, with {@link #read}.
 *
 * <p>Levels are those of the tests, since more lines would slow down those that watch the time; SecretsTest has all
 * levels. A test that has such a line written on purpose keeps it from the other handlers ({@code
 * setUseParentHandlers(false)}).
 */
public final class SecretsInLogs implements BeforeAllCallback, AfterAllCallback {
    /** What test helpers send with their handshakes: credentials, a cookie, and another field. */
    public static final List<String> FIELDS = List.of(
            "Authorization: Bearer pl4nted-credentials", "Cookie: planted=pl4nted-cookie", "X-Planted: pl4nted-field");

    /** Not the name of this class, which is in the stacks of threads that a server logs. */
    private static final Pattern SECRET = Pattern.compile("pl4nt|secret(?!sInLogs)|s3cret", Pattern.CASE_INSENSITIVE);

    private static final int MOST_LINES = 20;
    private static final int LONGEST_LINE = 10_000; // octets; whoever prints more at once is read in parts

    private static final Logger ROOT = Logger.getLogger("");
    private static final Queue<String> FOUND = new ConcurrentLinkedQueue<>();

    /**
     * Reads each line of java.util.logging as it comes. It stands in the place of the handler for the console, and is
     * one, because Spring Boot takes over this log only if there is such a handler alone.
     */
    private static final class Reader extends ConsoleHandler {
        private final SimpleFormatter words = new SimpleFormatter();
        private final Handler printing; // null for none

        Reader(Handler printing) {
            this.printing = printing;
        }

        @Override
        public synchronized void publish(LogRecord line) {
            if (printing != null) {
                printing.publish(line);
            }
            read(
                    line.getLoggerName(),
                    words.formatMessage(line)
                            + messages(line.getThrown(), Collections.newSetFromMap(new IdentityHashMap<>())));
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

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    /** Passes on what is printed, and reads it. */
    static final class Printed extends PrintStream {
        Printed(String name, PrintStream to) {
            super(new Lines(name, to), true);
        }
    }

    private static final class Lines extends OutputStream {
        private final String name;
        private final PrintStream to;
        private final ByteArrayOutputStream line = new ByteArrayOutputStream(); // guarded by itself

        Lines(String name, PrintStream to) {
            this.name = name;
            this.to = to;
        }

        @Override
        public void write(int octet) {
            to.write(octet);
            readOn((byte) octet);
        }

        @Override
        public void write(byte[] octets, int from, int length) {
            to.write(octets, from, length);
            for (int i = from; i < from + length; i++) {
                readOn(octets[i]);
            }
        }

        private void readOn(byte octet) {
            synchronized (line) {
                if (octet != '\n') {
                    line.write(octet);
                }
                if (octet == '\n' || line.size() == LONGEST_LINE) {
                    read(name, line.toString(StandardCharsets.UTF_8));
                    line.reset();
                }
            }
        }

        @Override
        public void flush() {
            to.flush();
        }
    }

    /** Again for each class, since a test may have changed the handlers and the streams. */
    @Override
    public void beforeAll(ExtensionContext context) {
        begin();
    }

    private static synchronized void begin() {
        List<Handler> present = List.of(ROOT.getHandlers()); // asked first, since they print to what is there now
        if (present.stream().noneMatch(Reader.class::isInstance)) {
            boolean console = present.size() == 1 && present.get(0) instanceof ConsoleHandler;
            Handler printing = console ? present.get(0) : null;
            ROOT.removeHandler(printing);
            ROOT.addHandler(new Reader(printing));
        }
        if (!(System.out instanceof Printed)) {
            System.setOut(new Printed("standard output", System.out));
        }
        if (!(System.err instanceof Printed)) {
            System.setErr(new Printed("standard error", System.err));
        }
    }

    /**
     * Reads what else is a log, such as what a process has printed.
     *
     * @param from whose it is
     * @param text one line or several
     */
    public static void read(String from, String text) {
        if (SECRET.matcher(text).find() && FOUND.size() < MOST_LINES) {
            FOUND.add(from + ": " + text);
        }
    }

    /** The lines of a handshake, and those of {@link #FIELDS} of which it has none. */
    public static String[] withFields(String... lines) {
        List<String> all = new ArrayList<>(List.of(lines));
        for (String field : FIELDS) {
            String name = field.substring(0, field.indexOf(':') + 1).toLowerCase(Locale.ROOT);
            if (all.stream().noneMatch(line -> line.toLowerCase(Locale.ROOT).startsWith(name))) {
                all.add(field);
            }
        }
        return all.toArray(String[]::new);
    }

    /** Has a handshake of the JDK's client send {@link #FIELDS}, without those that the test sends itself. */
    public static WebSocket.Builder addTo(WebSocket.Builder handshake, String... others) {
        for (String field : FIELDS) {
            String name = field.substring(0, field.indexOf(':'));
            if (Arrays.stream(others).noneMatch(name::equalsIgnoreCase)) {
                handshake.header(name, field.substring(name.length() + 2));
            }
        }
        return handshake;
    }

    /** The bad lines since the last call. */
    static List<String> take() {
        List<String> taken = new ArrayList<>();
        for (String line = FOUND.poll(); line != null; line = FOUND.poll()) {
            taken.add(line);
        }
        return taken;
    }

    @Override
    public void afterAll(ExtensionContext context) {
        List<String> lines = take();
        if (!lines.isEmpty()) {
            throw new AssertionError("secrets were logged:\n" + String.join("\n", lines));
        }
    }
}
