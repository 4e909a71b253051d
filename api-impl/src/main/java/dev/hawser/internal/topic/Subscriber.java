package dev.hawser.internal.topic;

import dev.hawser.internal.session.AtClosing;
import dev.hawser.internal.session.SharedSends;
import dev.hawser.internal.session.SharedSends.Offer;
import dev.hawser.internal.session.WebSocketSession;
import dev.hawser.internal.transport.PendingSend;
import dev.hawser.internal.transport.SharedMessage;
import dev.hawser.topic.SlowSubscriber;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One session as a subscriber. A message goes directly into its outbound queue. Only while the session is slow, or
 * sends a partial message, messages wait in a {@link Backlog}, from which they can still be dropped. Thread-safe: its
 * monitor is taken with the lock of a topic held, and the lock of the queue with this monitor held.
 */
final class Subscriber implements AtClosing.Listener, PendingSend.Completion {
    /** If messages may be dropped, at most this many bytes go into the queue; later messages wait in the backlog. */
    private static final int WINDOW = 16 * 1024;

    /** The result of a delivery. */
    enum Delivery {
        /** It is queued, or waits in the backlog, and the caller claims attention. */
        DELIVERED,
        /** It waits in the backlog. The thread that writes what is queued before it goes on with it: {@link #ended}. */
        WAITS,
        /** The message does not fit: {@link #attend} closes the session. */
        SLOW,
        /** The session is closing, or will be closed. */
        GONE,
        /** Not yet delivered: the session must be flushed first, and then the delivery is tried once more. */
        UNFLUSHED
    }

    private final WebSocketSession session;
    private final SharedSends sends;
    /** Whether the session gets messages with an {@link Envelope}. */
    private final boolean enveloped;

    private final long maxBacklog;
    private final long maxKept;

    /** Set before the {@link #subscriptions} are removed, and read after one is added, so that none is left. */
    private volatile boolean closed;

    /** By topic. A closing session removes its subscriptions without a lock. */
    private final ConcurrentHashMap<String, Subscription> subscriptions = new ConcurrentHashMap<>(4);

    // Guarded by this.
    private @Nullable Backlog backlog;
    /** Whether {@link #ended} will be called, which continues with the backlog. */
    private boolean awaited;
    /** Whether {@link #messageEnded} is called at each end of a partial message. */
    private boolean listens;
    /** Whether {@link #attend} must close the session as too slow. Written with the monitor held. */
    private volatile boolean slow;

    private volatile boolean failed;
    /** Whether an extension has failed, so that {@link #attend} must end the session. Written with the monitor held. */
    private volatile boolean broken;
    /** The messages that the client says it has seen; null without envelopes. */
    private @Nullable Wishes wishes;
    /**
     * The subscriptions that try again when there is room for messages of a history; null as long as there was none.
     */
    private @Nullable Set<Subscription> waitForRoom;

    /**
     * @param maxBacklog the bytes of the backlog above which the oldest messages are dropped
     * @param maxKept the bytes of the backlog above which a session is closed if its messages may not be dropped
     */
    Subscriber(WebSocketSession session, long maxBacklog, long maxKept) {
        this.session = session;
        this.sends = SharedSends.of(session);
        this.enveloped = Envelope.isAgreed(session.getNegotiatedSubprotocol());
        this.wishes = enveloped ? new Wishes(session.getQueryString()) : null;
        this.maxBacklog = maxBacklog;
        this.maxKept = maxKept;
    }

    WebSocketSession session() {
        return session;
    }

    /**
     * Begins a subscription. Returns false if the session is already subscribed to a topic of that name, or closes.
     * Called with the topic's lock held.
     */
    synchronized boolean begin(Subscription subscription) {
        if (closed || subscriptions.putIfAbsent(subscription.topic(), subscription) != null) {
            return false;
        }
        // otherwise sessionCloses removes it
        return !closed || !subscriptions.remove(subscription.topic(), subscription);
    }

    @Nullable Subscription subscription(String topic) {
        return subscriptions.get(topic);
    }

    /** Ends a subscription, and drops its waiting messages. Called with the topic's lock held. */
    synchronized void end(Subscription subscription) {
        subscriptions.remove(subscription.topic(), subscription);
        if (backlog != null) {
            backlog.forget(subscription);
        }
        if (waitForRoom != null) {
            waitForRoom.remove(subscription);
        }
    }

    Set<String> topics() {
        return Set.copyOf(subscriptions.keySet());
    }

    boolean isClosed() {
        return closed;
    }

    /** Whether {@link #attend} must close the session, and has not done so. */
    boolean isToBeClosed() {
        return (slow || failed || broken) && !closed;
    }

    boolean isEnveloped() {
        return enveloped;
    }

    /** The message that the client says it has seen last of a topic. Returned once. */
    synchronized Wishes.@Nullable Wish takeWish(String topic) {
        return wishes == null ? null : wishes.take(topic);
    }

    /**
     * Queues a message of a history if there is room. Called with the topic's lock held.
     *
     * @param to the subscription whose {@link Subscription#tryAgain} is called when there is room, unless the message
     *     was queued or the session closes
     * @return whether the message was queued
     */
    synchronized boolean deliverIfRoom(Subscription to, SharedMessage message) {
        if (isLost()) {
            return false;
        }
        boolean behind = awaited || backlog != null && !backlog.isEmpty();
        boolean mid = false;
        if (!behind && sends.bufferedBytes() <= WINDOW) {
            Offer offer = sends.offer(message);
            if (offer == Offer.MID_MESSAGE && !listens) {
                listenToMessageEnds();
                offer = sends.offer(message);
            }
            broken |= offer == Offer.FAILED;
            if (offer == Offer.ACCEPTED || offer == Offer.CLOSING || broken) {
                return offer == Offer.ACCEPTED;
            }
            mid = offer == Offer.MID_MESSAGE;
        }
        if (waitForRoom == null) {
            waitForRoom = new LinkedHashSet<>(2);
        }
        waitForRoom.add(to);
        if (!awaited && !mid) {
            awaited = sends.onWritten(this);
            goOn();
            hasRoom(); // everything may have been written meanwhile
        }
        return false;
    }

    private boolean isLost() {
        return closed || slow || failed || broken;
    }

    private void listenToMessageEnds() {
        sends.onMessageEnd(this::messageEnded);
        listens = true;
    }

    /** Lets the subscriptions that wait for room try again, unless other messages still wait before them. */
    private void hasRoom() {
        Set<Subscription> waiting = waitForRoom;
        if (waiting == null || awaited || backlog != null && !backlog.isEmpty()) {
            return;
        }
        for (Iterator<Subscription> each = waiting.iterator(); each.hasNext(); each.remove()) {
            each.next().tryAgain(); // if this throws, it and the others remain waiting
        }
    }

    /** The bytes of the backlog. */
    synchronized long backlogBytes() {
        return backlog == null ? 0 : backlog.bytes();
    }

    /** Delivers a message. Called with the topic's lock held, which makes the order. Never waits for the peer. */
    Delivery deliver(Subscription to, SharedMessage message, String key) {
        Delivery made = deliver(to, message, key, false);
        if (made == Delivery.UNFLUSHED) {
            // If the publisher is only faster than the threads that flush, the session is not slow. The monitor must
            // not be held here: a write that fails waits for the engine's lock, and the thread that has it may wait for
            // this monitor.
            sends.flushAll();
            made = deliver(to, message, key, true);
        }
        return made;
    }

    private synchronized Delivery deliver(Subscription to, SharedMessage message, String key, boolean flushed) {
        if (isLost()) {
            return Delivery.GONE;
        }
        boolean droppable = to.rule() != SlowSubscriber.CLOSE;
        if (!(droppable && awaited) && (backlog == null || backlog.isEmpty())) {
            switch (sends.offer(message)) {
                case ACCEPTED -> {
                    if (droppable) {
                        awaitIfMuchWaits();
                    }
                    return Delivery.DELIVERED;
                }
                case CLOSING -> {
                    return Delivery.GONE;
                }
                case FAILED -> {
                    broken = true;
                    return Delivery.GONE;
                }
                case FULL -> {
                    if (!droppable && !flushed) {
                        return Delivery.UNFLUSHED;
                    } else if (!droppable) {
                        slow = true;
                        return Delivery.SLOW;
                    }
                }
                case MID_MESSAGE -> {
                    // The message waits for the end of the partial one.
                }
            }
        }
        return deliverLater(new Backlog.Entry(to, message, key), flushed);
    }

    private Delivery deliverLater(Backlog.Entry entry, boolean flushed) {
        Backlog waiting = backlog;
        if (waiting == null) {
            waiting = new Backlog(maxBacklog, maxKept);
            backlog = waiting;
        }
        if (waiting.isTooSmallFor(entry)) {
            if (!flushed && sends.waitsForThread()) {
                return Delivery.UNFLUSHED; // otherwise the network is slow, and a flush has no effect
            }
            if (sends.bufferedBytes() <= WINDOW) {
                awaited = false; // the writing thread is about to call ended
                goOn();
            }
        }
        if (!waiting.add(entry)) {
            slow = true;
            return Delivery.SLOW;
        }
        if (awaited) {
            return Delivery.WAITS;
        }
        goOn();
        return broken ? Delivery.GONE : Delivery.DELIVERED;
    }

    /** Moves waiting messages into the queue, as far as it has room. */
    private void goOn() {
        Backlog waiting = backlog;
        while (waiting != null && !awaited) {
            Backlog.Entry entry = waiting.first();
            if (entry == null) {
                return;
            }
            Offer offer = sends.offer(entry.message);
            switch (offer) {
                case ACCEPTED -> {
                    waiting.remove(entry);
                    awaitIfMuchWaits();
                }
                // if this returns false, the queue is empty, so that any message fits
                case FULL -> awaited = sends.onWritten(this);
                case MID_MESSAGE -> {
                    if (listens) {
                        return;
                    }
                    listenToMessageEnds(); // and try once more, since the message may have ended before
                }
                case CLOSING, FAILED -> {
                    broken |= offer == Offer.FAILED;
                    waiting.clear();
                    return;
                }
            }
        }
    }

    private void awaitIfMuchWaits() {
        if (!awaited && sends.bufferedBytes() > WINDOW) {
            awaited = sends.onWritten(this);
        }
    }

    private void messageEnded() {
        synchronized (this) {
            goOn();
            hasRoom();
        }
        endIfBroken();
    }

    private void endIfBroken() {
        if (broken) {
            sends.tellFailure();
        }
    }

    @Override
    public boolean runsApplicationCode() {
        return false;
    }

    /** The queued messages were written. The writing thread then flushes again. */
    @Override
    public void ended(@Nullable Throwable failure) {
        synchronized (this) {
            awaited = false;
            if (failure == null) {
                goOn();
                hasRoom();
            } else if (backlog != null) {
                backlog.clear(); // the queue has ended
            }
        }
        endIfBroken();
    }

    /** An error has prevented a delivery. The session must be closed, so that no message is missing unnoticed. */
    synchronized void failed() {
        failed = true;
    }

    /** Whether the caller must {@link #attend} the session. */
    boolean claimAttention() {
        return sends.claimFlush();
    }

    /** Flushes the queue, or closes a session that must be closed. Called without locks. */
    void attend() {
        boolean closeSlow;
        boolean closeFailed;
        synchronized (this) {
            closeSlow = slow;
            closeFailed = failed;
        }
        endIfBroken();
        if (closeFailed) {
            sends.closeFailed();
        } else if (closeSlow) {
            sends.closeSlow();
        } else {
            sends.flush();
        }
    }

    /**
     * Takes no lock: the closing thread may hold locks of the connection, for which a thread in {@link #deliver} may
     * wait if an extension fails. The backlog is dropped with the session.
     */
    @Override
    public void sessionCloses() {
        closed = true;
        subscriptions.forEach((topic, each) -> {
            if (subscriptions.remove(topic, each)) {
                each.leave();
            }
        });
    }
}
