package dev.hawser.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.cli.Positions.Message;
import java.net.URI;
import org.junit.jupiter.api.Test;

/** What the Java client reads of envelopes, and what it says when it comes back. */
class PositionsTest {
    private static final URI SERVER = URI.create("ws://localhost/chat?name=Ada");

    private final Positions positions = new Positions();

    @Test
    void aMessageOfATopicIsReadAndItsPlaceIsSaidAtTheNextConnection() {
        assertEquals(
                new Message("a \"b\"\\c", "text", "hello\nworld"),
                positions.read("\u001e{\"topic\":\"a \\\"b\\\"\\\\c\",\"kind\":\"text\",\"epoch\":\"e1\",\"offset\":7,"
                        + "\"previous\":6}\nhello\nworld"));
        assertEquals(
                URI.create("ws://localhost/chat?name=Ada&hawser.topic=e1.7.a+%22b%22%5Cc"),
                positions.continued(SERVER));
        positions.read("\u001e{\"topic\":\"a \\\"b\\\"\\\\c\",\"kind\":\"gap\",\"epoch\":\"e2\",\"offset\":12}\n");
        assertEquals(
                URI.create("ws://localhost/chat?name=Ada&hawser.topic=e2.12.a+%22b%22%5Cc"),
                positions.continued(SERVER));
    }

    @Test
    void whatHasNoPlaceIsNotSaid() {
        assertEquals(
                new Message("live", "text", "x"), positions.read("\u001e{\"topic\":\"live\",\"kind\":\"text\"}\nx"));
        assertEquals(
                new Message("live", "joined", "Ada"),
                positions.read("\u001e{\"topic\":\"live\",\"kind\":\"joined\",\"count\":2}\nAda"));
        assertEquals(new Message(null, null, "own\nlines"), positions.read("own\nlines"));
        assertEquals(new Message(null, null, ""), positions.read(""));
        assertEquals(SERVER, positions.continued(SERVER));
    }

    private void hear(String topic, int offset) {
        positions.read("\u001e{\"topic\":\"" + topic + "\",\"kind\":\"text\",\"epoch\":\"e1\",\"offset\":" + offset
                + ",\"previous\":0}\nx");
    }

    @Test
    void aTopicThatWasLeftIsNotSaid() {
        hear("left", 1);
        hear("here", 2);
        positions.forget("left");
        assertEquals(URI.create("ws://localhost/chat?name=Ada&hawser.topic=e1.2.here"), positions.continued(SERVER));
    }

    @Test
    void theTopicsHeardLongestAgoAreForgottenBeforeTheAddressIsTooLong() {
        hear("first", 1);
        for (int i = 0; i < 5000; i++) {
            hear("room/" + i, i + 1);
            hear("first", i + 2);
        }
        String address = positions.continued(SERVER).toString();
        assertTrue(address.length() < 4100, () -> address.length() + " characters");
        assertTrue(address.endsWith("&hawser.topic=e1.5000.room%2F4999&hawser.topic=e1.5001.first"), address);
        assertFalse(address.contains("room%2F0&"), address);
    }
}
