package dev.hawser.locks;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whose calls {@link LockOrder} is told of, and by which word: what is not ours, or waits, or calls back. The word is
 * what a row of docs/concurrency.md allows if it does.
 */
final class Callees {
    private static final String OURS = "dev/hawser/internal/";

    private static final Map<String, String> WORDS = Map.ofEntries(
            Map.entry(OURS + "transport/Transport", "Transport"),
            Map.entry(OURS + "transport/TransportListener", "TransportListener"),
            Map.entry(OURS + "transport/Transport$WriteCompletion", "completions"),
            Map.entry(OURS + "transport/OutboundListener", "completions"),
            Map.entry(OURS + "transport/PendingSend$Completion", "completions"),
            Map.entry(OURS + "connection/MessagePipe$Listener", "MessagePipe.Listener"),
            Map.entry(OURS + "connection/ConnectionListener", "callbacks"),
            Map.entry(OURS + "dispatch/Turn", "callbacks"),
            Map.entry("dev/hawser/ConnectionObserver", "observers"),
            Map.entry("dev/hawser/extension/InboundExtension", "InboundExtension"),
            Map.entry("dev/hawser/extension/OutboundExtension", "OutboundExtension"),
            Map.entry("jakarta/websocket/Endpoint", "callbacks"),
            Map.entry("jakarta/websocket/SendHandler", "callbacks"),
            Map.entry("java/lang/invoke/MethodHandle", "callbacks"));

    /** Questions, whose answers are constants. */
    private static final Set<String> QUESTIONS = Set.of(
            "endpoint",
            "events",
            "limits",
            "weight",
            "mayBlock",
            "wantsVirtualThread",
            "runsOn",
            "runsOnEventLoop",
            "isLostToWorkers",
            "peersPace",
            "runsApplicationCode",
            "sharingKey",
            "asType",
            "bindTo",
            "type");

    private Callees() {}

    /** The word for a call, or null if it may be made anywhere. */
    static @Nullable String of(String owner, String method) {
        if (QUESTIONS.contains(method) || method.equals("<init>")) {
            return null;
        }
        if (owner.startsWith("jakarta/websocket/MessageHandler")) {
            return "callbacks";
        }
        if (owner.startsWith("jakarta/websocket/Encoder")) {
            return "Encoder";
        }
        if (owner.startsWith("jakarta/websocket/Decoder") || owner.endsWith("Configurator")) {
            return "callbacks";
        }
        return WORDS.get(owner);
    }
}
