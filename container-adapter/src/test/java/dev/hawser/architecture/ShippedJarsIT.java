package dev.hawser.architecture;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.websocket.ContainerProvider;
import jakarta.websocket.server.ServerContainer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;

/** What is in the two jars that users get, file by file, and what is not. */
class ShippedJarsIT {
    private static final String MAIN = "";
    private static final String DROPIN = "-dropin";
    private static final String MODULE = "module-info.class";
    /** The list of parts (sbom) is there only in a release. */
    private static final Pattern META_INF = Pattern.compile("META-INF/(MANIFEST\\.MF|LICENSE|NOTICE|web-fragment\\.xml"
            + "|services/[\\w.$]+|maven/(.+/)?pom\\.properties|sbom/hawser-websocket\\.cdx\\.json)");

    private static final Pattern LICENCE_OF_THE_API = Pattern.compile("META-INF/(LICENSE|NOTICE)\\.md");
    /** Magic number, minor version, then the major version in bytes 6 and 7: 61 is Java 17. */
    private static final int JAVA_17 = 61;

    @Test
    void mainJarHoldsHawserAndNothingElse() throws Exception {
        for (String name : jar(MAIN).keySet()) {
            boolean ours = name.startsWith("dev/hawser/") || name.equals(MODULE);
            assertTrue(ours || META_INF.matcher(name).matches(), name);
        }
    }

    @Test
    void dropinJarIsTheMainJarAndTheWholeWebSocketApi() throws Exception {
        Map<String, byte[]> main = jar(MAIN);
        Map<String, byte[]> dropin = jar(DROPIN);

        Set<String> api = new TreeSet<>();
        dropin.keySet().stream().filter(n -> n.startsWith("jakarta/websocket/")).forEach(api::add);
        assertEquals(apiClasses(), api);

        Set<String> rest = new TreeSet<>(dropin.keySet());
        rest.removeAll(api);
        rest.removeIf(
                n -> LICENCE_OF_THE_API.matcher(n).matches() || n.startsWith("META-INF/maven/jakarta.websocket/"));
        main.remove(MODULE); // the API's packages are other modules'
        assertEquals(main.keySet(), rest);
        assertTrue(dropin.containsKey("META-INF/LICENSE.md"), "the licence of the API");
        assertTrue(dropin.containsKey("META-INF/NOTICE.md"), "the notices of the API");
        for (String name : main.keySet()) {
            assertArrayEquals(main.get(name), dropin.get(name), name);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {MAIN, DROPIN})
    void classesRunOnJava17AndOnlyTheMainJarIsAModule(String classifier) throws Exception {
        jar(classifier).forEach((name, bytes) -> {
            assertFalse(name.endsWith(MODULE) && !(name.equals(MODULE) && classifier.equals(MAIN)), name);
            if (name.endsWith(".class")) {
                int major = ((bytes[6] & 0xff) << 8) | (bytes[7] & 0xff);
                assertTrue(major <= JAVA_17, name + " is of class file version " + major);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {MAIN, DROPIN})
    void tlsChannelIsOnlyThereUnderItsNewName(String classifier) throws Exception {
        Pattern oldName = Pattern.compile("(?<!dev/hawser/shaded/)tlschannel/");
        Map<String, byte[]> jar = jar(classifier);
        assertTrue(jar.containsKey("dev/hawser/shaded/tlschannel/ClientTlsChannel.class"));
        jar.forEach((name, bytes) -> {
            if (name.endsWith(".class")) {
                assertFalse(oldName.matcher(new String(bytes, ISO_8859_1)).find(), name);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {MAIN, DROPIN})
    void manifestNamesTheModuleAndTheVersion(String classifier) throws Exception {
        byte[] bytes = jar(classifier).get("META-INF/MANIFEST.MF");
        Attributes manifest = new Manifest(new ByteArrayInputStream(bytes)).getMainAttributes();
        assertEquals("dev.hawser.websocket", manifest.getValue("Automatic-Module-Name"));
        assertEquals("Hawser WebSocket", manifest.getValue("Implementation-Title"));
        assertEquals(System.getProperty("hawser.jars.version"), manifest.getValue("Implementation-Version"));
    }

    @ParameterizedTest
    @ValueSource(strings = {MAIN, DROPIN})
    void licenceAndNoticesAreInTheJar(String classifier) throws Exception {
        Map<String, byte[]> jar = jar(classifier);
        assertTrue(new String(jar.get("META-INF/LICENSE"), UTF_8).contains("Apache License"));
        assertTrue(new String(jar.get("META-INF/NOTICE"), UTF_8).contains("TLS Channel"));
    }

    @ParameterizedTest
    @ValueSource(strings = {MAIN, DROPIN})
    void everyServiceNamesAClassOfThisJar(String classifier) throws Exception {
        Map<String, byte[]> jar = jar(classifier);
        jar.forEach((name, bytes) -> {
            if (name.startsWith("META-INF/services/")) {
                for (String line : new String(bytes, UTF_8).split("\\R")) {
                    String provider = line.replaceFirst("#.*", "").strip();
                    assertTrue(
                            provider.isEmpty() || jar.containsKey(provider.replace('.', '/') + ".class"),
                            name + " names " + provider);
                }
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {MAIN, DROPIN})
    void sourcesAreThereForEveryClass(String classifier) throws Exception {
        Set<String> sources = jar(classifier + "-sources").keySet();
        for (String name : jar(classifier).keySet()) {
            if (name.endsWith(".class") && !name.equals(MODULE)) {
                String source = name.replaceFirst("(\\$.*)?\\.class$", ".java");
                assertTrue(sources.contains(source), source);
            }
        }
        assertFalse(sources.contains("module-info.java"));
    }

    @Test
    void publishedPomDependsOnTheApiAndNothingElse() throws Exception {
        var pom = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(Path.of(System.getProperty("hawser.jars.pom")).toFile());
        var dependencies = pom.getElementsByTagName("dependency");
        Set<String> atRunTime = new HashSet<>();
        for (int i = 0; i < dependencies.getLength(); i++) {
            Element dependency = (Element) dependencies.item(i);
            if (Set.of("compile", "runtime").contains(text(dependency, "scope", "compile"))) {
                atRunTime.add(text(dependency, "artifactId", ""));
            }
        }
        assertEquals(Set.of("jakarta.websocket-api", "jakarta.websocket-client-api"), atRunTime);
    }

    private static String text(Element parent, String tag, String otherwise) {
        var found = parent.getElementsByTagName(tag);
        return found.getLength() == 0 ? otherwise : found.item(0).getTextContent();
    }

    /** The class files of the two API jars on this test's class path. */
    private static Set<String> apiClasses() throws IOException, URISyntaxException {
        Set<String> names = new TreeSet<>();
        for (Class<?> type : List.of(ContainerProvider.class, ServerContainer.class)) {
            Path jar = Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
            names.addAll(read(jar).keySet().stream()
                    .filter(n -> n.startsWith("jakarta/websocket/"))
                    .collect(Collectors.toSet()));
        }
        return names;
    }

    private static Map<String, byte[]> jar(String classifier) throws IOException {
        return read(Path.of(
                System.getProperty("hawser.jars"), System.getProperty("hawser.jars.name") + classifier + ".jar"));
    }

    /** Read in order of the file, not through its directory: an entry that is there twice must not go unseen. */
    private static Map<String, byte[]> read(Path jar) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(jar))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                if (!entry.isDirectory()) {
                    assertFalse(files.containsKey(entry.getName()), "twice: " + entry.getName());
                    files.put(entry.getName(), in.readAllBytes());
                }
            }
        }
        return files;
    }
}
