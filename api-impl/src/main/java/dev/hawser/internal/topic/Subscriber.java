package dev.hawser.internal.topic;

import dev.hawser.internal.session.AtClosing;
import dev.hawser.internal.session.SharedSends;
import dev.hawser.internal.session.SharedSends.Offer;
import dev.hawser.internal.session.WebSocketSession;
import dev.hawser.internal.transport.PendingSend;
import dev.hawser.internal.transport.SharedMessage;
import dev.hawser.topic.SlowSubscriber;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
        GONE
    }

    private final WebSocketSession session;
    private final SharedSends sends;
    /** Whether it gets messages with their {@link Envelope}. */
    private final boolean enveloped;

    private final long maxBacklog;
    private final long maxKept;

    // Guarded by this.
    private final Map<String, Subscription> subscriptions = new HashMap<>(4);
    private @Nullable Backlog backlog;
    /** Whether {@link #ended} will be called, with which the backlog goes on. */
    private boolean awaited;
    /** Whether {@link #messageEnded} is called at each end of a partial message. */
    private boolean listens;
    /** Whether the session begins to close. */
    private boolean closed;
    /** Whether {@link #attend} is to close the session. */
    private boolean slow;

    private boolean failed;
    /** What its client says it has seen; null if nothing. */
    private @Nullable Wishes wishes;
    /** Runs once there is room for messages of a history. */
    private @Nullable Runnable onRoom;

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
        return !closed && subscriptions.putIfAbsent(subscription.topic(), subscription) == null;
    }

    synchronized @Nullable Subscription subscription(String topic) {
        return subscriptions.get(topic);
    }

    /** Under the topic's lock: the subscription has ended, and what waits for it is given up. */
    synchronized void end(Subscription subscription) {
        subscriptions.remove(subscription.topic(), subscription);
        if (backlog != null) {
            backlog.forget(subscription);
        }
    }

    synchronized Set<String> topics() {
        return Set.copyOf(subscriptions.keySet());
    }

    synchronized boolean isClosed() {
        return closed;
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
     * @param room runs once there is room, on the thread that has written; not if the message was queued, or the
     *     session closes
     * @return whether it was queued
     */
    synchronized boolean deliverIfRoom(SharedMessage message, Runnable room) {
        if (closed || slow || failed) {
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
            if (offer == Offer.ACCEPTED || offer == Offer.CLOSING) {
                return offer == Offer.ACCEPTED;
            }
            mid = offer == Offer.MID_MESSAGE;
        }
        Runnable others = onRoom;
        onRoom = others == null
                ? room
                : () -> {
                    others.run();
                    room.run();
                };
        if (!awaited && !mid) {
            awaited = sends.onWritten(this);
            goOn();
            hasRoom(); // if all has been written meanwhile
        }
        return false;
    }

    private void listenToMessageEnds() {
        sends.onMessageEnd(this::messageEnded);
        listens = true;
    }

    /** Those that wait for room try again, on a thread that holds no lock. */
    private void hasRoom() {
        Runnable waiting = onRoom;
        if (waiting != null && !awaited) {
            onRoom = null;
            waiting.run();
        }
    }

    /** The bytes of what waits before the queue. */
    synchronized long backlogBytes() {
        return backlog == null ? 0 : backlog.bytes();
    }

    /** Under the lock of the subscription's topic, which makes the order. Never waits for the peer. */
    synchronized Delivery deliver(Subscription to, SharedMessage message, String key) {
        if (closed || slow || failed) {
            return Delivery.GONE;
        }
        boolean droppable = to.rule() != SlowSubscriber.CLOSE;
        if (!(droppable && awaited) && (backlog == null || backlog.isEmpty())) {
            Offer offer = sends.offer(message);
            if (offer == Offer.FULL && !droppable) {
                sends.flushAll(); // a publisher may be faster than the threads that flush; then nobody is slow
                offer = backlog == null || backlog.isEmpty() ? sends.offer(message) : Offer.MID_MESSAGE;
            }
            switch (offer) {
                case ACCEPTED -> {
                    if (droppable) {
                        awaitIfMuchWaits();
                    }
                    return Delivery.DELIVERED;
                }
                case CLOSING -> {
                    return Delivery.GONE;
                }
                case FULL -> {
                    if (!droppable) {
                        slow = true;
                        return Delivery.SLOW;
                    }
                }
                case MID_MESSAGE -> {
                    // It waits for the end of the other message.
                }
            }
        }
        return deliverLater(new Backlog.Entry(to, message, key));
    }

    private Delivery deliverLater(Backlog.Entry entry) {
        Backlog waiting = backlog;
        if (waiting == null) {
            waiting = new Backlog(maxBacklog, maxKept);
            backlog = waiting;
        }
        if (waiting.isTooSmallFor(entry)) {
            sends.flushAll();
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
        return Delivery.DELIVERED;
    }

    /** Moves what waits into the queue, as far as it has room. */
    private void goOn() {
        Backlog waiting = backlog;
        while (waiting != null && !awaited) {
            Backlog.Entry entry = waiting.first();
            if (entry == null) {
                return;
            }
            switch (sends.offer(entry.message)) {
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
                case CLOSING -> {
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

    private synchronized void messageEnded() {
        goOn();
        hasRoom();
    }

    @Override
    public boolean runsApplicationCode() {
        return false;
    }

    /** What was queued has been written. Whoever wrote it flushes again. */
    @Override
    public synchronized void ended(@Nullable Throwable failure) {
        awaited = false;
        if (failure == null) {
            goOn();
            hasRoom();
        }
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
        if (closeFailed) {
            sends.closeFailed();
        } else if (closeSlow) {
            sends.closeSlow();
        } else {
            sends.flush();
        }
    }

    @Override
    public void sessionCloses() {
        List<Subscription> ended;
        synchronized (this) {
            closed = true;
            ended = new ArrayList<>(subscriptions.values());
            subscriptions.clear();
            if (backlog != null) {
                backlog.clear();
            }
        }
        ended.forEach(Subscription::leave);
    }
}
