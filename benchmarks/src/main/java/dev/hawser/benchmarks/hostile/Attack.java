package dev.hawser.benchmarks.hostile;

import java.util.ArrayList;
import java.util.List;

/**
 * One kind of attack.
 *
 * @param name its name for {@code -Dhostile.attacks}
 * @param title what it does, for readers
 * @param connections how many connections do it at once
 * @param scripts what they do; they are assigned to the connections in turn
 * @param leastInterval milliseconds between two steps of one connection
 * @param mustEnd the code with which a server must end these connections by itself; 0 if it need not
 * @param mostHeld how many bytes of heap a connection may hold on average while the attack goes on
 */
public record Attack(
        String name,
        String title,
        int connections,
        List<Script> scripts,
        long leastInterval,
        int mustEnd,
        int mostHeld) {
    private static final int VIOLATES_POLICY = 1008;
    /** The heap of container and session for an idle connection. */
    private static final int IDLE = 32 * 1024;

    private static final int MESSAGE = 64 * 1024;
    private static final int INBOUND = 256 * 1024;
    private static final int OUTBOUND = 1024 * 1024;
    /** A quarter of the heap of an attacked server. */
    private static final int BUDGET = 64 * 1024 * 1024;

    /** The bytes that a container has taken from the session, and that the socket has not yet taken. */
    private static final int UNWRITTEN = 64 * 1024;

    /**
     * What one connection does.
     *
     * @param path the endpoint
     * @param compresses whether it offers permessage-deflate
     * @param reads whether it reads and answers pings; if not, its receive buffer has 4 KiB
     * @param opening bytes behind the handshake
     * @param times how often the opening is sent
     * @param step bytes that follow at each interval, without end; empty for none
     */
    public record Script(String path, boolean compresses, boolean reads, byte[] opening, int times, byte[] step) {}

    /** Whether the attack consists only of the opening. */
    boolean isBurst() {
        return scripts.stream().allMatch(script -> script.times() == 1 && script.step().length == 0);
    }

    /** All attacks, in the order in which they are run. */
    static List<Attack> all(int percent) {
        List<Attack> all = new ArrayList<>();
        all.add(new Attack(
                "inflate",
                "peers that send 64 KiB at a time, which inflate to 47 MiB, and never read their echoes",
                scaled(100, percent),
                List.of(new Script("/attacked/echo", true, false, AttackFrames.inflating(), 32, new byte[0])),
                0,
                0,
                // the rest of a read, and a reply that waits for room
                IDLE + INBOUND + 3 * MESSAGE + OUTBOUND / 10 * 11));
        all.add(new Attack(
                "drip-stream",
                "peers that send one byte every two seconds of a message that a stream handler reads",
                scaled(1000, percent),
                List.of(
                        dripping("/attacked/bytes", AttackFrames.begin(AttackFrames.BINARY)),
                        dripping("/attacked/text", AttackFrames.begin(AttackFrames.TEXT)),
                        promising("/attacked/bytes", AttackFrames.promise(AttackFrames.BINARY)),
                        promising("/attacked/text", AttackFrames.promise(AttackFrames.TEXT))),
                2_000,
                VIOLATES_POLICY,
                IDLE));
        all.add(new Attack(
                "drip-message",
                "peers that send one byte every ten seconds of a whole message, and answer pings where the protocol"
                        + " lets them",
                scaled(1000, percent),
                List.of(
                        dripping("/attacked/echo", AttackFrames.begin(AttackFrames.TEXT)),
                        promising("/attacked/echo", AttackFrames.promise(AttackFrames.TEXT))),
                10_000,
                VIOLATES_POLICY,
                IDLE));
        all.add(new Attack(
                "deaf",
                "peers that do not read, while the server sends messages of 9,000 bytes to them until one is refused",
                scaled(50, percent),
                List.of(new Script("/attacked/feed", false, false, AttackFrames.text("feed"), 1, new byte[0])),
                0,
                0,
                IDLE + UNWRITTEN + OUTBOUND / 10 * 11));
        all.add(new Attack(
                "mixed",
                "peers of eight kinds at once, whose demands together are far above the memory budget",
                scaled(1000, percent),
                kinds(),
                1_000,
                0,
                IDLE + BUDGET / 1000));
        return all;
    }

    /** Each takes as much memory or time as the limits of one connection let it. */
    private static List<Script> kinds() {
        return List.of(
                new Script("/attacked/echo", true, false, AttackFrames.inflating(), 32, new byte[0]),
                dripping("/attacked/text", AttackFrames.begin(AttackFrames.TEXT)),
                promising("/attacked/bytes", AttackFrames.promise(AttackFrames.BINARY)),
                new Script("/attacked/feed", false, false, AttackFrames.text("feed"), 1, new byte[0]),
                new Script("/attacked/echo", false, true, AttackFrames.fragments(20_000), 1, AttackFrames.goOn()),
                new Script("/attacked/echo", false, true, AttackFrames.unfinished(60_000), 1, new byte[] {'a'}),
                new Script("/attacked/echo", false, false, AttackFrames.pings(), 32, AttackFrames.pings()),
                new Script("/attacked/echo", false, false, AttackFrames.text("a".repeat(60_000)), 64, new byte[0]));
    }

    private static int scaled(int connections, int percent) {
        return Math.max(1, connections * percent / 100);
    }

    /** Sends a frame of one byte in each step; pings can be answered between them. */
    private static Script dripping(String path, byte[] opening) {
        return new Script(path, false, true, opening, 1, AttackFrames.goOn());
    }

    /** Sends one byte of the same frame in each step. */
    private static Script promising(String path, byte[] opening) {
        return new Script(path, false, true, opening, 1, new byte[] {'a'});
    }

    /** Whether a pong may be sent; inside a frame it would be payload. */
    static boolean answersPings(Script script) {
        return script.step().length > 1;
    }
}
