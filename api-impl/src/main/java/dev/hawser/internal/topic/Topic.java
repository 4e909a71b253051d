package dev.hawser.internal.topic;

import dev.hawser.internal.transport.SharedMessage;
import dev.hawser.topic.SlowSubscriber;
import dev.hawser.topic.TopicCounts;
import dev.hawser.topic.TopicOptions;
import jakarta.websocket.Session;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One topic: its subscribers, and the order of what is published to it, which its lock makes. Who leaves because its
 * session closes never waits for that lock, since sessions close under any lock: the one who holds it lets them go.
 * Thread-safe.
 */
final class Topic {
    private static final @Nullable Member[] NOBODY = {};
    /** Instead of its place: it is not there any more. */
    private static final int GONE = -1;

    private static final AtomicReferenceFieldUpdater<Topic, @Nullable Member> LEAVING =
            AtomicReferenceFieldUpdater.newUpdater(Topic.class, Member.class, "leaving");
    private static final AtomicLongFieldUpdater<Topic> DROPPED =
            AtomicLongFieldUpdater.newUpdater(Topic.class, "dropped");

    private final String name;
    private final TopicCounters counters;
    private final Consumer<Topic> whenRetired;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private @Nullable Member[] members = NOBODY;
    private int count;
    private long published;
    private long delivered;
    private long closed;
    /** Whether nobody is subscribed any more, and the name leads to another topic, or to none. */
    private boolean retired;

    private volatile @Nullable Member leaving;
    private volatile long dropped;
    private volatile TopicOptions options;

    /** @param whenRetired told, under the lock, that nobody is left of this topic: its name is free */
    Topic(String name, TopicOptions options, TopicCounters counters, Consumer<Topic> whenRetired) {
        this.name = name;
        this.counters = counters;
        this.whenRetired = whenRetired;
        this.options = options;
    }

    String name() {
        return name;
    }

    TopicOptions options() {
        return options;
    }

    void options(TopicOptions changed) {
        options = changed;
    }

    /**
     * Subscribes a session.
     *
     * @return false if the topic is retired
     * @throws IllegalStateException if the session is closing or closed
     */
    boolean subscribe(Subscriber subscriber, @Nullable SlowSubscriber rule) {
        lock.lock();
        try {
            if (retired) {
                return false;
            }
            if (count == members.length) {
                members = Arrays.copyOf(members, Math.max(1, count + count / 2 + count % 2));
            }
            Member begun = new Member(subscriber, rule);
            if (subscriber.begin(begun)) {
                begun.index = count;
                members[count++] = begun;
            } else if (subscriber.isClosed()) {
                throw new IllegalStateException(
                        subscriber.session() + " is closing: it cannot subscribe to topic " + name);
            } else if (rule != null) {
                changeRule(subscriber, rule);
            }
            return true;
        } finally {
            release();
        }
    }

    private void changeRule(Subscriber subscriber, SlowSubscriber rule) {
        if (subscriber.subscription(name) instanceof Member present) {
            present.ownRule = rule;
        }
    }

    /** Ends a subscription, so that nothing that is published from now on reaches the session. */
    boolean unsubscribe(Subscriber subscriber) {
        lock.lock();
        try {
            if (!(subscriber.subscription(name) instanceof Member present) || present.of() != this) {
                return false;
            }
            remove(present);
            subscriber.end(present);
            return true;
        } finally {
            release();
        }
    }

    /** Never waits: the one who holds the lock lets it go. */
    private void leave(Member member) {
        Member before;
        do {
            before = leaving;
            member.nextLeaving = before;
        } while (!LEAVING.compareAndSet(this, before, member));
        if (!lock.isHeldByCurrentThread() && lock.tryLock()) {
            release();
        }
    }

    /**
     * Puts a message into the queues of all subscribers.
     *
     * @param attention takes those that are to be flushed or closed, once no lock is held
     * @return null if the topic is retired
     */
    @Nullable Outcome publish(SharedMessage message, String key, @Nullable Session except, Attention attention) {
        lock.lock();
        try {
            if (retired) {
                return null;
            }
            published++;
            int taken = 0;
            int missed = 0;
            for (int i = 0; i < count; i++) {
                Member to = members[i];
                if (to != null && to.subscriber.session() != except) {
                    if (deliver(to, message, key, attention)) {
                        taken++;
                    } else {
                        missed++;
                    }
                }
            }
            delivered += taken;
            counters.delivered.add(taken);
            return new Outcome(taken, missed);
        } finally {
            release();
        }
    }

    private boolean deliver(Member to, SharedMessage message, String key, Attention attention) {
        Subscriber subscriber = to.subscriber;
        try {
            Subscriber.Delivery delivery = subscriber.deliver(to, message, key);
            if (delivery == Subscriber.Delivery.SLOW) {
                closed++;
                counters.closed.increment();
                attention.add(subscriber);
            } else if (delivery == Subscriber.Delivery.DELIVERED && subscriber.claimAttention()) {
                attention.add(subscriber);
            }
            return delivery == Subscriber.Delivery.DELIVERED;
        } catch (Throwable e) { // of the Java machine, or an extension's: this session alone is lost
            subscriber.failed();
            attendFailed(subscriber, attention);
            return false;
        }
    }

    private static void attendFailed(Subscriber subscriber, Attention attention) {
        try {
            attention.add(subscriber);
        } catch (Throwable e) {
            try {
                subscriber.attend();
            } catch (Throwable again) {
                // there is no memory to tell it; it gets nothing more of any topic
            }
        }
    }

    int size() {
        lock.lock();
        try {
            letGo();
            return count;
        } finally {
            release();
        }
    }

    TopicCounts counts() {
        lock.lock();
        try {
            return new TopicCounts(published, delivered, dropped, closed);
        } finally {
            release();
        }
    }

    private void remove(Member member) {
        int place = member.index;
        if (place == GONE) {
            return; // unsubscribed, and then its session closed
        }
        member.index = GONE;
        @Nullable Member[] all = members;
        Member moved = all[--count];
        all[count] = null;
        if (place < count && moved != null) {
            all[place] = moved;
            moved.index = place;
        }
        if (count == 0) {
            members = NOBODY;
        }
    }

    /** Under the lock, and not within a publication. */
    private void letGo() {
        for (Member gone = LEAVING.getAndSet(this, null); gone != null; gone = gone.nextLeaving) {
            remove(gone);
        }
    }

    /** Gives the lock back; who came to leave meanwhile leaves, and a topic that nobody is left of retires. */
    private void release() {
        do {
            if (lock.getHoldCount() == 1) {
                letGo();
                if (count == 0 && !retired) {
                    retired = true;
                    whenRetired.accept(this);
                }
            }
            lock.unlock();
        } while (leaving != null && !lock.isHeldByCurrentThread() && lock.tryLock());
    }

    /** A subscriber's place in this topic. */
    private final class Member implements Subscription {
        final Subscriber subscriber;
        /** Guarded by the topic's lock. */
        int index;
        /** The next of those that leave; written before it is published to the topic. */
        @Nullable Member nextLeaving;

        volatile @Nullable SlowSubscriber ownRule;

        Member(Subscriber subscriber, @Nullable SlowSubscriber ownRule) {
            this.subscriber = subscriber;
            this.ownRule = ownRule;
        }

        Topic of() {
            return Topic.this;
        }

        @Override
        public String topic() {
            return name;
        }

        @Override
        public SlowSubscriber rule() {
            SlowSubscriber own = ownRule;
            return own == null ? options.slow() : own;
        }

        @Override
        public void dropped() {
            DROPPED.incrementAndGet(Topic.this);
            counters.dropped.increment();
        }

        @Override
        public void leave() {
            Topic.this.leave(this);
        }
    }
}
