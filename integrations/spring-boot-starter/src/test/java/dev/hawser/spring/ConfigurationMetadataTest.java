package dev.hawser.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.Setting;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.json.JsonParserFactory;

class ConfigurationMetadataTest {
    /** Other jars on the class path have a file of that name, too. */
    private static List<?> properties() throws IOException {
        List<Object> properties = new ArrayList<>();
        for (URL file : Collections.list(getLoader().getResources("META-INF/spring-configuration-metadata.json"))) {
            try (InputStream in = file.openStream()) {
                String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                if (text.contains("\"hawser.enabled\"")) {
                    properties.addAll((List<?>)
                            JsonParserFactory.getJsonParser().parseMap(text).get("properties"));
                }
            }
        }
        return properties;
    }

    private static ClassLoader getLoader() {
        return HawserProperties.class.getClassLoader();
    }

    @Test
    void theJarTellsEditorsOfEachSettingWithItsTypeDefaultAndDescription() throws IOException {
        List<?> properties = properties();
        for (Setting<?> setting : Setting.all()) {
            Map<?, ?> property = (Map<?, ?>) properties.stream()
                    .filter(each -> HawserProperties.nameOf(setting).equals(((Map<?, ?>) each).get("name")))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(setting + " has no metadata"));
            assertEquals(setting.defaultValue(), setting.parse(String.valueOf(property.get("defaultValue"))));
            assertNotNull(property.get("type"));
            assertTrue(String.valueOf(property.get("description")).endsWith("."), property::toString);
        }
        assertEquals(
                Setting.all().size() + 1 + ConfigurationMetadata.TOPICS.size() + MetricsProperties.NAMES.size(),
                properties.size(),
                "and hawser.enabled, and those of topics and of meters");
    }

    @Test
    void aLinkInADescriptionLeavesItsWords() throws IOException {
        String descriptions = properties().toString();
        assertTrue(descriptions.contains("The bytes of messages of topics that may wait for one slow session"));
        assertFalse(descriptions.contains("]("), descriptions);
        assertFalse(descriptions.contains("([") || descriptions.contains("when to use which"), descriptions);
    }

    @Test
    void theJarTellsEditorsOfThePropertiesOfTopics() throws IOException {
        List<?> properties = properties();
        for (String known : TopicProperties.NAMES) {
            String name = known.startsWith(TopicProperties.PATTERNS) ? TopicProperties.PATTERNS : known;
            Map<?, ?> property = (Map<?, ?>) properties.stream()
                    .filter(each -> name.equals(((Map<?, ?>) each).get("name")))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(name + " has no metadata"));
            assertEquals(ConfigurationMetadata.TOPICS.get(name), property.get("type"));
            assertTrue(String.valueOf(property.get("description")).endsWith("."), property::toString);
        }
        for (RecordComponent option : TopicPattern.class.getRecordComponents()) {
            String name = option.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
            assertTrue(TopicProperties.NAMES.contains(TopicProperties.PATTERNS + "[0]." + name), name);
        }
    }
}
