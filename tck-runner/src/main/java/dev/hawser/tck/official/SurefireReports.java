package dev.hawser.tck.official;

import dev.hawser.tck.official.TestOutcome.Status;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Reads the XML reports that Surefire and Failsafe write, one file per test class.
 *
 * <p>It is strict, so that no test is missed: a report that cannot be parsed, whose number of tests is wrong, or that
 * has a re-run is an error.
 */
public final class SurefireReports {

    private SurefireReports() {}

    /**
     * All tests of all {@code TEST-*.xml} files in a directory, in the order of the file names.
     *
     * @throws IOException if the directory has no report, or a report is not valid
     */
    public static List<TestOutcome> read(Path directory) throws IOException {
        List<TestOutcome> outcomes = new ArrayList<>();
        for (Path report : reportsIn(directory)) {
            outcomes.addAll(readOne(report));
        }
        return outcomes;
    }

    private static List<Path> reportsIn(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new IOException("No test ran: there is no report directory " + directory.getFileName());
        }
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> reports =
                    files.filter(SurefireReports::isReport).sorted().toList();
            if (reports.isEmpty()) {
                throw new IOException("No test ran: " + directory.getFileName() + " has no TEST-*.xml");
            }
            return reports;
        }
    }

    private static boolean isReport(Path file) {
        String name = file.getFileName().toString();
        return name.startsWith("TEST-") && name.endsWith(".xml");
    }

    private static List<TestOutcome> readOne(Path report) throws IOException {
        try (InputStream in = Files.newInputStream(report)) {
            return new Suite(report.getFileName().toString()).parse(in);
        } catch (XMLStreamException e) {
            throw new IOException("Cannot read " + report.getFileName() + ": " + e.getMessage(), e);
        }
    }

    /** One report while it is being read. */
    private static final class Suite {
        private final String file;
        private final List<TestOutcome> outcomes = new ArrayList<>();
        private int announced = -1;
        private String className = "";
        private String method = "";
        private Status status = Status.PASSED;
        private String message = "";

        Suite(String file) {
            this.file = file;
        }

        List<TestOutcome> parse(InputStream in) throws XMLStreamException, IOException {
            XMLInputFactory factory = XMLInputFactory.newFactory();
            factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
            XMLStreamReader xml = factory.createXMLStreamReader(in);
            while (xml.hasNext()) {
                int event = xml.next();
                if (event == XMLStreamConstants.START_ELEMENT) {
                    start(xml);
                } else if (event == XMLStreamConstants.END_ELEMENT
                        && xml.getLocalName().equals("testcase")) {
                    outcomes.add(new TestOutcome(className, method, status, message));
                }
            }
            if (announced != outcomes.size()) {
                throw new IOException(file + " announces " + announced + " tests and holds " + outcomes.size());
            }
            return outcomes;
        }

        private void start(XMLStreamReader xml) throws IOException {
            switch (xml.getLocalName()) {
                case "testsuite" -> announced = Integer.parseInt(attribute(xml, "tests"));
                case "testcase" -> {
                    className = attribute(xml, "classname");
                    method = attribute(xml, "name");
                    status = Status.PASSED;
                    message = "";
                }
                case "failure" -> ended(Status.FAILED, xml);
                case "error" -> ended(Status.ERROR, xml);
                case "skipped" -> ended(Status.SKIPPED, xml);
                case "rerunFailure", "rerunError", "flakyFailure", "flakyError" ->
                    throw new IOException(
                            file + " tells of a re-run of " + method + ": a result of one run is asked for");
                default -> {
                    // Properties and captured output.
                }
            }
        }

        private void ended(Status with, XMLStreamReader xml) {
            status = with;
            String text = xml.getAttributeValue(null, "message");
            message = text == null ? "" : text.lines().findFirst().orElse("");
        }

        private String attribute(XMLStreamReader xml, String name) throws IOException {
            String value = xml.getAttributeValue(null, name);
            if (value == null) {
                throw new IOException(file + ": <" + xml.getLocalName() + "> has no attribute " + name);
            }
            return value;
        }
    }
}
