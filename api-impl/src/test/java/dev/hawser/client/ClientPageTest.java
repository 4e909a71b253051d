package dev.hawser.client;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** docs/client.md has every property of a client connection. */
class ClientPageTest {
    @Test
    void hasEveryProperty() throws Exception {
        String page = Files.readString(Path.of("../docs/client.md"));
        int found = 0;
        for (Field constant : ClientProperties.class.getFields()) {
            if (Modifier.isStatic(constant.getModifiers())) {
                String row = "| `" + constant.get(null) + "` |";
                assertTrue(page.contains(row), "docs/client.md has no row " + row);
                found++;
            }
        }
        assertTrue(found > 0);
    }
}
