package dev.hawser.brokers;

import static dev.hawser.brokers.Client.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.topic.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Two nodes, each a real server, over one real broker; for each test new ones. */
public final class TwoNodes implements BeforeEachCallback, AfterEachCallback {
    /** A topic with history. */
    public static final String KEPT = "kept/1";

    private final Broker broker;
    private final BiConsumer<Topics, String> connect;
    private final List<AutoCloseable> open = new ArrayList<>();
    private @Nullable BrokerServer server;
    private @Nullable Node first;
    private @Nullable Node second;

    /** @param connect connects the topics of a node to the broker at an address */
    public TwoNodes(Broker broker, BiConsumer<Topics, String> connect) {
        this.broker = broker;
        this.connect = connect;
    }

    @Override
    public void beforeEach(ExtensionContext context) throws Exception {
        server = opened(new BrokerServer(broker));
        first = another();
        second = another();
        awaitConnected();
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        closeAll(open);
    }

    /** Closes all, the last one first, even if some throw. */
    public static void closeAll(List<AutoCloseable> open) {
        Throwable failure = null;
        for (int i = open.size() - 1; i >= 0; i--) {
            try {
                open.get(i).close();
            } catch (Throwable e) { // the others are closed nevertheless
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        open.clear();
        if (failure != null) {
            throw new AssertionError("not all could be closed", failure);
        }
    }

    /** The broker. */
    public BrokerServer broker() {
        return there(server);
    }

    /** One node. */
    public Node first() {
        return there(first);
    }

    /** The other node. */
    public Node second() {
        return there(second);
    }

    private static <T> T there(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("nothing was started");
        }
        return part;
    }

    /** A further node. */
    public Node another() throws Exception {
        return node(broker().uri());
    }

    /** A further node, whose connections to the broker go through a proxy. */
    public Node behind(FaultyProxy proxy) throws Exception {
        return node(broker.uri(proxy.port()));
    }

    /** Connects the topics of a node that the test closes itself. */
    public void connect(Topics topics) {
        connect.accept(topics, broker().uri());
    }

    private Node node(String uri) throws Exception {
        return opened(new Node(topics -> connect.accept(topics, uri)));
    }

    /** Closes something after the test. */
    public <T extends AutoCloseable> T opened(T what) {
        open.add(what);
        return what;
    }

    /** Waits until both nodes are connected. */
    public void awaitConnected() {
        await("the nodes are connected", () -> isConnected(first()) && isConnected(second()));
    }

    /** Waits until both nodes know that their broker is away. */
    public void awaitLost() {
        await("the nodes know", () -> !isConnected(first()) && !isConnected(second()));
    }

    private static boolean isConnected(Node node) {
        return node.topics.backplane().connected();
    }

    /** Two clients with envelopes and two without, one of each on each node, of the topic {@link #KEPT}. */
    public List<Client> clients() {
        List<Client> clients = List.of(
                opened(Client.enveloped(first(), KEPT)),
                opened(Client.enveloped(second(), KEPT)),
                opened(Client.bare(first(), KEPT)),
                opened(Client.bare(second(), KEPT)));
        for (Client each : clients.subList(0, 2)) {
            await("it is told where it stands", () -> each.kinds().size() == 1);
        }
        return clients;
    }

    /** Publishes numbers, each when the one before is stored. */
    public static void publish(Topics from, String topic, int begin, int end) {
        for (int i = begin; i <= end; i++) {
            from.publish(topic, "" + i).toCompletableFuture().join();
        }
    }

    /** The texts of these numbers. */
    public static List<String> texts(int begin, int end) {
        return IntStream.rangeClosed(begin, end).mapToObj(i -> "" + i).toList();
    }

    /** What must hold for all, whatever has happened to the broker meanwhile. */
    public void assertAllStoredCameOnce(Load load, List<Client> clients) {
        await("the last is stored", () -> {
            try {
                first().topics.publish(KEPT, "last").toCompletableFuture().join();
                return true;
            } catch (CompletionException e) {
                return false;
            }
        });
        for (Client each : clients) {
            await("the last has come", () -> each.texts().contains("last"));
            List<String> texts = each.texts();
            List<String> others =
                    texts.stream().filter(text -> !text.equals("last")).toList();
            assertEquals(others.stream().distinct().toList(), others, "none twice");
            assertTrue(others.containsAll(load.stored()), "none lost");
            assertEquals(clients.get(0).texts(), texts, "one order");
            each.assertLaw();
        }
    }
}
