package dev.hawser.test;

import dev.hawser.internal.client.EndpointClientContainer;
import dev.hawser.internal.connection.SendFuture;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/** What the stack of a thread that stands still says about its wait. */
final class WaitingStacks {
    /** The classes of this kit that have locks. */
    private static final Set<String> KIT = Set.of(
            TurnOrder.class.getName(),
            EngineWaits.class.getName(),
            VirtualTimer.class.getName(),
            MemoryTransport.class.getName(),
            TowardsPeer.class.getName(),
            PeerInbox.class.getName(),
            PeerOutput.class.getName(),
            ServerInbox.class.getName(),
            Arrivals.class.getName(),
            MemoryClientTransport.class.getName(),
            Transcript.class.getName());

    /**
     * The methods of the engine that wait for peers, or for turns of this queue: a connect for the server and for
     * onOpen, a close of the client and a stop of the server for the peers' close frames, and the Future of a send.
     */
    private static final Map<String, Set<String>> FOR_OTHERS = Map.of(
            EndpointClientContainer.class.getName(),
            Set.of("connectToServer"),
            "dev.hawser.internal.client.OpenConnections",
            Set.of("awaitEmpty"),
            "dev.hawser.internal.session.SessionRegistry",
            Set.of("awaitLast", "awaitEmpty"),
            SendFuture.class.getName(),
            Set.of("get"));

    private WaitingStacks() {}

    /**
     * Whether a thread waits for one of our locks: on a busy machine that may take long, but it ends by itself. A wait
     * for others does not.
     */
    static boolean endsByItself(StackTraceElement[] stack) {
        if (Arrays.stream(stack).anyMatch(WaitingStacks::isForOthers)) {
            return false;
        }
        for (StackTraceElement frame : stack) {
            String name = frame.getClassName();
            if (!name.startsWith("java.") && !name.startsWith("jdk.")) {
                return name.startsWith("dev.hawser.internal.") || KIT.contains(name.replaceFirst("\\$.*", ""));
            }
        }
        return true;
    }

    private static boolean isForOthers(StackTraceElement frame) {
        return FOR_OTHERS.getOrDefault(frame.getClassName(), Set.of()).contains(frame.getMethodName());
    }

    static boolean isParked(Thread thread) {
        return switch (thread.getState()) {
            case BLOCKED, WAITING, TIMED_WAITING -> true;
            case NEW, RUNNABLE, TERMINATED -> false;
        };
    }
}
