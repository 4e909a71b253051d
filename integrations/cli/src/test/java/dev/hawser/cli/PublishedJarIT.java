package dev.hawser.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

/** What is in the jar that people run, file by file, and what its pom in a repository asks for. */
class PublishedJarIT {
    /** The bill of materials (sbom) is there only in a release. */
    private static final Pattern META_INF =
            Pattern.compile("META-INF/(MANIFEST\\.MF|LICENSE|NOTICE|LICENSE\\.md|NOTICE\\.md"
                    + "|services/[\\w.$]+|maven/.+/pom\\.properties|sbom/hawser-cli\\.cdx\\.json)");

    private static final Pattern CLASSES = Pattern.compile("(dev/hawser|picocli|jakarta/websocket)/.+\\.class");
    /** Magic number, minor version, then the major version in bytes 6 and 7: 61 is Java 17. */
    private static final int JAVA_17 = 61;

    private static final Map<String, byte[]> JAR = new TreeMap<>();

    /** Read in order of the file, not through its directory: an entry that is there twice must not go unseen. */
    @BeforeAll
    static void read() throws IOException {
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(Path.of(System.getProperty("cli.jar"))))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                if (!entry.isDirectory()) {
                    assertFalse(JAR.containsKey(entry.getName()), "twice: " + entry.getName());
                    JAR.put(entry.getName(), in.readAllBytes());
                }
            }
        }
    }

    @Test
    void itHoldsTheToolAndWhatThatNeedsAndNothingElse() {
        JAR.keySet()
                .forEach(name -> assertTrue(
                        CLASSES.matcher(name).matches()
                                || META_INF.matcher(name).matches(),
                        name));
        for (String needed : List.of(
                "dev/hawser/cli/Main.class",
                "dev/hawser/client/HawserClient.class",
                "dev/hawser/shaded/tlschannel/ClientTlsChannel.class",
                "jakarta/websocket/Session.class",
                "picocli/CommandLine.class")) {
            assertTrue(JAR.containsKey(needed), needed);
        }
    }

    @Test
    void classesRunOnJava17() {
        JAR.forEach((name, bytes) -> {
            if (name.endsWith(".class")) {
                int major = ((bytes[6] & 0xff) << 8) | (bytes[7] & 0xff);
                assertTrue(major <= JAVA_17, name + " is of class file version " + major);
            }
        });
    }

    @Test
    void theManifestNamesTheProgramAndItsVersion() throws IOException {
        Attributes manifest =
                new Manifest(new ByteArrayInputStream(JAR.get("META-INF/MANIFEST.MF"))).getMainAttributes();
        assertEquals(Main.class.getName(), manifest.getValue(Attributes.Name.MAIN_CLASS));
        assertEquals(System.getProperty("cli.version"), manifest.getValue("Implementation-Version"));
    }

    @Test
    void licencesAndNoticesOfAllThatIsInsideAreThere() {
        assertTrue(text("META-INF/LICENSE").contains("Apache License"));
        assertTrue(text("META-INF/NOTICE").contains("TLS Channel"));
        assertTrue(text("META-INF/NOTICE").contains("picocli"));
        assertTrue(text("META-INF/LICENSE.md").contains("Eclipse Public License"));
        assertTrue(text("META-INF/NOTICE.md").contains("Jakarta WebSocket"));
    }

    @Test
    void everyServiceNamesAClassOfThisJar() {
        for (String name : JAR.keySet()) {
            if (name.startsWith("META-INF/services/")) {
                for (String line : text(name).split("\\R")) {
                    String provider = line.replaceFirst("#.*", "").strip();
                    assertTrue(
                            provider.isEmpty() || JAR.containsKey(provider.replace('.', '/') + ".class"),
                            name + " names " + provider);
                }
            }
        }
    }

    /** All is inside: a build that copies the jar fetches nothing more. */
    @Test
    void thePublishedPomAsksForNothingAtRunTime() throws Exception {
        var dependencies = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(Path.of(System.getProperty("cli.pom")).toFile())
                .getElementsByTagName("dependency");
        List<String> atRunTime = new ArrayList<>();
        for (int i = 0; i < dependencies.getLength(); i++) {
            Element dependency = (Element) dependencies.item(i);
            var scope = dependency.getElementsByTagName("scope");
            if (scope.getLength() == 0
                    || !List.of("test", "provided").contains(scope.item(0).getTextContent())) {
                atRunTime.add(
                        dependency.getElementsByTagName("artifactId").item(0).getTextContent());
            }
        }
        assertEquals(List.of(), atRunTime);
    }

    private static String text(String name) {
        byte[] bytes = JAR.get(name);
        assertTrue(bytes != null, name + " is not in the jar");
        return new String(bytes, UTF_8);
    }
}
