package dev.hawser.internal.topic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.topic.TopicWorld.Peer;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a peer of one topic has heard over the subprotocol {@code hawser.topics.v1}. */
record Heard(Peer peer) {
    private static final Pattern HEAD = Pattern.compile("(?:text|binary):\u001e(\\{[^\n]*})\n(.*)", Pattern.DOTALL);

    /** One envelope and its payload; offsets are -1 where there are none. */
    record Message(String kind, String epoch, long offset, long previous, String text) {}

    List<Message> all() {
        List<Message> all = new ArrayList<>();
        for (String frame : peer.received()) {
            Matcher head = HEAD.matcher(frame);
            assertTrue(head.matches(), frame);
            String json = head.group(1);
            all.add(new Message(
                    field(json, "kind"),
                    field(json, "epoch"),
                    number(json, "offset"),
                    number(json, "previous"),
                    head.group(2)));
        }
        return all;
    }

    List<Message> messages() {
        return all().stream().filter(each -> each.kind.equals("text")).toList();
    }

    List<String> kinds() {
        return all().stream().map(Message::kind).toList();
    }

    List<String> texts() {
        return messages().stream().map(Message::text).toList();
    }

    /** What its client would ask for, had it seen no more than so many messages. */
    String wish(int messages) {
        Message seen = messages().get(messages);
        return seen.epoch + "." + seen.offset + ".t".replace("t", topic());
    }

    private String topic() {
        return field(
                HEAD.matcher(peer.received().get(0))
                        .results()
                        .findFirst()
                        .orElseThrow()
                        .group(1),
                "topic");
    }

    /** The law: of one epoch offsets only grow, and each message is the one behind the last, unless a gap is told. */
    void assertNothingTwiceOrMissingUntold() {
        String epoch = "";
        long last = -1;
        for (Message each : all()) {
            if (!each.kind.equals("text")) {
                boolean recovered = each.kind.equals("recovered") && !each.epoch.equals(epoch); // after a local one
                assertTrue(last < 0 || recovered || each.kind.equals("gap"), () -> each + " in " + all());
                assertTrue(!each.epoch.equals(epoch) || each.offset >= last, () -> each + " in " + all());
                epoch = each.epoch;
                last = each.offset;
                continue;
            }
            assertEquals(epoch, each.epoch, () -> each + " in " + all());
            assertTrue(each.offset > last, () -> each + " in " + all());
            assertEquals(last, each.previous, () -> each + " in " + all());
            last = each.offset;
        }
    }

    private static String field(String json, String name) {
        Matcher value = Pattern.compile("\"" + name + "\":\"?([^,\"}]*)").matcher(json);
        return value.find() ? value.group(1) : "";
    }

    private static long number(String json, String name) {
        String value = field(json, name);
        return value.isEmpty() ? -1 : Long.parseLong(value);
    }
}
