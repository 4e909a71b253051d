package dev.hawser.brokers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A client of one topic, which has agreed to envelopes or not, and checks what it gets. */
public final class Client implements WebSocket.Listener, AutoCloseable {
    private static final Pattern HEAD = Pattern.compile("\u001e(\\{[^\n]*})\n(.*)", Pattern.DOTALL);
    private static final long SOON = TimeUnit.SECONDS.toNanos(30);

    /** One envelope and its payload; of a bare message the payload alone. */
    public record Message(String kind, String epoch, long offset, long previous, String text) {}

    private final StringBuilder part = new StringBuilder();
    private final List<Message> all = new CopyOnWriteArrayList<>();
    private final WebSocket socket;
    private final String topic;

    private Client(Node node, String topic, boolean enveloped, String wish) {
        this.topic = topic;
        WebSocket.Builder builder = HttpClient.newHttpClient().newWebSocketBuilder();
        if (enveloped) {
            builder.subprotocols("hawser.topics.v1");
        }
        String query = wish.isEmpty() ? "" : "?hawser.topic=" + URLEncoder.encode(wish, StandardCharsets.UTF_8);
        socket = builder.buildAsync(URI.create(node.uri(topic) + query), this).join();
    }

    /** Without envelopes; it is subscribed when this returns. */
    public static Client bare(Node node, String topic) {
        Client client = new Client(node, topic, false, "");
        client.socket.sendText("subscribed?", true).join();
        await("it is subscribed", () -> client.texts().contains("subscribed?"));
        client.all.clear();
        return client;
    }

    public static Client enveloped(Node node, String topic) {
        return new Client(node, topic, true, "");
    }

    /** The same client comes back to a node, and says what it has seen. */
    public Client back(Node node) {
        Message last = all.get(all.size() - 1);
        return new Client(node, topic, true, last.epoch + "." + last.offset + "." + topic);
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        part.append(data);
        if (last) {
            Matcher head = HEAD.matcher(part);
            if (head.matches()) {
                String json = head.group(1);
                all.add(new Message(
                        field(json, "kind"),
                        field(json, "epoch"),
                        number(json, "offset"),
                        number(json, "previous"),
                        head.group(2)));
            } else {
                all.add(new Message("bare", "", -1, -1, part.toString()));
            }
            part.setLength(0);
        }
        from.request(1);
        return null;
    }

    private static String field(String json, String name) {
        Matcher value = Pattern.compile("\"" + name + "\":\"?([^,\"}]*)").matcher(json);
        return value.find() ? value.group(1) : "";
    }

    private static long number(String json, String name) {
        String value = field(json, name);
        return value.isEmpty() ? -1 : Long.parseLong(value);
    }

    public List<Message> all() {
        return all;
    }

    public List<String> kinds() {
        return all.stream().map(Message::kind).toList();
    }

    public List<String> texts() {
        return all.stream()
                .filter(each -> each.kind.equals("text") || each.kind.equals("bare"))
                .map(Message::text)
                .toList();
    }

    /** The law: of one epoch offsets only grow, and each message is the one behind the last, unless a gap is told. */
    public void assertNothingTwiceOrMissingUntold() {
        assertFalse(kinds().contains("bare"));
        assertLaw();
    }

    /** The same, or nothing of it for a client without envelopes. */
    public void assertLaw() {
        if (kinds().contains("bare")) {
            return;
        }
        String epoch = "";
        long last = -1;
        for (Message each : all) {
            if (!each.kind.equals("text")) {
                boolean recovered = each.kind.equals("recovered") && !each.epoch.equals(epoch); // after a local one
                assertTrue(last < 0 || recovered || each.kind.equals("gap"), () -> each + " in " + all);
                assertTrue(!each.epoch.equals(epoch) || each.offset >= last, () -> each + " in " + all);
                epoch = each.epoch;
            } else {
                assertEquals(epoch, each.epoch, () -> each + " in " + all);
                assertEquals(last, each.previous, () -> each + " in " + all);
                assertTrue(each.offset > last, () -> each + " in " + all);
            }
            last = each.offset;
        }
    }

    public static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + SOON;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, () -> "not in time: " + what);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    @Override
    public void close() {
        socket.abort();
    }
}
