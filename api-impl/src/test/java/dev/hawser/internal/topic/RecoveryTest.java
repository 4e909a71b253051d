package dev.hawser.internal.topic;

import static dev.hawser.internal.topic.TopicWorld.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.CloseCause;
import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.extension.Opcode;
import dev.hawser.internal.topic.TopicWorld.Peer;
import dev.hawser.internal.transport.SharedMessage;
import dev.hawser.topic.PublishOptions;
import dev.hawser.topic.SlowSubscriber;
import dev.hawser.topic.TopicOptions;
import dev.hawser.topic.Topics;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a client gets that comes back, over the subprotocol {@code hawser.topics.v1}. */
class RecoveryTest {
    private static final String V1 = "hawser.topics.v1";
    private static final Pattern HEAD = Pattern.compile("(?:text|binary):\u001e(\\{[^\n]*})\n(.*)", Pattern.DOTALL);
    private static final String FILLING = "f".repeat(1000);

    private final TopicWorld world = new TopicWorld(
            Settings.builder().set(Setting.OUTBOUND_BYTES, 128 * 1024).build());
    private final Peer publisher = world.connect();
    private final Topics topics = Topics.of(publisher.session());

    @BeforeEach
    void historyIsKept() {
        topics.configure("**", TopicOptions.live().history(1000, Duration.ofMinutes(5)));
        topics.configure("live", TopicOptions.live());
    }

    @AfterEach
    void end() {
        world.close();
    }

    @Test
    void onlyASessionThatAgreedGetsAnEnvelope() {
        Peer agreed = connect("");
        Peer with = world.connect(new TopicWorld.Quiet(), V1 + "+chat", "");
        Peer other = world.connect(new TopicWorld.Quiet(), "chat", "");
        for (Peer peer : List.of(agreed, with, other)) {
            topics.subscribe(peer.session(), "a \"b\"\\c");
        }
        topics.publish("a \"b\"\\c", "hello\nworld");
        topics.publish("a \"b\"\\c", ByteBuffer.wrap("bytes".getBytes(StandardCharsets.UTF_8)));
        assertEquals(List.of("text:hello\nworld", "binary:bytes"), other.received());
        String epoch = epoch(agreed);
        String at = ",\"epoch\":\"" + epoch + "\",\"offset\":";
        String topic = "{\"topic\":\"a \\\"b\\\"\\\\c\",\"kind\":";
        List<String> expected = List.of(
                "text:\u001e" + topic + "\"subscribed\"" + at + "0}\n",
                "text:\u001e" + topic + "\"text\"" + at + "1,\"previous\":0}\nhello\nworld",
                "binary:\u001e" + topic + "\"binary\"" + at + "2,\"previous\":1}\nbytes");
        assertEquals(expected, agreed.received());
        assertEquals(expected, with.received());
    }

    @Test
    void aTopicWithoutHistoryHasNoOffsets() {
        Peer peer = connect("");
        topics.subscribe(peer.session(), "live");
        topics.publish("live", "x");
        assertEquals(List.of("text:\u001e{\"topic\":\"live\",\"kind\":\"text\"}\nx"), peer.received());
    }

    @Test
    void whoComesBackGetsWhatItMissedOnceAndInOrder() {
        Peer before = connect("");
        topics.subscribe(before.session(), "room/7");
        topics.subscribe(before.session(), "room/8");
        publish("room/7", 1, 3);
        publish("room/8", 1, 2);
        before.connection.cut("the tunnel", CloseCause.STOPPED);
        publish("room/7", 4, 9);
        String seen = wish(epoch(before, "room/7"), 3, "room/7") + wish(epoch(before, "room/8"), 2, "room/8");
        Peer after = connect(seen);
        topics.subscribe(after.session(), "room/7");
        topics.subscribe(after.session(), "room/8");
        publish("room/7", 10, 12);
        await("all has come", () -> numbers(after, "room/7").size() == 9);
        assertEquals(List.of(4, 5, 6, 7, 8, 9, 10, 11, 12), numbers(after, "room/7"));
        assertEquals("recovered", kinds(after, "room/7").get(0));
        assertEquals(List.of("recovered"), kinds(after, "room/8"), "nothing was missed");
        topics.unsubscribe(after.session(), "room/7");
        topics.subscribe(after.session(), "room/7");
        List<String> kinds = kinds(after, "room/7");
        assertEquals("subscribed", kinds.get(kinds.size() - 1), "a wish is fulfilled once");
    }

    @Test
    void aClientThatIsTooLateIsToldSo() {
        topics.configure("short", TopicOptions.live().history(5, Duration.ofMinutes(5)));
        Peer before = connect("");
        topics.subscribe(before.session(), "short");
        publish("short", 1, 10);
        Peer late = connect(wish(epoch(before), 4, "short"));
        Peer justInTime = connect(wish(epoch(before), 5, "short"));
        topics.subscribe(late.session(), "short");
        topics.subscribe(justInTime.session(), "short");
        assertEquals(List.of("gap"), kinds(late, "short"));
        assertTrue(late.received().get(0).contains("\"offset\":10}"), late.received()::toString);
        await("all has come", () -> numbers(justInTime, "short").size() == 5);
        assertEquals(List.of(6, 7, 8, 9, 10), numbers(justInTime, "short"));
    }

    @Test
    void anotherEpochAndAnOffsetFromTheFutureAreGaps() {
        publish("t", 1, 5);
        Peer known = connect("");
        topics.subscribe(known.session(), "t");
        Peer otherEpoch = connect(wish("0", 3, "t"));
        Peer future = connect(wish(epoch(known), 6, "t"));
        Peer farFuture = connect(wish(epoch(known), Long.MAX_VALUE, "t"));
        for (Peer peer : List.of(otherEpoch, future, farFuture)) {
            topics.subscribe(peer.session(), "t");
            assertEquals(List.of("gap"), kinds(peer, "t"));
        }
    }

    @Test
    void aListIsAWishAndHistoryGoesOnlyToWhoTheApplicationSubscribes() {
        Peer insider = connect("");
        topics.subscribe(insider.session(), "secret");
        publish("secret", 1, 5);
        Peer forger = connect(wish(epoch(insider), 0, "secret") + wish(epoch(insider), 0, "open"));
        topics.subscribe(forger.session(), "open");
        publish("open", 1, 1);
        await("what it may hear has come", () -> numbers(forger, "open").size() == 1);
        assertEquals(List.of("gap", "text"), kinds(forger, "open"), "another topic's epoch is no epoch here");
        assertEquals(List.of(), kinds(forger, "secret"));
        Peer plain = world.connect(
                new TopicWorld.Quiet(),
                "",
                "?" + wish(epoch(insider), 0, "secret").substring(1));
        topics.subscribe(plain.session(), "secret");
        assertEquals(List.of(), plain.received(), "one that did not agree gets no history");
    }

    @Test
    void whatIsNoWishIsLeftOut() {
        publish("t", 1, 5);
        for (String query : List.of(
                "&hawser.topic=",
                "&hawser.topic=x",
                "&hawser.topic=a.b",
                "&hawser.topic=a.b.t",
                "&hawser.topic=a.-1.t",
                "&hawser.topic=..t",
                "&hawser.topic=a.99999999999999999999.t")) {
            Peer peer = connect(query);
            topics.subscribe(peer.session(), "t");
            assertEquals(List.of("subscribed"), kinds(peer, "t"), query);
        }
    }

    @Test
    void aLongRecoveryGoesAtThePaceOfTheReaderWhileOthersPublish() {
        Peer before = connect("");
        topics.subscribe(before.session(), "t");
        publish("t", 1, 1);
        String seen = wish(epoch(before), 1, "t");
        publish("t", 2, 500);
        Peer after = connect(seen);
        after.transport.holdWrites();
        topics.subscribe(after.session(), "t");
        publish("t", 501, 900);
        assertTrue(
                after.session().getBufferedAmount() < 64 * 1024,
                "not all at once: " + after.session().getBufferedAmount());
        after.transport.releaseWrite();
        publish("t", 901, 950);
        await("all has come", () -> numbers(after, "t").size() == 949);
        List<Integer> expected = new ArrayList<>();
        for (int i = 2; i <= 950; i++) {
            expected.add(i);
        }
        assertEquals(expected, numbers(after, "t"), "none twice, none out of order, none lost");
        assertTrue(after.session().isOpen(), "and it is not closed for being slow");
    }

    @Test
    void oneThatFallsBehindItsHistoryIsToldTheGap() {
        topics.configure("short", TopicOptions.live().history(10, Duration.ofMinutes(5)));
        Peer slow = connect("");
        topics.subscribe(slow.session(), "short");
        slow.transport.holdWrites();
        publish("short", 1, 300);
        slow.transport.releaseWrite();
        await("it is told", () -> kinds(slow, "short").contains("gap"));
        publish("short", 301, 301);
        await("it goes on", () -> numbers(slow, "short").contains(301));
        List<Integer> numbers = numbers(slow, "short");
        assertEquals(numbers.stream().sorted().distinct().toList(), numbers);
    }

    @Test
    void aMessageOfAHistoryWaitsForTheEndOfAPartialOne() throws IOException {
        Peer peer = connect("");
        topics.subscribe(peer.session(), "t");
        peer.session().getBasicRemote().sendText("a", false);
        publish("t", 1, 3);
        assertEquals(List.of(), numbers(peer, "t"));
        peer.session().getBasicRemote().sendText("b", true);
        await("they have come", () -> numbers(peer, "t").equals(List.of(1, 2, 3)));
    }

    @Test
    void historyIsKeptWithoutSubscribersAndItsTopicEndsWithIt() {
        topics.configure("brief/*", TopicOptions.live().history(5, Duration.ofNanos(1)));
        publish("t", 1, 1);
        for (int i = 0; i < 1000; i++) {
            publish("brief/" + i, 1, 1);
        }
        ContainerTopics all = ContainerTopics.of(publisher.session());
        await("all but t have ended", () -> all.size() == 1);
        Peer first = connect("");
        topics.subscribe(first.session(), "t");
        assertTrue(first.received().get(0).contains("\"offset\":1}"), first.received()::toString);
        assertThrows(IllegalArgumentException.class, () -> TopicOptions.live().history(0, Duration.ofMinutes(1)));
    }

    @Test
    void theHistoryOfARoomThatAllHaveLeftIsGivenBackWhenItIsTooOld() {
        topics.configure("brief", TopicOptions.live().history(5, Duration.ofMillis(100)));
        Peer peer = connect("");
        topics.subscribe(peer.session(), "brief");
        publish("brief", 1, 3);
        topics.unsubscribe(peer.session(), "brief");
        ContainerTopics all = ContainerTopics.of(publisher.session());
        await("the topic has ended, though nobody asked for it", () -> all.size() == 0);
    }

    @Test
    void twoStarsStandForLineSeparatorsToo() {
        Peer peer = connect("");
        topics.subscribe(peer.session(), "a\u2028b");
        assertEquals(1, peer.received().size(), "it has a history, and so is told where it stands");
    }

    @Test
    void aHistoryMayLastForEver() {
        topics.configure("old", TopicOptions.live().history(5, Duration.ofSeconds(Long.MAX_VALUE)));
        publish("old", 1, 10);
        Peer peer = connect("");
        topics.subscribe(peer.session(), "old");
        publish("old", 11, 12);
        assertEquals(List.of(11, 12), numbers(peer, "old"));
    }

    @Test
    void whoWaitsForTheEndOfAPartialMessageKeepsNoThreadBusy() throws IOException {
        Peer peer = connect("");
        peer.session().getBasicRemote().sendText("a", false);
        topics.subscribe(peer.session(), "t"); // and what tells so waits
        Subscriber subscriber = (Subscriber) peer.session().atClosing().listener();
        AtomicInteger again = new AtomicInteger();
        Subscription behind = new Subscription() {
            @Override
            public String topic() {
                return "behind";
            }

            @Override
            public SlowSubscriber rule() {
                return SlowSubscriber.CLOSE;
            }

            @Override
            public void dropped() {}

            @Override
            public void tryAgain() {
                again.incrementAndGet();
            }

            @Override
            public void leave() {}
        };
        SharedMessage message = new SharedMessage(Opcode.TEXT, new byte[1]);
        assertFalse(subscriber.deliverIfRoom(behind, message));
        assertFalse(subscriber.deliverIfRoom(behind, message));
        assertEquals(0, again.get(), "there is no room yet, so nobody is to try again");
        peer.session().getBasicRemote().sendText("b", true);
        assertEquals(1, again.get(), "now there is");
    }

    @Test
    void whoIsExceptedGetsNothingOfItWhenItIsBehind() throws IOException {
        Peer peer = connect("");
        topics.subscribe(peer.session(), "t");
        peer.session().getBasicRemote().sendText("a", false);
        publish("t", 1, 1);
        topics.publish("t", 2 + FILLING, PublishOptions.toAll().except(peer.session()));
        publish("t", 3, 3);
        peer.session().getBasicRemote().sendText("b", true);
        await("they have come", () -> numbers(peer, "t").contains(3));
        assertEquals(List.of(1, 3), numbers(peer, "t"));
    }

    @Test
    void whoIsBehindIsToldTheGapWhenHistoryIsTurnedOff() throws IOException {
        Peer peer = connect("");
        topics.subscribe(peer.session(), "t");
        peer.session().getBasicRemote().sendText("a", false);
        publish("t", 1, 2);
        topics.configure("t", TopicOptions.live());
        publish("t", 3, 3);
        peer.session().getBasicRemote().sendText("b", true);
        await("it goes on", () -> numbers(peer, "t").contains(3));
        assertEquals(List.of("subscribed", "gap", "text"), kinds(peer, "t"));
    }

    @Test
    void aTopicThatBeginsAnewHasAnotherEpoch() {
        topics.configure("brief", TopicOptions.live().history(5, Duration.ofNanos(1)));
        Peer first = connect("");
        topics.subscribe(first.session(), "brief");
        topics.unsubscribe(first.session(), "brief");
        Peer second = connect("");
        topics.subscribe(second.session(), "brief");
        assertNotEquals(epoch(first), epoch(second));
    }

    @Test
    void aHistoryThatWasOffWhileSomethingWasPublishedIsAnotherOneAfterwards() throws IOException {
        Peer peer = connect("");
        topics.subscribe(peer.session(), "t");
        publish("t", 1, 2);
        String before = epoch(peer);
        topics.configure("t", TopicOptions.live());
        topics.publish("t", 3 + FILLING, PublishOptions.toAll().except(peer.session()));
        topics.configure("t", TopicOptions.live().history(1000, Duration.ofMinutes(5)));
        Peer back = connect(wish(before, 2, "t"));
        topics.subscribe(back.session(), "t");
        assertEquals(List.of("gap"), kinds(back, "t"), "message 3 has no offset, and it has missed it");
        assertNotEquals(before, epoch(back));
    }

    @Test
    void whoIsBehindAndExceptedIsToldTheGapWhenHistoryIsTurnedOff() throws IOException {
        Peer peer = connect("");
        topics.subscribe(peer.session(), "t");
        peer.session().getBasicRemote().sendText("a", false);
        publish("t", 1, 2);
        topics.configure("t", TopicOptions.live());
        topics.publish("t", 3 + FILLING, PublishOptions.toAll().except(peer.session()));
        topics.configure("t", TopicOptions.live().history(1000, Duration.ofMinutes(5)));
        publish("t", 4, 5);
        peer.session().getBasicRemote().sendText("b", true);
        await("it goes on", () -> kinds(peer, "t").size() >= 4);
        assertEquals(List.of("subscribed", "gap", "text", "text"), kinds(peer, "t"));
        assertEquals(List.of(4, 5), numbers(peer, "t"));
    }

    private Peer connect(String wishes) {
        return world.connect(new TopicWorld.Quiet(), V1, wishes.isEmpty() ? "" : "?" + wishes.substring(1));
    }

    private void publish(String topic, int from, int to) {
        for (int i = from; i <= to; i++) {
            topics.publish(topic, i + FILLING);
        }
    }

    private static String wish(String epoch, long offset, String topic) {
        return "&hawser.topic=" + epoch + "." + offset + "." + URLEncoder.encode(topic, StandardCharsets.UTF_8);
    }

    private static String epoch(Peer peer) {
        return field(peer.received().get(0), "epoch");
    }

    private static String epoch(Peer peer, String topic) {
        return peer.received().stream()
                .filter(message -> message.contains("\"topic\":\"" + topic + "\""))
                .map(message -> field(message, "epoch"))
                .findFirst()
                .orElseThrow();
    }

    private static String field(String message, String name) {
        Matcher value = Pattern.compile("\"" + name + "\":\"?([^,\"}]*)").matcher(message);
        assertTrue(value.find(), message);
        return value.group(1);
    }

    private static List<String> kinds(Peer peer, String topic) {
        return peer.received().stream()
                .filter(message -> message.contains("\"topic\":\"" + topic + "\""))
                .map(message -> field(message, "kind"))
                .toList();
    }

    private static List<Integer> numbers(Peer peer, String topic) {
        List<Integer> numbers = new ArrayList<>();
        for (String message : peer.received()) {
            Matcher head = HEAD.matcher(message);
            if (head.matches()
                    && head.group(1).contains("\"topic\":\"" + topic + "\"")
                    && head.group(1).contains("\"kind\":\"text\"")) {
                numbers.add(
                        Integer.valueOf(head.group(2).substring(0, head.group(2).indexOf('f'))));
            }
        }
        return numbers;
    }
}
