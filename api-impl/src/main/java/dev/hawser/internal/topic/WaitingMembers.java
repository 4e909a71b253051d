package dev.hawser.internal.topic;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The members of one topic that wait until a read tells their position. Guarded by the topic's lock. */
final class WaitingMembers {
    private static final int LEAST_PRUNED = 64;

    /** @param read the number of the read whose result tells the position */
    private record Waiting(Member member, Wishes.@Nullable Wish wish, long read) {}

    private List<Waiting> waiting = new ArrayList<>(0);
    /** The size of {@link #waiting} at which members that have left are removed from it. */
    private int pruneAt = LEAST_PRUNED;

    /** Removes members that have left, if many wait: the broker may be away for long, and clients come and go. */
    void prune() {
        if (waiting.size() >= pruneAt) {
            waiting.removeIf(each -> each.member.index == Member.GONE);
            pruneAt = Math.max(LEAST_PRUNED, 2 * waiting.size());
        }
    }

    void add(Member member, Wishes.@Nullable Wish wish, long read) {
        waiting.add(new Waiting(member, wish, read));
    }

    /**
     * No read will end soon: all are judged by what is here. Those who want to continue after a message are judged
     * {@linkplain #waitAgain again}.
     */
    void meanwhile(BiConsumer<Member, Wishes.@Nullable Wish> judge) {
        for (Waiting each : waiting) {
            judge.accept(each.member, each.wish);
        }
        waiting.removeIf(each -> each.wish == null);
    }

    /** A read has ended at last. Those who have been judged meanwhile wait for its result. */
    void waitAgain() {
        for (Waiting each : waiting) {
            each.member.seen = Member.WAITING;
        }
    }

    /**
     * The read of that number has ended, and all before it.
     *
     * @param judge is called with each member that has waited for it, and what the member wishes, which may be null
     */
    void end(long read, BiConsumer<Member, Wishes.@Nullable Wish> judge) {
        List<Waiting> all = waiting;
        waiting = new ArrayList<>(0);
        for (Waiting each : all) {
            if (each.read <= read) {
                judge.accept(each.member, each.wish);
            } else {
                waiting.add(each);
            }
        }
    }
}
