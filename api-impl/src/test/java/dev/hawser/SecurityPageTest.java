package dev.hawser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * known-defects.csv lists what was wrong in other implementations, each with the tests that keep it out of this one, or
 * the reason why it does not apply. The tables of docs/security.md are made of it.
 */
class SecurityPageTest {
    private static final Path PAGE = TestSources.ROOT.resolve("docs/security.md");
    private static final Path LIST = Path.of("src/test/resources/dev/hawser/known-defects.csv");
    private static final String BEGIN = "<!-- made of known-defects.csv: begin -->\n";
    private static final String END = "<!-- made of known-defects.csv: end -->\n";

    private record Defect(String section, String id, String what, List<String> tests, String reason) {
        static Defect parse(String line) {
            String[] fields = line.split(";", -1);
            if (fields.length != 5) {
                throw new IllegalArgumentException("Expected five fields: " + line);
            }
            List<String> tests = fields[3].isEmpty() ? List.of() : List.of(fields[3].split(" ", -1));
            return new Defect(fields[0], fields[1], fields[2], tests, fields[4]);
        }
    }

    @Test
    void everyDefectHasTestsThatExistOrAReason() throws IOException {
        List<Defect> defects = defects();
        assertTrue(defects.size() > 50, "defects found: " + defects.size());
        TestSources sources = new TestSources();
        List<String> complaints = new ArrayList<>();
        for (Defect defect : defects) {
            complaints.addAll(complaints(defect, sources));
        }
        assertEquals(List.of(), complaints);
    }

    @Test
    void aDefectWithoutATestIsFound() throws IOException {
        TestSources sources = new TestSources();
        assertEquals(List.of("X: neither a test nor a reason"), complaints(Defect.parse("s;X;what;;"), sources));
        assertEquals(
                List.of("X: no such test: SecurityPageTest.gone"),
                complaints(Defect.parse("s;X;what;SecurityPageTest.gone;"), sources));
        assertEquals(
                List.of("X: no such test: SecurityPageTest.tables"), // a method, and no test
                complaints(Defect.parse("s;X;what;SecurityPageTest.tables;"), sources));
        assertEquals(
                List.of("X: a test and a reason"),
                complaints(Defect.parse("s;X;what;SecurityPageTest.aDefectWithoutATestIsFound;because"), sources));
    }

    @Test
    void theTablesOfThePageAreThoseOfTheList() throws IOException {
        String page = Files.readString(PAGE);
        int begin = page.indexOf(BEGIN);
        int end = page.indexOf(END);
        assertTrue(begin >= 0 && end > begin, PAGE + " has no place for the tables");
        String expected = tables(defects());
        if (!page.substring(begin + BEGIN.length(), end).equals(expected)) {
            Path right = Path.of("target/security.md");
            Files.writeString(right, page.substring(0, begin + BEGIN.length()) + expected + page.substring(end));
            assertEquals(
                    expected,
                    page.substring(begin + BEGIN.length(), end),
                    "docs/security.md should be as api-impl/" + right + " is");
        }
    }

    private static List<String> complaints(Defect defect, TestSources sources) throws IOException {
        List<String> complaints = new ArrayList<>();
        if (defect.tests().isEmpty() && defect.reason().isEmpty()) {
            complaints.add(defect.id() + ": neither a test nor a reason");
        }
        if (!defect.tests().isEmpty() && !defect.reason().isEmpty()) {
            complaints.add(defect.id() + ": a test and a reason");
        }
        for (String test : defect.tests()) {
            if (!exists(test, sources)) {
                complaints.add(defect.id() + ": no such test: " + test);
            }
        }
        return complaints;
    }

    /** Whether a class of this name has a method that is annotated as a test, and that nobody has disabled. */
    private static boolean exists(String test, TestSources sources) throws IOException {
        String[] name = test.split("\\.", 2);
        Pattern method = Pattern.compile("(?s)@(?:Test|ParameterizedTest|TestFactory)\\b(?:(?!@Disabled|\\bvoid\\b).)*"
                + "\\b(?:void|Stream<\\w+>) " + Pattern.quote(name[1]) + "\\(");
        for (String source : sources.of(name[0])) {
            if (method.matcher(source).find()) {
                return true;
            }
        }
        return false;
    }

    private static String tables(List<Defect> defects) {
        StringBuilder text = new StringBuilder();
        String section = "";
        for (Defect defect : defects) {
            if (!defect.section().equals(section)) {
                section = defect.section();
                text.append("\n### ").append(section).append("\n\n| what | where it was | held by |\n|---|---|---|\n");
            }
            String held = defect.tests().isEmpty()
                    ? "does not apply: " + defect.reason()
                    : String.join(
                            ", ",
                            defect.tests().stream()
                                    .map(test -> "`" + test + "`")
                                    .toList());
            text.append(String.format("| %s | %s | %s |%n", defect.what(), defect.id(), held));
        }
        return text.append('\n').toString();
    }

    private static List<Defect> defects() throws IOException {
        return Files.readAllLines(LIST).stream().skip(1).map(Defect::parse).toList();
    }
}
