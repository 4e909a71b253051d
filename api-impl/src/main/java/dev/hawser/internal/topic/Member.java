package dev.hawser.internal.topic;

import dev.hawser.internal.dispatch.Turn;
import dev.hawser.topic.SlowSubscriber;
import org.jspecify.annotations.Nullable;

/** A subscriber's place in one topic. Thread-safe, except for fields that name a guard. */
final class Member implements Subscription, Turn {
    /** Instead of an offset: the member has all messages, and gets the next one. */
    static final long LIVE = -1;
    /** Instead of an offset: the backplane is being asked whether it has the messages that the client has missed. */
    static final long WAITING = -2;
    /** Instead of an index: the member has left. */
    static final int GONE = -1;

    /** The topic, as a member sees it. */
    interface Place {
        String name();

        /** The rule of members without their own. */
        SlowSubscriber rule();

        /** A message that waited for a session was dropped. */
        void dropped();

        /** Runs the member's turn soon. Any thread; the caller may hold locks. */
        void soon(Member member);

        /** Continues with the history, since there is room. Called without locks. */
        void catchUpLater(Member member);

        /** The member has been removed. Called with the topic's lock held. */
        void left(Member member);

        /** Removes the member. Never waits. */
        void leave(Member member);
    }

    final Place topic;
    final Subscriber subscriber;
    /** The index in {@link Members}. Guarded by the topic's lock. */
    int index = GONE;
    /** The next one in the list of leaving members; written before this member is published in the list. */
    @Nullable Member nextLeaving;
    /** The offset of the last message of the history that it has, LIVE, or WAITING. Guarded by the topic's lock. */
    long seen = LIVE;

    volatile @Nullable SlowSubscriber ownRule;

    Member(Place topic, Subscriber subscriber, @Nullable SlowSubscriber ownRule) {
        this.topic = topic;
        this.subscriber = subscriber;
        this.ownRule = ownRule;
    }

    /** As a turn: continues with the history, since there is room. */
    @Override
    public void run() {
        topic.catchUpLater(this);
    }

    @Override
    public String topic() {
        return topic.name();
    }

    @Override
    public SlowSubscriber rule() {
        SlowSubscriber own = ownRule;
        return own == null ? topic.rule() : own;
    }

    @Override
    public void dropped() {
        topic.dropped();
    }

    @Override
    public void tryAgain() {
        topic.soon(this);
    }

    @Override
    public void leave() {
        topic.leave(this);
    }
}
