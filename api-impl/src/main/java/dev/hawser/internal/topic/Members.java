package dev.hawser.internal.topic;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/** The members of one topic. Guarded by the topic's lock, except {@link #leave} and {@link #isLeft}. */
final class Members {
    private static final @Nullable Member[] NOBODY = {};

    private static final AtomicReferenceFieldUpdater<Members, @Nullable Member> LEAVING =
            AtomicReferenceFieldUpdater.newUpdater(Members.class, Member.class, "leaving");

    private @Nullable Member[] all = NOBODY;
    private int count;
    private volatile @Nullable Member leaving;

    int count() {
        return count;
    }

    @Nullable Member at(int index) {
        return all[index];
    }

    /** Makes room for one member, so that {@link #add} cannot fail. */
    void expectOne() {
        if (count == all.length) {
            all = Arrays.copyOf(all, Math.max(1, count + count / 2 + count % 2));
        }
    }

    void add(Member member) {
        member.index = count;
        all[count++] = member;
    }

    void remove(Member member) {
        int place = member.index;
        if (place == Member.GONE) {
            return; // it was unsubscribed before its session closed
        }
        member.index = Member.GONE;
        @Nullable Member[] present = all;
        Member moved = present[--count];
        present[count] = null;
        if (place < count && moved != null) {
            present[place] = moved;
            moved.index = place;
        }
        if (count == 0) {
            all = NOBODY;
        }
        member.topic.left(member); // last: an error in it leaves the members whole
    }

    /** Puts a member on the list of leaving members. Needs no lock. */
    void leave(Member member) {
        Member before;
        do {
            before = leaving;
            member.nextLeaving = before;
        } while (!LEAVING.compareAndSet(this, before, member));
    }

    /** Whether {@link #letGo} has something to do. Thread-safe. */
    boolean isLeft() {
        return leaving != null;
    }

    /** Removes the leaving members. Not called during a publication. */
    void letGo() {
        for (Member gone = LEAVING.getAndSet(this, null); gone != null; gone = gone.nextLeaving) {
            try {
                remove(gone);
            } catch (Throwable e) {
                // An error of the JVM after the member was removed: the others must leave, too.
            }
        }
    }
}
