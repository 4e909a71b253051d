package dev.hawser.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** topics.js is what others copy into their page: small, in one file, of nobody else. */
class TopicScriptTest {
    @Test
    void itHasLessThan3KilobytesAndImportsNothing() throws IOException {
        Path script = Path.of("src/main/webapp/topics.js");
        long bytes = Files.size(script);
        assertTrue(bytes < 3 * 1024, bytes + " bytes");
        assertEquals(-1, Files.readString(script).indexOf("import "));
    }
}
