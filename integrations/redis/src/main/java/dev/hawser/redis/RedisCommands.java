package dev.hawser.redis;

import dev.hawser.backplane.BackplaneException;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
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
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The connection for commands, and the scripts that it has loaded. Thread-safe. */
final class RedisCommands {
    /** The first words of such errors. Redis looks for their reasons before the first change that a script makes. */
    private static final Set<String> REFUSALS = Set.of(
            "OOM",
            "READONLY",
            "LOADING",
            "NOSCRIPT",
            "MISCONF",
            "NOREPLICAS",
            "MASTERDOWN",
            "CLUSTERDOWN",
            "MOVED",
            "ASK",
            "TRYAGAIN",
            "BUSY",
            "NOAUTH");

    private final RedisClient client;
    private final RedisURI uri;
    private final Connected connected;
    private final List<String> scripts = new ArrayList<>();
    /** Null until there is a connection with the scripts, and while it is broken. */
    private volatile @Nullable RedisAsyncCommands<byte[], byte[]> ready;
    /** The last one that was opened. */
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
            Watch.begin(client, opened, opened.async()::ping, this::connect);
            opened.addListener(new RedisConnectionStateAdapter() {
                @Override
                public void onRedisConnected(RedisChannelHandler<?, ?> handler, SocketAddress address) {
                    begin(opened);
                }

                @Override
                public void onRedisDisconnected(RedisChannelHandler<?, ?> handler) {
                    if (connection == opened) {
                        ready = null;
                        connected.commands(false);
                    }
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
        if (to == null) {
            return RedisBackplane.away();
        }
        return command.apply(to).exceptionally(failure -> {
            throw told(failure);
        });
    }

    /** An error with which Redis answers before a script has changed anything says that nothing is stored. */
    private static CompletionException told(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        String said = cause instanceof RedisCommandExecutionException ? String.valueOf(cause.getMessage()) : "";
        boolean refused = REFUSALS.contains(said.split(" ", 2)[0]);
        return new CompletionException(
                refused ? new BackplaneException("Redis has refused the message: " + said, cause, false) : cause);
    }
}
