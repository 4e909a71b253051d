package dev.hawser.internal.topic;

import dev.hawser.internal.dispatch.DrainDispatcher;
import dev.hawser.internal.dispatch.Turn;
import dev.hawser.internal.transport.Clock;
import dev.hawser.topic.Presence;
import dev.hawser.topic.SlowSubscriber;
import dev.hawser.topic.TopicCounts;
import dev.hawser.topic.TopicOptions;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One topic: its members, and the order of its messages, which its lock makes. Sessions may close with any lock held,
 * so a member whose session closes never waits for this lock: the thread that holds it removes such members.
 * Thread-safe.
 */
final class Topic implements Member.Place, FeedTopic, TopicPresence.Place {
    private static final AtomicLongFieldUpdater<Topic> DROPPED =
            AtomicLongFieldUpdater.newUpdater(Topic.class, "dropped");

    private final String name;
    private final TopicCounters counters;
    private final DrainDispatcher dispatcher;
    private final Consumer<Topic> whenRetired;
    private final ObjLongConsumer<Runnable> later;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private final Members members = new Members();
    private final TopicDelivery delivery;
    private final TopicRecovery recovery;
    private long published;
    /** Null without a backplane; written once, with the lock held. */
    private volatile @Nullable TopicFeed feed;
    /** Who is there; null if the topic's options do not ask for it. Written with the lock held. */
    private volatile @Nullable TopicPresence presence;
    /** Whether the topic has ended; its name now stands for another topic, or for none. */
    private boolean retired;

    private volatile long dropped;
    /** Written with the lock held. */
    private volatile TopicOptions options;

    /**
     * @param clock the time by which messages grow old
     * @param later runs something in a turn after so many milliseconds; it may be called with the lock held
     * @param whenRetired called with the lock held when the topic has ended and its name is free
     */
    Topic(
            String name,
            TopicOptions options,
            TopicCounters counters,
            DrainDispatcher dispatcher,
            Clock clock,
            ObjLongConsumer<Runnable> later,
            Consumer<Topic> whenRetired) {
        this.name = name;
        this.dispatcher = dispatcher;
        this.counters = counters;
        this.delivery = new TopicDelivery(name, members, counters);
        this.recovery = new TopicRecovery(name, members, delivery, clock, options);
        this.later = later;
        this.whenRetired = whenRetired;
        this.options = options;
    }

    @Override
    public String name() {
        return name;
    }

    /** The receiver of the backplane's messages; null without a backplane. */
    @Nullable TopicFeed feed() {
        return feed;
    }

    @Override
    public TopicOptions options() {
        return options;
    }

    /**
     * Changes the options. A history that begins at the backplane is read before any thread can store a message in it:
     * what the first read brings counts as older than the subscriptions. The caller drains the link.
     */
    void options(TopicOptions changed) {
        lock.lock();
        try {
            TopicFeed from = feed;
            if (from != null && !retired && !recovery.keeps() && changed.historySize() > 0) {
                from.historyBegins(changed);
            }
            options = changed;
            recovery.options(changed);
            presenceBeginsOrEnds();
        } finally {
            release();
        }
    }

    private void presenceBeginsOrEnds() {
        if (options.presence() == 0) {
            if (presence != null) {
                presence.end();
                presence = null;
            }
        } else if (presence == null && !retired) {
            TopicPresence begun = new TopicPresence(this, members, delivery);
            presence = begun;
            begun.connect(feed);
        }
    }

    /** Who is there; null if the topic's options do not ask for it. */
    @Nullable TopicPresence presence() {
        return presence;
    }

    @Override
    public int mostNamed() {
        return options.presence();
    }

    @Override
    public void later(Runnable step, long millis) {
        later.accept(step, millis);
    }

    @Override
    public void left(Member member) {
        if (presence != null) {
            presence.leave(member);
        }
    }

    /** Who is there; null if this topic cannot say it for all nodes. */
    @Nullable Presence present() {
        lock.lock();
        try {
            members.letGo();
            return presence == null || members.count() == 0 ? null : presence.present();
        } finally {
            release();
        }
    }

    /** Connects the topic to the other nodes. Called once. A history of this node ends if the backplane keeps one. */
    void connect(BackplaneLink link) {
        Attention attention = new Attention(dispatcher);
        lock.lock();
        try {
            if (feed == null && !retired) {
                TopicFeed begun = new TopicFeed(this, recovery, link, dispatcher);
                feed = begun;
                if (begun.isKept()) {
                    recovery.endHistory(attention);
                }
                begun.begin();
                if (presence != null) {
                    presence.connect(begun);
                }
            }
        } finally {
            lock.unlock(); // not release, which would end a topic that has no member yet
            attention.pay();
        }
    }

    /**
     * Subscribes a session.
     *
     * @return false if the topic is retired
     * @throws IllegalStateException if the session is closing or closed
     */
    boolean subscribe(
            Subscriber subscriber, @Nullable SlowSubscriber rule, @Nullable String name, Attention attention) {
        lock.lock();
        try {
            if (retired) {
                return false;
            }
            if (name != null && options.presence() == 0) {
                throw new IllegalStateException(
                        "topic " + this.name + " has no members: its options do not ask for presence");
            }
            presenceBeginsOrEnds();
            members.expectOne();
            Member begun = new Member(this, subscriber, rule);
            if (subscriber.begin(begun)) {
                members.add(begun);
                recovery.begin(begun, feed, attention);
                if (presence != null) {
                    members.letGo(); // so that nobody is told of those who have left
                    presence.begin(begun, name, attention);
                }
            } else if (subscriber.isClosed()) {
                throw new IllegalStateException(
                        subscriber.session() + " is closing: it cannot subscribe to topic " + this.name);
            } else if (subscriber.subscription(this.name) instanceof Member present) {
                present.ownRule = rule == null ? present.ownRule : rule;
                if (presence != null && name != null) {
                    presence.rejoin(present, name, attention);
                }
            }
            return true;
        } finally {
            release();
        }
    }

    @Override
    public void catchUpLater(Member member) {
        underLock(attention -> {
            if (member.index != Member.GONE) {
                delivery.catchUp(member, attention);
            }
        });
    }

    @Override
    public void underLock(Consumer<Attention> step) {
        Attention attention = new Attention(dispatcher);
        lock.lock();
        try {
            if (!retired) {
                step.accept(attention);
            }
        } finally {
            try {
                release();
            } finally {
                attention.pay();
            }
        }
    }

    /** Ends a subscription, so that the session gets no message that is published from now on. */
    boolean unsubscribe(Subscriber subscriber) {
        lock.lock();
        try {
            if (!(subscriber.subscription(name) instanceof Member present) || present.topic != this) {
                return false;
            }
            members.remove(present);
            subscriber.end(present);
            return true;
        } finally {
            release();
        }
    }

    @Override
    public void leave(Member member) {
        members.leave(member);
        if (!lock.isHeldByCurrentThread() && lock.tryLock()) {
            release();
        }
    }

    /**
     * Puts a message into the queues of all subscribers, in the topic's order.
     *
     * @param attention collects the sessions that must be flushed or closed when no lock is held
     * @param forward passes the message to other nodes, in the same order; null without a backplane
     * @return null if the topic has ended
     */
    @Nullable Outcome publish(
            Publication message, Attention attention, @Nullable Supplier<CompletionStage<@Nullable Void>> forward) {
        lock.lock();
        try {
            if (retired) {
                return null;
            }
            Outcome here = pass(message, false, attention);
            return forward == null ? here : here.and(forward.get());
        } finally {
            release();
        }
    }

    /**
     * Publishes within this node only, in a separate epoch, because the broker that has the topic's history is away.
     *
     * @return null if the topic has ended
     */
    @Nullable Outcome publishLocally(Publication message, Attention attention) {
        lock.lock();
        try {
            TopicFeed from = feed;
            if (retired || from == null) {
                return null;
            }
            from.goOnLocally(attention);
            recovery.keepHere(message);
            return pass(message, true, attention);
        } finally {
            release();
        }
    }

    @Override
    public void passToAll(Publication message, boolean stored, Attention attention) {
        pass(message, stored, attention);
    }

    private Outcome pass(Publication message, boolean stored, Attention attention) {
        published++;
        boolean kept = recovery.keep(message, stored, feed, attention);
        return delivery.passToAll(message, kept, attention);
    }

    int size() {
        lock.lock();
        try {
            members.letGo();
            return members.count();
        } finally {
            release();
        }
    }

    TopicCounts counts() {
        lock.lock();
        try {
            return new TopicCounts(published, delivery.delivered(), dropped, delivery.closed());
        } finally {
            release();
        }
    }

    /** Drops messages that are too old, and ends a topic that has neither members nor messages. Never waits. */
    void retireIfOver() {
        if (lock.tryLock()) { // otherwise the thread that holds it does the same
            try {
                recovery.keepsSomething(feed);
            } finally {
                release();
            }
        }
    }

    /** Releases the lock. First removes leaving members, and ends a topic that has neither members nor messages. */
    private void release() {
        do {
            try {
                if (lock.getHoldCount() == 1) {
                    members.letGo();
                    if (members.count() == 0 && !retired && !recovery.keepsSomething(feed)) {
                        retire();
                    }
                }
            } finally {
                lock.unlock();
            }
        } while (members.isLeft() && !lock.isHeldByCurrentThread() && lock.tryLock());
    }

    private void retire() {
        retired = true;
        try {
            if (presence != null) {
                presence.end();
            }
            if (feed != null) {
                feed.end(); // before another topic of this name can begin
            }
        } finally {
            whenRetired.accept(this);
        }
    }

    @Override
    public SlowSubscriber rule() {
        return options.slow();
    }

    @Override
    public void dropped() {
        DROPPED.incrementAndGet(this);
        counters.dropped.increment();
    }

    @Override
    public void soon(Member member) {
        dispatcher.readySoon(new Turn.Ticket(member));
    }
}
