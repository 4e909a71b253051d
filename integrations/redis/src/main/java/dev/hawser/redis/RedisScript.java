package dev.hawser.redis;

import dev.hawser.backplane.BackplaneException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.codec.Base16;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** A script of this package, which Redis keeps, and which is called by its digest. Thread-safe. */
final class RedisScript {
    private final RedisCommands commands;
    private final String digest;

    /** To be made before the connection begins, which loads it. */
    RedisScript(RedisCommands commands, String name) {
        this.commands = commands;
        this.digest = digest(commands.script(name));
    }

    private static String digest(byte[] script) {
        try {
            return new String(Base16.encode(MessageDigest.getInstance("SHA-1").digest(script), false));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Runs it. If Redis has forgotten the script, the call does nothing, and the next call finds it again. */
    <T> CompletionStage<T> run(ScriptOutputType type, byte[][] keys, byte[]... arguments) {
        return commands.<T>run(to -> to.evalsha(digest, type, keys, arguments)).exceptionally(failure -> {
            Throwable refusal = failure instanceof CompletionException ? failure.getCause() : failure;
            if (refusal instanceof BackplaneException && refusal.getCause() instanceof RedisNoScriptException) {
                commands.reload();
            }
            throw failure instanceof CompletionException known ? known : new CompletionException(failure);
        });
    }
}
