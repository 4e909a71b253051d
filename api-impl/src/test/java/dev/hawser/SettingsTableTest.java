package dev.hawser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/settings.md and {@link Setting} are the same table. */
class SettingsTableTest {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(\\w+)` \\| `([^`]+)` \\|");

    @Test
    void everySettingIsInTheTableAndTheTableNamesNoOther() throws IOException {
        Set<String> names = Setting.all().stream().map(Setting::name).collect(Collectors.toCollection(TreeSet::new));
        assertEquals(names, new TreeSet<>(table().keySet()));
    }

    @Test
    void defaultsInTheTableAreTheDefaults() throws IOException {
        Map<String, String> table = table();
        for (Setting<?> setting : Setting.all()) {
            String text = table.get(setting.name());
            assertNotNull(text, setting.name());
            assertEquals(setting.defaultValue(), setting.parse(text), setting.name());
        }
    }

    private static Map<String, String> table() throws IOException {
        Map<String, String> rows = new LinkedHashMap<>();
        Matcher row = ROW.matcher(Files.readString(Path.of("../docs/settings.md")));
        while (row.find()) {
            rows.put(row.group(1), row.group(2));
        }
        return rows;
    }
}
