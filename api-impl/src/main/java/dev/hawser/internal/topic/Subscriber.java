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
 * One session as a subscriber. A message goes straight into its outbound queue; only while the session is slow, or in
 * the middle of a partial message, it waits in a {@link Backlog}, so that what may be dropped still can be.
 * Thread-safe: its monitor is taken under the lock of a topic, and the lock of the queue under it.
 */
final class Subscriber implements AtClosing.Listener, PendingSend.Completion {
    /** Where messages may be dropped, so many bytes go into the queue, and what follows waits before it. */
    private static final int WINDOW = 16 * 1024;

    /** What became of a message. */
    enum Delivery {
        /** It is queued, or waits in the backlog. */
        DELIVERED,
        /** It does not fit: {@link #attend} closes the session. */
        SLOW,
        /** The session is closing, or about to be closed. */
        GONE,
        /** Nothing yet: the session is to be flushed, and then asked once more. */
        UNFLUSHED
    }

    private final WebSocketSession session;
    private final SharedSends sends;
    /** Whether it gets messages with their {@link Envelope}. */
    private final boolean enveloped;

    private final long maxBacklog;
    private final long maxKept;

    /** Set before {@link #subscriptions} are looked through, and looked at after one is added: so none stays. */
    private volatile boolean closed;

    /** By topic. A session that closes takes its own out without a lock. */
    private final ConcurrentHashMap<String, Subscription> subscriptions = new ConcurrentHashMap<>(4);

    // Guarded by this.
    private @Nullable Backlog backlog;
    /** Whether {@link #ended} will be called, with which the backlog goes on. */
    private boolean awaited;
    /** Whether {@link #messageEnded} is called at each end of a partial message. */
    private boolean listens;
    /** Whether {@link #attend} is to close the session. Written under the monitor. */
    private volatile boolean slow;

    private volatile boolean failed;
    /** Whether an extension has failed, so that {@link #attend} is to end the session. Written under the monitor. */
    private volatile boolean broken;
    /** What its client says it has seen; null if nothing. */
    private @Nullable Wishes wishes;
    /** Those that try again once there is room for messages of a history; null if there never was one. */
    private @Nullable Set<Subscription> waitForRoom;

    /**
     * @param maxBacklog bytes that wait before the queue, where the oldest may be dropped
     * @param maxKept the same where nothing may be dropped
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

    /** Under the topic's lock. False if the session is subscribed to a topic of that name, or closes. */
    synchronized boolean begin(Subscription subscription) {
        if (closed || subscriptions.putIfAbsent(subscription.topic(), subscription) != null) {
            return false;
        }
        return !closed || !subscriptions.remove(subscription.topic(), subscription); // else it leaves by itself
    }

    @Nullable Subscription subscription(String topic) {
        return subscriptions.get(topic);
    }

    /** Under the topic's lock: the subscription has ended, and what waits for it is given up. */
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

    /** Whether {@link #attend} is to close the session, and has not done so. */
    boolean isToBeClosed() {
        return (slow || failed || broken) && !closed;
    }

    boolean isEnveloped() {
        return enveloped;
    }

    /** What its client says it has seen of a topic, once. */
    synchronized Wishes.@Nullable Wish takeWish(String topic) {
        return wishes == null ? null : wishes.take(topic);
    }

    /**
     * Queues a message of a history, which can come later, too. Under the topic's lock.
     *
     * @param to is to {@link Subscription#tryAgain} once there is room; not if the message was queued, or the session
     *     closes
     * @return whether it was queued
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
            hasRoom(); // if all has been written meanwhile
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

    /** Those that wait for room try again, unless something else still waits before them. */
    private void hasRoom() {
        Set<Subscription> waiting = waitForRoom;
        if (waiting == null || awaited || backlog != null && !backlog.isEmpty()) {
            return;
        }
        for (Iterator<Subscription> each = waiting.iterator(); each.hasNext(); each.remove()) {
            each.next().tryAgain(); // if this throws, it and the others still wait
        }
    }

    /** The bytes of what waits before the queue. */
    synchronized long backlogBytes() {
        return backlog == null ? 0 : backlog.bytes();
    }

    /** Under the lock of the subscription's topic, which makes the order. Never waits for the peer. */
    Delivery deliver(Subscription to, SharedMessage message, String key) {
        Delivery made = deliver(to, message, key, false);
        if (made == Delivery.UNFLUSHED) {
            // A publisher may be faster than the threads that flush; then nobody is slow. Without the monitor: a write
            // that fails waits for the engine, and a thread of the engine's tells that another has ended.
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
                    // It waits for the end of the other message.
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
            if (!flushed) {
                return Delivery.UNFLUSHED;
            }
            if (sends.bufferedBytes() <= WINDOW) {
                awaited = false; // whoever has written is about to tell
                goOn();
            }
        }
        if (!waiting.add(entry)) {
            slow = true;
            return Delivery.SLOW;
        }
        goOn();
        return broken ? Delivery.GONE : Delivery.DELIVERED;
    }

    /** Moves what waits into the queue, as far as it has room. */
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
                case FULL -> awaited = sends.onWritten(this); // if nothing waits any more, any message fits
                case MID_MESSAGE -> {
                    if (listens) {
                        return;
                    }
                    listenToMessageEnds(); // and once more, since it may have ended before
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

    /** What was queued has been written. Whoever wrote it flushes again. */
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

    /** An error has kept a message from the session, which must not go on as if it had got it. */
    synchronized void failed() {
        failed = true;
    }

    /** Whether the caller is to {@link #attend} the session. */
    boolean claimAttention() {
        return sends.claimFlush();
    }

    /** Flushes what is queued, or closes a session that is to be closed. Called without locks. */
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
     * Takes no lock: who closes may hold those of the connection, and who is in {@link #deliver} may wait for them when
     * an extension fails. What waits in the backlog goes with the session.
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
