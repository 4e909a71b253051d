package dev.hawser.nats;

import static dev.hawser.brokers.Client.await;
import static dev.hawser.brokers.TwoNodes.KEPT;
import static dev.hawser.brokers.TwoNodes.publish;
import static dev.hawser.brokers.TwoNodes.texts;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.backplane.BackplaneException;
import dev.hawser.brokers.BackplaneRules;
import dev.hawser.brokers.Client;
import dev.hawser.brokers.NatsServer;
import dev.hawser.brokers.TwoNodes;
import io.nats.client.Options;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two nodes over one real NATS: the rules of all backplanes, and what is peculiar to JetStream. */
class NatsBackplaneTest implements BackplaneRules {
    private static final Pattern STREAM = Pattern.compile("hawser-10000-300000-[a-z0-9]+");
    private static final Pattern CONFIG = Pattern.compile("\"config\":(\\{.*?}),\"created\"");
    private static final long STORAGE = 4 << 20;

    @RegisterExtension
    final TwoNodes nodes = new TwoNodes(new NatsServer(STORAGE), (topics, nats) -> {
        topics.connect(new NatsBackplane(nats)); // such as nats://nats.internal:4222
    });

    @Override
    public TwoNodes nodes() {
        return nodes;
    }

    private String ask(String subject, String body) throws IOException {
        return NatsServer.ask(nodes.broker().port(), subject, body);
    }

    /** The stream of topics below kept/. */
    private String stream() throws IOException {
        Matcher name = STREAM.matcher(ask("$JS.API.STREAM.NAMES", ""));
        assertTrue(name.find());
        return name.group();
    }

    @Test
    void topicsShareAStreamAndNoneMissesOrGetsWhatIsAnothersAndMovingClientsAreRecovered() {
        String strange = "kept/x.y > z\u00E9";
        Client one = nodes.opened(Client.enveloped(nodes.first(), KEPT));
        Client two = nodes.opened(
                Client.enveloped(nodes.second(), strange.replace(" ", "%20").replace(">", "%3E")));
        await("both know", () -> one.kinds().size() == 1 && two.kinds().size() == 1);
        for (int i = 1; i <= 20; i++) {
            publish(nodes.first().topics, KEPT, i, i);
            publish(nodes.second().topics, strange, 100 + i, 100 + i);
        }
        await("all have come", () -> one.texts().size() == 20 && two.texts().size() == 20);
        assertEquals(texts(1, 20), one.texts());
        assertEquals(texts(101, 120), two.texts());
        one.assertNothingTwiceOrMissingUntold();
        two.assertNothingTwiceOrMissingUntold();
        one.close();
        publish(nodes.second().topics, strange, 121, 121);
        publish(nodes.second().topics, KEPT, 21, 22);
        Client back = nodes.opened(one.back(nodes.second()));
        await("it has all", () -> back.texts().size() == 2);
        assertEquals(List.of("recovered", "text", "text"), back.kinds());
        back.assertNothingTwiceOrMissingUntold();
    }

    @Test
    void topicsThatBeginWithoutMessagesLeaveTheHistoriesOfOthersAsTheyAre() throws Exception {
        List<Client> clients = nodes.clients();
        publish(nodes.first().topics, KEPT, 1, 3);
        for (Client each : clients) {
            await("three have come", () -> each.texts().size() == 3);
        }
        String before = stream();
        for (int i = 2; i <= 10; i++) {
            String topic = "kept/" + i;
            for (Client each : List.of(
                    nodes.opened(Client.enveloped(nodes.first(), topic)),
                    nodes.opened(Client.enveloped(nodes.second(), topic)))) {
                await("it is told where it stands", () -> each.kinds().equals(List.of("subscribed")));
                Client again = nodes.opened(each.back(nodes.second()));
                await("it comes back", () -> again.kinds().equals(List.of("recovered")));
            }
        }
        publish(nodes.second().topics, KEPT, 4, 4);
        for (Client each : clients) {
            await("it goes on", () -> each.texts().equals(texts(1, 4)));
            assertFalse(each.kinds().contains("gap"), () -> "" + each.all());
        }
        assertEquals(before, stream());
        Client newcomer = nodes.opened(clients.get(0).back(nodes.another()));
        await("its history is there", () -> newcomer.kinds().equals(List.of("recovered")));
    }

    @Test
    void aLongHistoryIsReadInPartsByANodeThatIsNew() throws Exception {
        Client reader = nodes.opened(Client.enveloped(nodes.first(), KEPT));
        await("it is there", () -> reader.kinds().size() == 1);
        publish(nodes.first().topics, KEPT, 1, 1);
        await("one has come", () -> reader.texts().size() == 1);
        reader.close();
        for (int i = 2; i <= 1000; i++) {
            var last = nodes.first().topics.publish(KEPT, "" + i).toCompletableFuture();
            if (i % 100 == 0) {
                last.join();
            }
        }
        Client back = nodes.opened(reader.back(nodes.second()));
        await("it has all", () -> back.texts().size() == 999);
        assertEquals(texts(2, 1000), back.texts());
        assertEquals("recovered", back.kinds().get(0));
        back.assertNothingTwiceOrMissingUntold();
    }

    @Test
    void aStreamThatWasDeletedIsCreatedAgainAndClientsAreTold() throws Exception {
        List<Client> clients = nodes.clients();
        publish(nodes.first().topics, KEPT, 1, 3);
        assertTrue(ask("$JS.API.STREAM.DELETE." + stream(), "").contains("\"success\":true"));
        CompletionException failure = assertThrows(
                CompletionException.class,
                () -> nodes.first()
                        .topics
                        .publish(KEPT, "lost")
                        .toCompletableFuture()
                        .join());
        assertFalse(
                assertInstanceOf(BackplaneException.class, failure.getCause()).mayBeStored());
        publish(nodes.first().topics, KEPT, 4, 4);
        for (Client each : clients) {
            await("it goes on", () -> each.texts().contains("4") || each.kinds().contains("gap"));
            each.assertLaw();
        }
        publish(nodes.first().topics, KEPT, 5, 6);
        for (Client each : clients) {
            await("it goes on", () -> each.texts().contains("6"));
            each.assertLaw();
            assertEquals(each.texts().stream().distinct().toList(), each.texts(), "none twice");
        }
    }

    @Test
    void aStreamThatWasSetBackIsReplacedByOneWithAnotherEpochAndClientsAreTold() throws Exception {
        List<Client> clients = nodes.clients();
        publish(nodes.first().topics, KEPT, 1, 3);
        for (Client each : clients) {
            await("three have come", () -> each.texts().size() == 3);
        }
        String name = stream();
        Matcher config = CONFIG.matcher(ask("$JS.API.STREAM.INFO." + name, ""));
        assertTrue(config.find());
        assertTrue(ask("$JS.API.STREAM.DELETE." + name, "").contains("\"success\":true"));
        assertFalse(ask("$JS.API.STREAM.CREATE." + name, config.group(1)).contains("\"error\""));
        publish(nodes.first().topics, KEPT, 4, 4);
        for (Client each : clients.subList(0, 2)) {
            await("it is told", () -> each.kinds().contains("gap"));
        }
        assertNotEquals(name, stream());
        publish(nodes.first().topics, KEPT, 5, 6);
        for (Client each : clients) {
            await("it goes on", () -> each.texts().containsAll(texts(5, 6)));
            each.assertLaw();
            assertEquals(each.texts().stream().distinct().toList(), each.texts(), "none twice");
        }
    }

    @Test
    void optionsWithWhichItCannotWorkAreRefused() {
        for (Options.Builder each : List.of(
                new Options.Builder().noEcho(),
                new Options.Builder().noHeaders(),
                new Options.Builder().noNoResponders(),
                new Options.Builder().useDispatcherWithExecutor())) {
            assertThrows(IllegalArgumentException.class, () -> new NatsBackplane(each, "hawser"));
        }
    }

    @Test
    void whenItsStorageIsFullPublishersAreToldForSure() throws Exception {
        List<Client> clients = nodes.clients();
        publish(nodes.first().topics, KEPT, 1, 1);
        ask("$JS.API.STREAM.CREATE.fill", "{\"name\":\"fill\",\"subjects\":[\"fill\"],\"storage\":\"file\"}");
        for (int bytes = 500_000; bytes >= 100; bytes /= 2) { // until not even a small message has room
            String large = "x".repeat(bytes);
            await("it is full", () -> answer("fill", large).contains("error"));
        }
        CompletionException failure = assertThrows(
                CompletionException.class,
                () -> nodes.first()
                        .topics
                        .publish(KEPT, "lost")
                        .toCompletableFuture()
                        .join());
        assertFalse(
                assertInstanceOf(BackplaneException.class, failure.getCause()).mayBeStored());
        assertTrue(ask("$JS.API.STREAM.DELETE.fill", "").contains("\"success\":true"));
        publish(nodes.first().topics, KEPT, 2, 2);
        for (Client each : clients) {
            await("it goes on", () -> each.texts().equals(texts(1, 2)));
            each.assertLaw();
        }
    }

    private String answer(String subject, String body) {
        try {
            return ask(subject, body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void whatAStrangerPublishesToItsSubjectsIsLeftOut() throws Exception {
        List<Client> clients = nodes.clients();
        publish(nodes.first().topics, KEPT, 1, 1);
        int port = nodes.broker().port();
        NatsServer.publish(port, "", "hawser.to.kept/1", "garbage");
        NatsServer.publish(port, "Nats-Stream: x", "hawser.to.kept/1", "garbage");
        NatsServer.publish(port, "Nats-Stream: x\r\nNats-Msg-Id: a\r\nNats-Sequence: y", "hawser.to.kept/1", "");
        publish(nodes.second().topics, KEPT, 2, 3);
        for (Client each : clients) {
            await("it goes on", () -> each.texts().equals(texts(1, 3)));
            each.assertLaw();
        }
    }
}
