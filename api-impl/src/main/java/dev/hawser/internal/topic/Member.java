package dev.hawser.internal.topic;

import dev.hawser.internal.dispatch.Turn;
import dev.hawser.topic.SlowSubscriber;
import org.jspecify.annotations.Nullable;

/** A subscriber's place in one topic. Thread-safe where it says nothing else. */
final class Member implements Subscription, Turn {
    /** Instead of an offset: it gets whatever is published next. */
    static final long LIVE = -1;
    /** Instead of an offset: a backplane is being asked where its client stands. */
    static final long WAITING = -2;
    /** Instead of its place: it is not there any more. */
    static final int GONE = -1;

    /** What a member needs of its topic. */
    interface Place {
        String name();

        /** The rule of those that have none of their own. */
        SlowSubscriber rule();

        /** A message that waited for a session was dropped. */
        void dropped();

        /** Has the member's turn run soon. Any thread, under any lock. */
        void soon(Member member);

        /** There is room for what it has yet to get. Called without locks. */
        void catchUpLater(Member member);

        /** Never waits. */
        void leave(Member member);
    }

    final Place topic;
    final Subscriber subscriber;
    /** Guarded by the topic's lock. */
    int index = GONE;
    /** The next of those that leave; written before it is published to the topic. */
    @Nullable Member nextLeaving;
    /** The offset of the last message of the history that it has got, LIVE, or WAITING. Guarded by the topic's lock. */
    long seen = LIVE;

    volatile @Nullable SlowSubscriber ownRule;

    Member(Place topic, Subscriber subscriber, @Nullable SlowSubscriber ownRule) {
        this.topic = topic;
        this.subscriber = subscriber;
        this.ownRule = ownRule;
    }

    /** As a turn: there is room for what it has yet to get. */
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
