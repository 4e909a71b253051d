package dev.hawser.redis;

import dev.hawser.backplane.BackplaneListener;
import dev.hawser.backplane.StoredMessage;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionStateAdapter;
import io.lettuce.core.RedisURI;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The connection that receives messages. Thread-safe. */
final class RedisSubscriptions extends RedisPubSubAdapter<byte[], byte[]> {
    /** The first byte of a live message; the rest is the message. */
    static final byte LIVE = 'L';
    /**
     * The first byte of a stored message: epoch, offset and id follow, each with a line feed, and the message, as in
     * append.lua.
     */
    private static final byte STORED = 'S';

    /** The first byte of what present.lua publishes: the node follows, with a line feed, and its members. */
    private static final byte PRESENT = 'P';

    private final RedisClient client;
    private final RedisURI uri;
    private final String prefix;
    private final BackplaneListener listener;
    private final Connected connected;
    private final Set<String> wanted = ConcurrentHashMap.newKeySet();
    /**
     * The topics that Redis has confirmed on this connection, since the client and {@link #begin} may both subscribe to
     * one.
     */
    private final Set<String> confirmed = ConcurrentHashMap.newKeySet();
    /** The last one that was opened. */
    private volatile @Nullable StatefulRedisPubSubConnection<byte[], byte[]> connection;

    RedisSubscriptions(
            RedisClient client, RedisURI uri, String prefix, BackplaneListener listener, Connected connected) {
        this.client = client;
        this.uri = uri;
        this.prefix = prefix;
        this.listener = listener;
        this.connected = connected;
    }

    void connect() {
        Opening.begin(client, () -> client.connectPubSubAsync(ByteArrayCodec.INSTANCE, uri), opened -> {
            opened.addListener(this);
            Watch.begin(client, opened, opened.async()::ping, this::connect);
            opened.addListener(new RedisConnectionStateAdapter() {
                @Override
                public void onRedisConnected(RedisChannelHandler<?, ?> handler, SocketAddress address) {
                    begin(opened);
                }

                @Override
                public void onRedisDisconnected(RedisChannelHandler<?, ?> handler) {
                    if (connection == opened) {
                        confirmed.clear();
                        connected.subscriptions(false);
                    }
                }
            });
            connection = opened;
            begin(opened);
        });
    }

    /** Subscribes to all wanted topics, because the client does not know those that were added without a connection. */
    private void begin(StatefulRedisPubSubConnection<byte[], byte[]> opened) {
        if (!opened.isOpen()) {
            return;
        }
        for (String topic : wanted) {
            ask(opened, topic);
        }
        connected.subscriptions(true);
    }

    private void ask(StatefulRedisPubSubConnection<byte[], byte[]> of, String topic) {
        of.async().subscribe(channel(topic)).exceptionally(failure -> null); // only if the connection is broken
    }

    void subscribe(String topic) {
        wanted.add(topic);
        StatefulRedisPubSubConnection<byte[], byte[]> present = connection;
        if (present != null) {
            ask(present, topic);
        }
    }

    void unsubscribe(String topic) {
        wanted.remove(topic);
        StatefulRedisPubSubConnection<byte[], byte[]> present = connection;
        if (present != null) {
            present.async().unsubscribe(channel(topic)).exceptionally(failure -> null);
        }
    }

    @Override
    public void subscribed(byte[] channel, long count) {
        String topic = topic(channel);
        if (!wanted.contains(topic)) {
            StatefulRedisPubSubConnection<byte[], byte[]> present = connection;
            if (present != null) { // the client has renewed a subscription that was ended without a connection
                present.async().unsubscribe(channel).exceptionally(failure -> null);
            }
        } else if (confirmed.add(topic)) {
            listener.subscribed(topic);
        }
    }

    @Override
    public void unsubscribed(byte[] channel, long count) {
        String topic = topic(channel);
        confirmed.remove(topic);
        StatefulRedisPubSubConnection<byte[], byte[]> present = connection;
        if (present != null && wanted.contains(topic)) { // it was subscribed again before its end was confirmed
            ask(present, topic);
        }
    }

    @Override
    public void message(byte[] channel, byte[] frame) {
        if (frame.length == 0) {
            return;
        }
        if (frame[0] == LIVE) {
            listener.live(topic(channel), Arrays.copyOfRange(frame, 1, frame.length));
        } else if (frame[0] == STORED) {
            StoredMessage message = stored(frame);
            if (message != null) {
                listener.stored(topic(channel), message);
            }
        } else if (frame[0] == PRESENT) {
            int node = 1;
            while (node < frame.length && frame[node] != '\n') {
                node++;
            }
            if (node < frame.length) {
                listener.present(
                        topic(channel), text(frame, 1, node), Arrays.copyOfRange(frame, node + 1, frame.length));
            }
        }
    }

    /** Null if it is not what append.lua publishes. */
    private static @Nullable StoredMessage stored(byte[] frame) {
        try {
            int epoch = lineFeed(frame, 1);
            int offset = lineFeed(frame, epoch + 1);
            int id = lineFeed(frame, offset + 1);
            long at = Long.parseLong(text(frame, epoch + 1, offset));
            return new StoredMessage(
                    text(frame, 1, epoch),
                    at,
                    at - 1,
                    text(frame, offset + 1, id),
                    0,
                    Arrays.copyOfRange(frame, id + 1, frame.length));
        } catch (IndexOutOfBoundsException | NumberFormatException e) {
            return null;
        }
    }

    private static int lineFeed(byte[] frame, int from) {
        int at = from;
        while (frame[at] != '\n') {
            at++;
        }
        return at;
    }

    private static String text(byte[] frame, int from, int to) {
        return new String(frame, from, to - from, StandardCharsets.UTF_8);
    }

    private byte[] channel(String topic) {
        return (prefix + topic).getBytes(StandardCharsets.UTF_8);
    }

    private String topic(byte[] channel) {
        return new String(channel, StandardCharsets.UTF_8).substring(prefix.length());
    }
}
