package dev.hawser.redis;

import dev.hawser.backplane.Backplane;
import dev.hawser.backplane.BackplaneException;
import dev.hawser.backplane.BackplaneListener;
import dev.hawser.backplane.HistoryStore;
import dev.hawser.backplane.LiveNodes;
import dev.hawser.backplane.PresenceStore;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Carries topics over one Redis server, 7.0 or newer: live messages by its publish and subscribe, histories in streams.
 *
 * <pre>{@code
 * topics.connect(new RedisBackplane("redis://redis.internal:6379"));
 * }</pre>
 *
 * <p>It has two connections, one of them for subscriptions, and reopens them when they break. Calls that were under way
 * then fail, and are not sent again. Keys and channels begin with {@code hawser:}, or another prefix, so that
 * applications can share a server. A history takes two keys, which expire by themselves.
 *
 * <p>Thread-safe. No method waits for Redis.
 *
 * @since 0.1.0
 */
public final class RedisBackplane implements Backplane {
    private static final System.Logger LOGGER = System.getLogger("dev.hawser.topic");
    private static final Duration SILENCE = Duration.ofSeconds(5);
    private static final Duration PROBE = Duration.ofSeconds(2);
    private static final int PROBES = 3;
    private static final long LONGEST_CLOSE = 2;
    /** The longest pause between two attempts to connect: a node must be back before others take it for gone. */
    private static final Duration RECONNECT = Duration.ofSeconds(2);

    private final ClientResources resources = ClientResources.builder()
            .reconnectDelay(Delay.exponential(Duration.ofMillis(1), RECONNECT, 2, TimeUnit.MILLISECONDS))
            .build();
    private final RedisClient client;
    private final RedisURI uri;
    private final String prefix;
    private @Nullable RedisCommands commands;
    private @Nullable RedisSubscriptions subscriptions;
    private @Nullable RedisHistory history;
    private @Nullable RedisPresence presence;

    /** @param uri such as {@code redis://user:password@host:6379/0}, or {@code rediss://} for TLS */
    public RedisBackplane(String uri) {
        this(RedisURI.create(uri), "hawser:");
    }

    /**
     * @param prefix begins all keys and channels; two applications on one server need two prefixes, and neither begins
     *     with the other, also if they use two of its databases
     */
    public RedisBackplane(RedisURI uri, String prefix) {
        this(uri, prefix, SslOptions.create());
    }

    /** @param tls keys and trusted certificates; used if the URI is one with TLS */
    public RedisBackplane(RedisURI uri, String prefix, SslOptions tls) {
        this.uri = uri.getTimeout().equals(RedisURI.DEFAULT_TIMEOUT_DURATION)
                ? RedisURI.builder(uri).withTimeout(SILENCE).build() // a host that has vanished is tried again soon
                : uri;
        this.prefix = prefix;
        this.client = RedisClient.create(resources);
        client.setOptions(ClientOptions.builder()
                .sslOptions(tls)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                // at most once: commands that are under way when a connection breaks have failed
                .replayFilter(command -> true)
                .timeoutOptions(TimeoutOptions.builder().timeoutCommands(false).build())
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(SILENCE)
                        .keepAlive(SocketOptions.KeepAliveOptions.builder()
                                .enable()
                                .idle(SILENCE)
                                .interval(PROBE)
                                .count(PROBES)
                                .build())
                        .build())
                .build());
    }

    @Override
    public void start(BackplaneListener listener) {
        Connected connected = new Connected(listener);
        RedisCommands begun = new RedisCommands(client, uri, connected);
        commands = begun;
        history = new RedisHistory(begun, prefix);
        presence = new RedisPresence(begun, prefix);
        RedisSubscriptions told = new RedisSubscriptions(client, uri, prefix, listener, connected);
        subscriptions = told;
        begun.connect();
        told.connect();
    }

    @Override
    public void subscribe(String topic) {
        started(subscriptions).subscribe(topic);
    }

    @Override
    public void unsubscribe(String topic) {
        started(subscriptions).unsubscribe(topic);
    }

    @Override
    public CompletionStage<@Nullable Void> publish(String topic, byte[] message) {
        byte[] frame = new byte[message.length + 1];
        frame[0] = RedisSubscriptions.LIVE;
        System.arraycopy(message, 0, frame, 1, message.length);
        byte[] channel = (prefix + topic).getBytes(StandardCharsets.UTF_8);
        return started(commands).run(to -> to.publish(channel, frame)).thenApply(receivers -> null);
    }

    @Override
    public HistoryStore history() {
        return new HistoryStore() {
            @Override
            public CompletionStage<?> append(
                    String topic, String sender, long number, byte[] message, int most, Duration age) {
                return started(history).append(topic, sender, number, message, most, age);
            }

            @Override
            public CompletionStage<dev.hawser.backplane.StoredMessages> read(
                    String topic, dev.hawser.backplane.StoredMessage known, int most, Duration age) {
                return started(history).read(topic, known, most, age);
            }
        };
    }

    @Override
    public PresenceStore presence() {
        return new PresenceStore() {
            @Override
            public CompletionStage<LiveNodes> renew(String node, Duration lease) {
                return started(presence).renew(node, lease);
            }

            @Override
            public CompletionStage<?> put(String topic, String node, byte[] members, Duration keep) {
                return started(presence).put(topic, node, members, keep);
            }

            @Override
            public CompletionStage<Map<String, byte[]>> read(String topic) {
                return started(presence).read(topic);
            }
        };
    }

    private static <T> T started(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("the backplane has not been started");
        }
        return part;
    }

    static <T> CompletionStage<T> away() {
        return CompletableFuture.failedStage(new BackplaneException("Redis is not connected", null, false));
    }

    @Override
    public void close() {
        CompletableFuture<Void> ended = client.shutdownAsync(0, LONGEST_CLOSE, TimeUnit.SECONDS);
        try {
            ended.get(2 * LONGEST_CLOSE, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOGGER.log(System.Logger.Level.DEBUG, "the client of Redis has not ended in time", e);
        }
        try { // its threads must not outlive an application that is undeployed
            resources.shutdown(0, LONGEST_CLOSE, TimeUnit.SECONDS).get(2 * LONGEST_CLOSE, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOGGER.log(System.Logger.Level.DEBUG, "the threads of the client of Redis have not ended in time", e);
        }
    }
}
