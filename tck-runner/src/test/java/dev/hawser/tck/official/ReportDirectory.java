package dev.hawser.tck.official;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes reports as Surefire does, into a directory of a test. */
final class ReportDirectory {

    private final Path directory;

    ReportDirectory(Path directory) {
        this.directory = directory;
    }

    Path path() {
        return directory;
    }

    /** One report. Each test is the text of one element, as {@link #passes} and {@link #ends} make it. */
    ReportDirectory suite(String className, String... testCases) throws IOException {
        return suiteThatAnnounces(testCases.length, className, testCases);
    }

    ReportDirectory suiteThatAnnounces(int tests, String className, String... testCases) throws IOException {
        String text =
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"" + className + "\" tests=\"" + tests
                        + "\"><properties><property name=\"a\" value=\"b\"/></properties>"
                        + String.join("", testCases).replace("CLASS", className) + "</testsuite>";
        Files.writeString(directory.resolve("TEST-" + className + ".xml"), text);
        return this;
    }

    static String passes(String name) {
        return "<testcase name=\"" + name + "\" classname=\"CLASS\" time=\"0.1\"><system-out>x</system-out></testcase>";
    }

    static String ends(String name, String element) {
        return "<testcase name=\"" + name + "\" classname=\"CLASS\"><" + element
                + " message=\"first line&#10;second\" type=\"T\">trace</" + element + "></testcase>";
    }
}
