package dev.hawser.redis;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionStateAdapter;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The connection for commands, and the scripts that it has loaded. Thread-safe. */
final class RedisCommands {
    private final RedisClient client;
    private final RedisURI uri;
    private final Connected connected;
    private final List<String> scripts = new ArrayList<>();
    /** Null until there is a connection with the scripts, and while it is broken. */
    private volatile @Nullable RedisAsyncCommands<byte[], byte[]> ready;
    /** Written once. */
    private volatile @Nullable StatefulRedisConnection<byte[], byte[]> connection;

    RedisCommands(RedisClient client, RedisURI uri, Connected connected) {
        this.client = client;
        this.uri = uri;
        this.connected = connected;
    }

    /**
     * A script of this package, which each connection loads before anything else. To be called before {@link #connect}.
     */
    byte[] script(String name) {
        try (InputStream in = RedisCommands.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the jar has no " + name);
            }
            byte[] script = in.readAllBytes();
            scripts.add(new String(script, StandardCharsets.UTF_8));
            return script;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void connect() {
        Opening.begin(client, () -> client.connectAsync(ByteArrayCodec.INSTANCE, uri), opened -> {
            connection = opened;
            opened.addListener(new RedisConnectionStateAdapter() {
                @Override
                public void onRedisConnected(RedisChannelHandler<?, ?> handler, SocketAddress address) {
                    begin(opened);
                }

                @Override
                public void onRedisDisconnected(RedisChannelHandler<?, ?> handler) {
                    ready = null;
                    connected.commands(false);
                }
            });
            begin(opened);
        });
    }

    /** Loads the scripts first, since Redis may have been restarted without them. */
    private void begin(StatefulRedisConnection<byte[], byte[]> opened) {
        if (!opened.isOpen()) {
            return;
        }
        RedisAsyncCommands<byte[], byte[]> commands = opened.async();
        for (String script : scripts) {
            commands.scriptLoad(script).exceptionally(failure -> "");
        }
        ready = commands;
        connected.commands(true);
    }

    /** Loads the scripts again, after Redis was told to forget them. */
    void reload() {
        StatefulRedisConnection<byte[], byte[]> present = connection;
        if (present != null) {
            begin(present);
        }
    }

    <T> CompletionStage<T> run(Function<RedisAsyncCommands<byte[], byte[]>, CompletionStage<T>> command) {
        RedisAsyncCommands<byte[], byte[]> to = ready;
        return to == null ? RedisBackplane.away() : command.apply(to);
    }
}
