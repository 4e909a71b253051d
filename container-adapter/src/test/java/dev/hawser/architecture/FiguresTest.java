package dev.hawser.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.hawser.architecture.recorded.Letters;
import dev.hawser.internal.servlet.Journeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * How much there is to read. {@code mvn -Pfigures -pl container-adapter -am test} prints it as one table. The files to
 * open for an event are those that docs/architecture.md names, and each file that {@linkplain Decisions decides} on a
 * recorded event must be among them.
 */
@Timeout(300)
class FiguresTest {
    private static final Path DOCUMENT = Path.of("../docs/architecture.md");
    private static final Pattern METHOD = Pattern.compile("`([A-Za-z.]+)\\.([a-zA-Z]+)`");
    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.hawser");

    /** What one opens the files for. */
    enum Event {
        RECEIVE(
                7,
                Journeys.Receive.class,
                "a binary message",
                "a ping",
                "a pong",
                "a first fragment",
                "a close frame",
                "text that is not UTF-8",
                "a reserved bit",
                "an unknown opcode",
                "a frame without a mask",
                "a message over the limit",
                "an endpoint that takes parts",
                "an endpoint that takes a stream",
                "an endpoint that takes no text"),
        CLOSE(
                4,
                Journeys.Close.class,
                "a message",
                "a close frame without a code",
                "a code that must not be sent",
                "the end of the stream",
                "a reset",
                "the answer to our close frame",
                "a close frame in the middle of a message"),
        SEND_TIMEOUT(
                5,
                Journeys.SendTimeout.class,
                "a peer that takes it in time",
                "a reset while it waits",
                "a close frame that is not answered",
                "a peer that is idle");

        final int target;
        final Class<? extends Callable<?>> scenario;

        @SuppressWarnings("ImmutableEnumChecker") // made by List.of
        final List<String> neighbours;

        Event(int target, Class<? extends Callable<?>> scenario, String... neighbours) {
            this.target = target;
            this.scenario = scenario;
            this.neighbours = List.of(neighbours);
        }

        String title() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }

        /** The methods that decide on it, from a recording that is made anew. */
        Map<String, Set<String>> recorded() throws Exception {
            CallTrace.forgetAll();
            RecordingLoader.run(scenario);
            Map<String, List<CallTrace.Recording>> others = new LinkedHashMap<>();
            neighbours.forEach(name -> others.put(name, CallTrace.of(name)));
            return Decisions.on(CallTrace.of(title()), others);
        }
    }

    @ParameterizedTest
    @EnumSource
    void eachMethodThatTheDocumentNamesExists(Event event) throws IOException {
        List<String> named = named(event);
        assertFalse(named.isEmpty(), "nothing is named for " + event.title());
        for (String method : named) {
            int dot = method.lastIndexOf('.');
            String type = method.substring(0, dot);
            String name = method.substring(dot + 1);
            assertTrue(
                    MAIN.stream()
                            .filter(main -> nestedName(main).equals(type))
                            .anyMatch(main -> main.getMethods().stream()
                                    .anyMatch(found -> found.getName().equals(name))),
                    () -> method + " is named for " + event.title() + " and does not exist");
        }
    }

    /**
     * Records and enums are left out: what they decide is read where they are used. What differed by chance in one
     * recording does not in three.
     */
    @ParameterizedTest
    @EnumSource
    @EnabledIfSystemProperty(named = "hawser.figures", matches = "true", disabledReason = "takes minutes")
    void eachFileThatDecidesIsNamedByTheDocument(Event event) throws Exception {
        Set<String> files = files(named(event));
        Map<String, String> missing = new LinkedHashMap<>();
        for (int recording = 0; recording < 3 && (recording == 0 || !missing.isEmpty()); recording++) {
            Map<String, String> found = new LinkedHashMap<>();
            byFile(event.recorded()).forEach((file, method) -> {
                if (!files.contains(file)) {
                    found.put(file, method);
                }
            });
            if (recording == 0) {
                missing.putAll(found);
            }
            missing.keySet().retainAll(found.keySet());
        }
        assertEquals(
                "", String.join("\n", missing.values()), () -> "decide on " + event.title() + " and are not named");
        List<String> entered = Decisions.entered(CallTrace.of(event.title())).stream()
                .map(FiguresTest::shown)
                .toList();
        List<String> stale = new ArrayList<>(named(event));
        stale.removeAll(entered);
        assertEquals(List.of(), stale, () -> "are named for " + event.title() + " and have no part in it");
    }

    @Test
    void decisionIsFoundAndWhatDoesNotDependOnTheEventIsNot() throws Exception {
        CallTrace.forgetAll();
        RecordingLoader.run(Letters.class);
        Map<String, Set<String>> decisions = Decisions.on(
                CallTrace.of("usual"),
                Map.of("urgent", CallTrace.of("urgent"), "long", CallTrace.of("long and usual")));
        assertEquals(Map.of("dev.hawser.architecture.recorded.Post$Sorting.sort", Set.of("urgent")), decisions);
        List<String> entered = Decisions.entered(CallTrace.of("usual"));
        assertTrue(entered.contains("dev.hawser.architecture.recorded.Post$Bag.add"), entered::toString);
    }

    @Test
    @EnabledIfSystemProperty(named = "hawser.figures", matches = "true", disabledReason = "prints")
    void theFigures() throws Exception {
        Table table = new Table();
        for (Event event : Event.values()) {
            List<String> named = named(event);
            table.add(
                    "files to open, " + event.title() + ": " + named,
                    files(named).size(),
                    event.target);
        }
        addSources(table);
        int circle = ClassCircles.largerThan(1, MAIN, "dev.hawser").stream()
                .mapToInt(Set::size)
                .max()
                .orElse(1);
        table.add("classes in the largest circle", circle, 2);
        CallTrace.forgetAll();
        RecordingLoader.run(Journeys.Message.class);
        List<String> in = CallTrace.of("receive").get(0).stacks().stream()
                .flatMap(List::stream)
                .toList();
        table.add("own frames in: " + in, in.size(), 8);
        List<String> out = Journeys.sendStack();
        table.add("own frames out: " + out, out.size(), 5);
        System.out.println(table.text());
        Files.writeString(Path.of("target/figures.txt"), table.text());
        assertTrue(circle > 0 && in.size() > 4 && out.size() > 3, table::text);
    }

    private static void addSources(Table table) throws IOException {
        List<Path> sources = new ArrayList<>();
        for (String module : List.of("../api-impl", ".")) {
            try (Stream<Path> files = Files.walk(Path.of(module, "src/main/java"))) {
                files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
            }
        }
        String largest = "";
        int most = 0;
        int tooLong = 0;
        for (Path source : sources) {
            List<String> lines = Files.readAllLines(source);
            if (lines.size() > most) {
                most = lines.size();
                largest = source.getFileName().toString();
            }
            tooLong += (int) lines.stream().filter(line -> line.length() > 120).count();
        }
        table.add("lines of the largest main class, " + largest, most, 400);
        table.add("lines over 120 columns", tooLong, 0);
    }

    /** The methods of the document's row for an event, in its order. */
    private static List<String> named(Event event) throws IOException {
        List<String> named = new ArrayList<>();
        for (String line : Files.readAllLines(DOCUMENT)) {
            if (line.startsWith("| " + event.title() + " |")) {
                Matcher method = METHOD.matcher(line);
                while (method.find()) {
                    named.add(method.group(1) + "." + method.group(2));
                }
            }
        }
        return named;
    }

    private static Set<String> files(List<String> methods) {
        Set<String> files = new LinkedHashSet<>();
        methods.forEach(method -> files.add(fileOf(method)));
        return files;
    }

    private static String fileOf(String method) {
        return method.substring(0, method.indexOf('.'));
    }

    /** For each file the methods that decide, as the document names them, with the neighbours that part there. */
    private static Map<String, String> byFile(Map<String, Set<String>> deciding) {
        Map<String, String> files = new LinkedHashMap<>();
        deciding.forEach((method, neighbours) -> {
            JavaClass type = MAIN.get(method.substring(0, method.lastIndexOf('.')));
            if (!type.isRecord() && !type.isEnum()) {
                String shown = shown(method);
                files.merge(fileOf(shown), "`" + shown + "` from " + neighbours, (one, more) -> one + ", " + more);
            }
        });
        return files;
    }

    /** A method as it is written in code: {@code Outer.Inner.method}; an anonymous class is its outer one. */
    private static String shown(String method) {
        int dot = method.lastIndexOf('.');
        String type = method.substring(method.lastIndexOf('.', dot - 1) + 1, dot);
        return type.replaceAll("\\$\\d+.*", "").replace('$', '.')
                + method.substring(dot).replaceAll("lambda\\$(.*)\\$\\d+", "$1");
    }

    private static String nestedName(JavaClass type) {
        String name = type.getName().substring(type.getPackageName().length() + 1);
        return name.replaceAll("\\$\\d+.*", "").replace('$', '.');
    }

    private static final class Table {
        private final StringBuilder text = new StringBuilder();

        void add(String what, int figure, int target) {
            String verdict = figure <= target ? "" : ", missed";
            text.append(String.format("%n%5d (at most %d%s): %s", figure, target, verdict, what));
        }

        String text() {
            return text.toString();
        }
    }
}
