package dev.hawser.tck.official;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The bundle here is made by the test, in the layout of the published one; the published one cannot be part of a build.
 */
class TckInputTest {

    private static final String ARTIFACTS = "websocket-tck/artifacts/";

    private Path directory;
    private Path classes;
    private TckInput input;

    @BeforeEach
    void emptyRepository(@TempDir Path temporary) {
        directory = temporary;
        classes = directory.resolve("classes");
        input = new TckInput("2.2.0", directory.resolve("repository"));
    }

    @Test
    void theTestsOfTheBundleAreUnpacked() throws IOException {
        Path bundle =
                bundle(ARTIFACTS + "websocket-tck-spec-tests-2.2.0.jar", ARTIFACTS + "websocket-tck-common-2.2.0.jar");
        assertEquals("The TCK is the bundle bundle.zip", input.unpack(bundle.toString(), classes));
        assertEquals("websocket-tck-spec-tests", Files.readString(classes.resolve("a/websocket-tck-spec-tests.class")));
        assertEquals("websocket-tck-common", Files.readString(classes.resolve("a/websocket-tck-common.class")));
    }

    @Test
    void theInstalledArtifactIsUnpackedAndWhatWasThereBeforeIsGone() throws IOException {
        Path artifact =
                Files.createDirectories(directory.resolve("repository/jakarta/tck/websocket-tck-spec-tests/2.2.0"));
        Files.write(
                artifact.resolve("websocket-tck-spec-tests-2.2.0.jar"),
                zip(Map.of("a/New.class", "new".getBytes(StandardCharsets.UTF_8))));
        Files.createDirectories(classes);
        Files.writeString(classes.resolve("Old.class"), "old");
        input.unpack("", classes);
        assertTrue(Files.exists(classes.resolve("a/New.class")));
        assertFalse(Files.exists(classes.resolve("Old.class")));
    }

    @Test
    void withoutTheTckOneLineSaysWhereToGetIt() {
        String message = refused("");
        assertTrue(message.startsWith("The official TCK is absent: get https://download.eclipse.org/"), message);
        assertEquals(1, message.lines().count());
        assertEquals("There is no file no.zip. " + message, refused("no.zip"));
    }

    @Test
    void aZipThatIsNotTheBundleIsNamed() throws IOException {
        String other =
                bundle("websocket-tck/artifacts/websocket-tck-common-2.2.0.jar").toString();
        assertEquals(
                "bundle.zip is not the bundle of version 2.2.0: it has no"
                        + " websocket-tck/artifacts/websocket-tck-spec-tests-2.2.0.jar",
                refused(other));
    }

    @Test
    void aFileThatIsNoZipIsNamed() throws IOException {
        Path file = Files.writeString(directory.resolve("bundle.zip"), "<html>Not found</html>");
        assertEquals("bundle.zip is not a zip file", refused(file.toString()));
    }

    @Test
    void aJarCannotWriteOutsideOfTheDirectory() throws IOException {
        byte[] jar = zip(Map.of("../escaped", new byte[0]));
        Path bundle = Files.write(
                directory.resolve("bundle.zip"), zip(Map.of(ARTIFACTS + "websocket-tck-common-2.2.0.jar", jar)));
        assertTrue(refused(bundle.toString()).contains("an entry outside of itself"));
        assertFalse(Files.exists(directory.resolve("escaped")));
    }

    private String refused(String bundle) {
        return assertThrows(IOException.class, () -> input.unpack(bundle, classes))
                .getMessage();
    }

    /** A bundle with these jars, each with one entry that is named like the jar and holds its name. */
    private Path bundle(String... jars) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("websocket-tck/docs/index.html", new byte[0]);
        for (String jar : jars) {
            String name = jar.substring(ARTIFACTS.length(), jar.lastIndexOf('-'));
            entries.put(jar, zip(Map.of("a/" + name + ".class", name.getBytes(StandardCharsets.UTF_8))));
        }
        return Files.write(directory.resolve("bundle.zip"), zip(entries));
    }

    private static byte[] zip(Map<String, byte[]> entries) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                out.putNextEntry(new ZipEntry(entry.getKey()));
                out.write(entry.getValue());
                out.closeEntry();
            }
        }
        return bytes.toByteArray();
    }
}
