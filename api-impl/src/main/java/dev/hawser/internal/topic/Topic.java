package dev.hawser.internal.topic;

import dev.hawser.internal.dispatch.DrainDispatcher;
import dev.hawser.internal.dispatch.Turn;
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
    /** Instead of the offset of what it gets next: whatever is published next. */
    private static final long LIVE = 0;

    private static final AtomicReferenceFieldUpdater<Topic, @Nullable Member> LEAVING =
            AtomicReferenceFieldUpdater.newUpdater(Topic.class, Member.class, "leaving");
    private static final AtomicLongFieldUpdater<Topic> DROPPED =
            AtomicLongFieldUpdater.newUpdater(Topic.class, "dropped");

    private final String name;
    private final TopicCounters counters;
    private final DrainDispatcher dispatcher;
    private final Consumer<Topic> whenRetired;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private @Nullable Member[] members = NOBODY;
    private int count;
    private long published;
    private long delivered;
    private long closed;
    /** Null until something is published that is to be kept. */
    private @Nullable TopicHistory history;
    /** Whether nobody is subscribed any more, and the name leads to another topic, or to none. */
    private boolean retired;

    private volatile @Nullable Member leaving;
    private volatile long dropped;
    private volatile TopicOptions options;

    /** @param whenRetired told, under the lock, that nobody is left of this topic: its name is free */
    Topic(
            String name,
            TopicOptions options,
            TopicCounters counters,
            DrainDispatcher dispatcher,
            Consumer<Topic> whenRetired) {
        this.name = name;
        this.dispatcher = dispatcher;
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
    boolean subscribe(Subscriber subscriber, @Nullable SlowSubscriber rule, Attention attention) {
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
                begin(begun, attention);
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

    /** Tells a client that agreed to envelopes where it stands, and sends what it has missed. */
    private void begin(Member begun, Attention attention) {
        if (!begun.subscriber.isEnveloped() || options.historySize() == 0) {
            return;
        }
        TopicHistory kept = history();
        kept.trim(options.historySize(), options.historyAge(), System.nanoTime());
        Wishes.Wish wish = begun.subscriber.takeWish(name);
        if (wish == null) {
            tell(begun, "subscribed", kept.newest(), attention);
        } else if (wish.epoch().equals(kept.epoch()) && kept.reaches(wish.offset())) {
            tell(begun, "recovered", wish.offset(), attention);
            begun.next = wish.offset() + 1;
            catchUp(begun, attention);
        } else {
            tell(begun, "gap", kept.newest(), attention);
        }
    }

    private void tell(Member member, String kind, long offset, Attention attention) {
        deliver(member, Envelope.position(kind, name, history().epoch(), offset), "", attention);
    }

    private TopicHistory history() {
        TopicHistory kept = history;
        if (kept == null) {
            kept = new TopicHistory();
            history = kept;
        }
        return kept;
    }

    /** Goes on with what a member has yet to get, as far as its session has room; then it is a live one again. */
    private void catchUp(Member member, Attention attention) {
        TopicHistory kept = history();
        while (member.next != LIVE) {
            Publication message = kept.at(member.next);
            if (message != null && message.excepts(member.subscriber.session().getId())) {
                member.next++;
            } else if (message == null && member.next <= kept.newest()) {
                tell(member, "gap", kept.newest(), attention); // it reads more slowly than history passes
                member.next = LIVE;
            } else if (message == null) {
                member.next = LIVE;
            } else if (!offer(member, message, attention)) {
                return;
            } else {
                member.next++;
            }
        }
    }

    /** Queues a message of the history, or has the member come back for it. */
    private boolean offer(Member member, Publication message, Attention attention) {
        Subscriber subscriber = member.subscriber;
        try {
            boolean queued = subscriber.deliverIfRoom(member, message.form(name, true));
            if (queued && subscriber.claimAttention()) {
                attention.add(subscriber);
            }
            return queued;
        } catch (Throwable e) {
            subscriber.failed();
            attendFailed(subscriber, attention);
            return false;
        }
    }

    /** Called without locks: there is room for a member that has yet to get messages. */
    private void catchUpLater(Member member) {
        Attention attention = new Attention(dispatcher);
        lock.lock();
        try {
            if (member.index != GONE) {
                catchUp(member, attention);
            }
        } finally {
            try {
                release();
            } finally {
                attention.pay();
            }
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
    @Nullable Outcome publish(Publication message, @Nullable Session except, Attention attention) {
        lock.lock();
        try {
            if (retired) {
                return null;
            }
            published++;
            TopicOptions rules = options;
            boolean kept = rules.historySize() > 0;
            if (kept) {
                history().add(message, rules.historySize(), rules.historyAge(), System.nanoTime());
            } else {
                hasHistory(); // what was kept under other options is given back
            }
            int taken = 0;
            int missed = 0;
            for (int i = 0; i < count; i++) {
                Member to = members[i];
                if (to != null && to.subscriber.session() != except) {
                    if (pass(to, message, kept, attention)) {
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

    private boolean pass(Member to, Publication message, boolean kept, Attention attention) {
        Subscriber subscriber = to.subscriber;
        try {
            boolean enveloped = subscriber.isEnveloped();
            if (!kept && to.next != LIVE) {
                catchUp(to, attention); // comes to the end, since nothing is kept any more
            }
            if (!kept || !enveloped) {
                return deliver(to, message.form(name, enveloped), message.key, attention);
            }
            if (to.next == LIVE) {
                to.next = message.offset();
                catchUp(to, attention);
            }
            if (subscriber.isToBeClosed()) {
                attention.add(subscriber); // again, if an error has kept it open before
                return false;
            }
            return true; // or it comes to it later
        } catch (Throwable e) { // of the Java machine: this subscriber alone is lost
            subscriber.failed();
            attendFailed(subscriber, attention);
            return false;
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
            } else if (delivery == Subscriber.Delivery.GONE && subscriber.isToBeClosed()) {
                attention.add(subscriber); // again, if an error has kept it open before
            } else if (delivery == Subscriber.Delivery.DELIVERED && subscriber.claimAttention()) {
                attention.add(subscriber);
            }
            return delivery == Subscriber.Delivery.DELIVERED;
        } catch (Throwable e) { // of the Java machine, or an extension's: this subscriber alone is lost
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

    /** Under the lock: whether something is kept for who comes back. */
    private boolean hasHistory() {
        TopicHistory kept = history;
        if (kept == null) {
            return false;
        }
        kept.trim(options.historySize(), options.historyAge(), System.nanoTime());
        return !kept.isEmpty();
    }

    /** Gives back what is too old, and retires if nobody is left of it and nothing is kept. Never waits. */
    void retireIfOver() {
        if (lock.tryLock()) { // else who publishes does the same
            try {
                hasHistory();
            } finally {
                release();
            }
        }
    }

    /** Gives the lock back; who came to leave meanwhile leaves, and a topic that nobody is left of retires. */
    private void release() {
        do {
            try {
                if (lock.getHoldCount() == 1) {
                    letGo();
                    if (count == 0 && !retired && !hasHistory()) {
                        retired = true;
                        whenRetired.accept(this);
                    }
                }
            } finally {
                lock.unlock();
            }
        } while (leaving != null && !lock.isHeldByCurrentThread() && lock.tryLock());
    }

    /** A subscriber's place in this topic. */
    private final class Member implements Subscription, Turn {
        final Subscriber subscriber;
        /** Guarded by the topic's lock. */
        int index = GONE;
        /** The next of those that leave; written before it is published to the topic. */
        @Nullable Member nextLeaving;

        volatile @Nullable SlowSubscriber ownRule;
        /** The offset of what it is to get next, if it is behind, or LIVE. Guarded by the topic's lock. */
        long next = LIVE;

        Member(Subscriber subscriber, @Nullable SlowSubscriber ownRule) {
            this.subscriber = subscriber;
            this.ownRule = ownRule;
        }

        /** As a turn: there is room for what it has yet to get. */
        @Override
        public void run() {
            catchUpLater(this);
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
        public void tryAgain() {
            dispatcher.readySoon(new Turn.Ticket(this));
        }

        @Override
        public void leave() {
            Topic.this.leave(this);
        }
    }
}
