package dev.hawser.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.topic.SlowSubscriber;
import dev.hawser.topic.TopicOptions;
import jakarta.websocket.Encoder;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

class TopicPropertiesTest {
    public static class LongEncoder implements Encoder.Text<Long> {
        @Override
        public String encode(Long number) {
            return "" + number;
        }
    }

    private static StandardEnvironment environment(String... properties) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (String each : properties) {
            values.put("hawser.topics." + each.substring(0, each.indexOf('=')), each.substring(each.indexOf('=') + 1));
        }
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new MapPropertySource("application.properties", values));
        return environment;
    }

    private static List<TopicProperties.Configured> read(String... properties) {
        StandardEnvironment environment = environment(properties);
        HawserProperties.read(environment); // knows the names
        return TopicProperties.read(environment);
    }

    private static String refused(String... properties) {
        return String.valueOf(
                assertThrows(HawserStartException.class, () -> read(properties)).getMessage());
    }

    @Test
    void eachOptionOfTopicsHasAProperty() {
        List<TopicProperties.Configured> all = read(
                "patterns[0].pattern=room/**",
                "patterns[0].history-messages=1000",
                "patterns[0].history-age=10m",
                "patterns[0].local-while-away=true",
                "patterns[0].presence=100",
                "patterns[1].pattern=prices/*",
                "patterns[1].slow-subscriber=drop-oldest",
                "patterns[1].encoders=" + LongEncoder.class.getName());
        assertEquals("room/**", all.get(0).pattern());
        TopicOptions rooms = all.get(0).options();
        assertEquals(1000, rooms.historySize());
        assertEquals(Duration.ofMinutes(10), rooms.historyAge());
        assertTrue(rooms.isLocalWhileAway());
        assertEquals(100, rooms.presence());
        assertEquals(SlowSubscriber.CLOSE, rooms.slow());
        assertEquals("prices/*", all.get(1).pattern());
        TopicOptions prices = all.get(1).options();
        assertEquals(SlowSubscriber.DROP_OLDEST, prices.slow());
        assertEquals(List.of(LongEncoder.class), prices.encoders());
        assertEquals(0, prices.historySize());
        assertEquals(2, all.size());
    }

    @ParameterizedTest
    @CsvSource({"10m, 600", "10min, 600", "PT10M, 600", "1h, 3600", "90s, 90", "2d, 172800"})
    void anAgeHasTheUnitsOfHawserOrOfSpring(String text, int seconds) {
        List<TopicProperties.Configured> all =
                read("patterns[0].pattern=a", "patterns[0].historyMessages=1", "patterns[0].history_age=" + text);
        assertEquals(Duration.ofSeconds(seconds), all.get(0).options().historyAge());
    }

    @Test
    void aNameThatIsNoneOfOursIsRefusedAndTheNearestNamed() {
        HawserStartException refused =
                assertThrows(HawserStartException.class, () -> read("patterns[3].pattern=a", "patterns[3].presense=7"));
        assertTrue(
                String.valueOf(refused.getMessage())
                        .startsWith("There is no property hawser.topics.patterns[3].presense ("),
                refused.getMessage());
        assertTrue(refused.action().startsWith("Did you mean hawser.topics.patterns[3].presence?"), refused.action());
        assertTrue(refused("redis.host=here").startsWith("There is no property hawser.topics.redis.host ("));
        assertTrue(refused("patterns=room/*").startsWith("There is no property hawser.topics.patterns ("));
    }

    @Test
    void aPatternWithoutOptionsAndOptionsWithoutAPatternAreRefused() {
        assertEquals("hawser.topics.patterns[0] (room/*) has no options.", refused("patterns[0].pattern=room/*"));
        assertEquals("hawser.topics.patterns[0] has no pattern.", refused("patterns[0].presence=3"));
    }

    @Test
    void optionsThatMeanNothingAreRefused() {
        String[][] wrong = {
            {"history-messages=5", "needs both history-messages and history-age"},
            {"history-age=5m", "needs both history-messages and history-age"},
            {"history-messages=0,history-age=5m", "has history-messages=0, but a history has at least 1 message"},
            {"history-messages=1,history-age=0s", "has history-age=0s, but a history lasts longer than 0"},
            {"history-messages=1,history-age=soon", "has history-age=soon, expected a duration such as 10m"},
            {"presence=1,local-while-away=true", "has local-while-away, but no history"},
            {"presence=0", "has presence=0, but at least 1 member is named"},
        };
        for (String[] each : wrong) {
            String[] options = ("pattern=a," + each[0]).split(",");
            for (int i = 0; i < options.length; i++) {
                options[i] = "patterns[0]." + options[i];
            }
            assertEquals("hawser.topics.patterns[0] (a) " + each[1] + ".", refused(options));
        }
    }
}
