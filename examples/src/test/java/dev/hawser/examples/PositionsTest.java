package dev.hawser.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hawser.examples.client.Positions;
import dev.hawser.examples.client.Positions.Message;
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
}
