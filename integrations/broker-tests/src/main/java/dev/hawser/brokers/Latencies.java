package dev.hawser.brokers;

import static dev.hawser.brokers.Client.await;

import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A client that measures how old messages are when it has them: each begins with when it was published. */
public final class Latencies implements WebSocket.Listener, AutoCloseable {
    private final StringBuilder part = new StringBuilder();
    private final long[] nanos;
    private final AtomicInteger count = new AtomicInteger();
    private volatile boolean subscribed;
    private final WebSocket socket;

    /** @param most how many messages are measured at most */
    public Latencies(Node node, String topic, int most) {
        nanos = new long[most];
        socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(node.uri(topic), this)
                .join();
        socket.sendText("subscribed?", true).join();
        await("it is subscribed", () -> subscribed);
    }

    /** A message that such a client measures. */
    public static String message(int length) {
        return System.nanoTime() + " " + "x".repeat(length);
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        part.append(data);
        if (last) {
            long now = System.nanoTime();
            int end = part.indexOf(" ");
            if (end < 0) {
                subscribed = true;
            } else if (count.get() < nanos.length) {
                nanos[count.get()] = now - Long.parseLong(part.substring(0, end));
                count.incrementAndGet();
            }
            part.setLength(0);
        }
        from.request(1);
        return null;
    }

    public int count() {
        return count.get();
    }

    /** The age that this part of the messages did not exceed, in milliseconds; NaN if there are none. */
    public double millis(double quantile) {
        long[] sorted = Arrays.copyOf(nanos, count.get());
        Arrays.sort(sorted);
        return sorted.length == 0 ? Double.NaN : sorted[(int) (quantile * (sorted.length - 1))] / 1e6;
    }

    /** Median and 99th percentile, such as {@code 0.21 / 1.34}. */
    public String text() {
        return count.get() == 0 ? "-" : String.format(Locale.ROOT, "%.2f / %.2f", millis(0.5), millis(0.99));
    }

    @Override
    public void close() {
        socket.abort();
    }
}
