package dev.hawser.tck.official;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestedJarTest {
    @TempDir
    private Path runs;

    @Test
    void aRunIsComparedWithTheLastOnesOnOtherContainers() throws IOException {
        Files.createDirectory(runs.resolve("classes"));
        run("jetty", "Jetty 12", "aa");
        run("undertow", "Undertow 2", "bb");
        String report = """
                On Tomcat 11: hawser.jar, SHA-256 aa
                  the same as in the last run on Jetty 12
                  not that of the last run on Undertow 2, which was SHA-256 bb: run that one again
                """;
        assertEquals(report, TestedJar.report(run("tomcat", "Tomcat 11", "aa")).replace("\r\n", "\n"));
    }

    @Test
    void anotherJarThanTheOneThatWasNamedIsADifference() throws IOException {
        Path run = run("tomcat", "Tomcat 11", "aa");
        assertEquals(List.of(), TestedJar.differences(run, ""));
        assertEquals(List.of(), TestedJar.differences(run, "AA"));
        assertEquals(List.of("the SHA-256 of the jar is aa, expected bb"), TestedJar.differences(run, "bb"));
    }

    @Test
    void aRunWithoutAServerTestedNoJar() throws IOException {
        Path run = Files.createDirectory(runs.resolve("jetty"));
        assertTrue(TestedJar.report(run).startsWith("No server was started"));
        assertEquals(1, TestedJar.differences(run, "aa").size());
    }

    @Test
    void aRecordOfAnotherFormIsRefused() throws IOException {
        Path run = Files.createDirectory(runs.resolve("jetty"));
        Files.writeString(run.resolve(TestedJar.FILE), "Jetty 12\n");
        assertThrows(IOException.class, () -> TestedJar.report(run));
    }

    private Path run(String name, String container, String sha256) throws IOException {
        Path run = Files.createDirectory(runs.resolve(name));
        Files.write(run.resolve(TestedJar.FILE), List.of(container, sha256, "hawser.jar"));
        return run;
    }
}
