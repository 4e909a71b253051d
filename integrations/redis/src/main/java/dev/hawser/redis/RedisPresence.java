package dev.hawser.redis;

import dev.hawser.backplane.LiveNodes;
import dev.hawser.backplane.PresenceStore;
import io.lettuce.core.ScriptOutputType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * Keeps who is where: one sorted set has the nodes and when their leases end, by the clock of Redis, and a hash for
 * each topic what each node has said about it.
 */
final class RedisPresence implements PresenceStore {
    private final String prefix;
    private final RedisScript renew;
    private final RedisScript present;
    private final RedisScript who;

    RedisPresence(RedisCommands commands, String prefix) {
        this.prefix = prefix;
        this.renew = new RedisScript(commands, "renew.lua");
        this.present = new RedisScript(commands, "present.lua");
        this.who = new RedisScript(commands, "who.lua");
    }

    private byte[] nodes() {
        return bytes(prefix + "nodes");
    }

    private byte[] here(String topic) {
        return bytes(prefix + "here:{" + topic + "}");
    }

    @Override
    public CompletionStage<LiveNodes> renew(String node, Duration lease) {
        return renew.<List<Object>>run(
                        ScriptOutputType.MULTI, new byte[][] {nodes()}, bytes(node), bytes("" + lease.toMillis()))
                .thenApply(RedisPresence::liveNodes);
    }

    @SuppressWarnings("unchecked") // the form of renew.lua's reply
    private static LiveNodes liveNodes(List<Object> answer) {
        Set<String> alive = new HashSet<>();
        for (Object each : (List<Object>) answer.get(1)) {
            alive.add(text(each));
        }
        return new LiveNodes((Long) answer.get(0) == 1, alive);
    }

    @Override
    public CompletionStage<?> put(String topic, String node, byte[] members, Duration keep) {
        return present.<Object>run(
                ScriptOutputType.INTEGER,
                new byte[][] {here(topic)},
                bytes(prefix + topic),
                bytes(node),
                members,
                bytes("" + keep.toMillis()));
    }

    @Override
    public CompletionStage<Map<String, byte[]>> read(String topic) {
        return who.<List<Object>>run(ScriptOutputType.MULTI, new byte[][] {here(topic), nodes()})
                .thenApply(answer -> {
                    Map<String, byte[]> found = new HashMap<>();
                    for (int i = 0; i + 1 < answer.size(); i += 2) {
                        found.put(text(answer.get(i)), (byte[]) answer.get(i + 1));
                    }
                    return found;
                });
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(Object bytes) {
        return new String((byte[]) bytes, StandardCharsets.UTF_8);
    }
}
