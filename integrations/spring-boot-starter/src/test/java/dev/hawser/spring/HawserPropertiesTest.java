package dev.hawser.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.Setting;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

class HawserPropertiesTest {
    private static StandardEnvironment environment(String... namesAndValues) {
        Map<String, Object> values = new HashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            values.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new MapPropertySource("application.properties", values));
        return environment;
    }

    private static String valueOf(Setting<?> setting, String name, String text) {
        return String.valueOf(HawserProperties.read(environment(name, text)).get(setting));
    }

    @Test
    void eachSettingHasAPropertyInTheSpellingOfSpringBoot() {
        assertEquals("hawser.max-text-message-size", HawserProperties.nameOf(Setting.MAX_TEXT_MESSAGE_SIZE));
        for (Setting<?> setting : Setting.all()) {
            String text = textOf(setting);
            assertEquals(text, valueOf(setting, HawserProperties.nameOf(setting), text), setting.key());
        }
    }

    /** The default in a text form: durations have none of their own. */
    private static String textOf(Setting<?> setting) {
        return switch (setting.name()) {
            case "dispatch" -> "event-loop";
            case "allowedOrigins" -> "*";
            case "onConflict" -> "fail";
            case "transport" -> "portable";
            case "compressionLevel" -> "6";
            case "compressionPeerWindowBits" -> "12";
            default -> setting.defaultValue() instanceof Boolean ? "true" : "17";
        };
    }

    @Test
    void namesAreRelaxedAsEverywhereInSpringBoot() {
        assertEquals("1MiB", valueOf(Setting.MAX_TEXT_MESSAGE_SIZE, "hawser.maxTextMessageSize", "1MiB"));
        assertEquals("1MiB", valueOf(Setting.MAX_TEXT_MESSAGE_SIZE, "hawser.max_text_message_size", "1MiB"));
    }

    @Test
    void valuesMayHaveTheUnitsOfHawserOrOfSpring() {
        assertEquals("1MiB", valueOf(Setting.MAX_TEXT_MESSAGE_SIZE, "hawser.max-text-message-size", "1MiB"));
        assertEquals("1048576", valueOf(Setting.MAX_TEXT_MESSAGE_SIZE, "hawser.max-text-message-size", "1MB"));
        assertEquals("2min", valueOf(Setting.IDLE_TIMEOUT, "hawser.idle-timeout", "2min"));
        assertEquals("120000", valueOf(Setting.IDLE_TIMEOUT, "hawser.idle-timeout", "2m"));
        assertEquals("90000", valueOf(Setting.IDLE_TIMEOUT, "hawser.idle-timeout", "PT1M30S"));
    }

    @Test
    void thePropertiesOfThePageAreValid() {
        for (String property : List.of("hawser.max-text-message-size=1MB", "hawser.idle-timeout=5m")) {
            int equals = property.indexOf('=');
            StandardEnvironment given = environment(property.substring(0, equals), property.substring(equals + 1));
            assertEquals(1, HawserProperties.read(given).size(), property);
        }
    }

    @Test
    void placeholdersAreResolved() {
        StandardEnvironment environment = environment("hawser.idle-timeout", "${idle}", "idle", "7s");
        assertEquals("7s", HawserProperties.read(environment).get(Setting.IDLE_TIMEOUT));
    }

    @Test
    void aNameThatIsNoneOfOursIsRefusedAndTheNearestNamed() {
        HawserStartException refused = assertThrows(
                HawserStartException.class,
                () -> HawserProperties.read(environment("hawser.max-text-mesage-size", "1MiB")));
        assertTrue(String.valueOf(refused.getMessage()).contains("There is no property hawser.max-text-mesage-size"));
        assertTrue(refused.action().startsWith("Did you mean hawser.max-text-message-size?"), refused.action());
    }

    @Test
    void aNameBelowASettingIsRefused() {
        assertThrows(
                HawserStartException.class, () -> HawserProperties.read(environment("hawser.compression.level", "3")));
    }

    @Test
    void environmentVariablesThatAreMeantForOthersDisturbNobody() {
        StandardEnvironment environment = new StandardEnvironment();
        MutablePropertySources sources = environment.getPropertySources();
        sources.replace(
                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                new SystemEnvironmentPropertySource(
                        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                        Map.of("HAWSER_HOME", "/opt/hawser", "HAWSER_MAXFRAGMENTS", "12")));
        assertEquals(Map.of(Setting.MAX_FRAGMENTS, "12"), HawserProperties.read(environment));
    }

    @Test
    void aValueThatIsNotValidIsNamedWithItsPropertyAndWhatWasExpected() {
        HawserStartException refused = assertThrows(
                HawserStartException.class, () -> HawserProperties.read(environment("hawser.send-timeout", "soon")));
        String message = String.valueOf(refused.getMessage());
        assertTrue(message.startsWith("hawser.send-timeout=soon is not valid: expected a whole number"), message);
        assertTrue(refused.action().contains("hawser.send-timeout"), refused.action());
    }
}
