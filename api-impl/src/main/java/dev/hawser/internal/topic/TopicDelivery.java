package dev.hawser.internal.topic;

import dev.hawser.internal.transport.SharedMessage;
import org.jspecify.annotations.Nullable;

/** Delivers the messages of one topic, and of its history, to its members. Guarded by the topic's lock. */
final class TopicDelivery {
    private final String name;
    private final Members members;
    private final TopicCounters counters;
    private long delivered;
    private long closed;
    /** Null until a message is kept. */
    private @Nullable TopicHistory history;

    TopicDelivery(String name, Members members, TopicCounters counters) {
        this.name = name;
        this.members = members;
        this.counters = counters;
    }

    /** How many times a session has got a message. */
    long delivered() {
        return delivered;
    }

    /** How many sessions were closed because they read too slowly. */
    long closed() {
        return closed;
    }

    @Nullable TopicHistory history() {
        return history;
    }

    void history(@Nullable TopicHistory begun) {
        history = begun;
    }

    /** The history; a new one if there is none. */
    TopicHistory ownHistory() {
        TopicHistory kept = history;
        if (kept == null) {
            kept = new TopicHistory();
            history = kept;
        }
        return kept;
    }

    /**
     * Passes a new message to all members that may get it.
     *
     * @param kept whether it is the last message of the history
     */
    Outcome passToAll(Publication message, boolean kept, Attention attention) {
        int taken = 0;
        int missed = 0;
        for (int i = 0; i < members.count(); i++) {
            Member to = members.at(i);
            if (to != null && !message.excepts(to.subscriber.session())) {
                if (pass(to, message, kept, attention)) {
                    taken++;
                } else {
                    missed++;
                }
            }
        }
        delivered += taken;
        counters.delivered.add(taken);
        return new Outcome(taken, missed, Outcome.NOWHERE_ELSE);
    }

    /**
     * Passes a new message to a member.
     *
     * @param kept whether it is the last message of the history
     * @param attention collects the sessions that must be flushed or closed when no lock is held
     * @return whether the member has the message, or will get it from the history
     */
    private boolean pass(Member to, Publication message, boolean kept, Attention attention) {
        Subscriber subscriber = to.subscriber;
        try {
            boolean enveloped = subscriber.isEnveloped();
            if (!kept || !enveloped) {
                return deliver(to, message.form(name, enveloped), message.key, attention);
            }
            if (to.seen == Member.LIVE) {
                to.seen = message.previous();
                catchUp(to, attention);
            }
            if (subscriber.isToBeClosed()) {
                attention.add(subscriber); // again, if an error has prevented its close before
                return false;
            }
            return true; // if it is behind, it gets the message later
        } catch (Throwable e) { // an error of the JVM: only this subscriber is lost
            subscriber.failed();
            attendFailed(subscriber, attention);
            return false;
        }
    }

    /** Sends a member the rest of the history, as far as its session has room. A member that has all is live again. */
    void catchUp(Member member, Attention attention) {
        TopicHistory kept = ownHistory();
        while (member.seen >= 0) {
            Publication message = kept.behind(member.seen);
            if (!kept.reaches(member.seen)) {
                // it reads more slowly than messages become too old
                tell(member, "gap", kept, kept.newest(), attention);
                member.seen = Member.LIVE;
            } else if (message == null) {
                member.seen = Member.LIVE;
            } else if (message.excepts(member.subscriber.session()) || offer(member, message, attention)) {
                member.seen = message.offset();
            } else {
                return;
            }
        }
    }

    /** Tells a client with envelopes its position in the history. */
    void tell(Member member, String kind, TopicHistory where, long offset, Attention attention) {
        deliver(member, Envelope.position(kind, name, where.epoch(), offset), "", attention);
    }

    /** Sends a member something that is not published. */
    void tell(Member to, SharedMessage message, String key, Attention attention) {
        deliver(to, message, key, attention);
    }

    /** Queues a message of the history. If there is no room, the member tries again later. */
    private boolean offer(Member member, Publication message, Attention attention) {
        Subscriber subscriber = member.subscriber;
        try {
            boolean queued = subscriber.deliverIfRoom(member, message.form(name, true));
            if (subscriber.isToBeClosed() || queued && subscriber.claimAttention()) {
                attention.add(subscriber);
            }
            return queued;
        } catch (Throwable e) {
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
                // an extension has failed; or again, if an error has prevented its close before
                attention.add(subscriber);
            } else if (delivery == Subscriber.Delivery.DELIVERED && subscriber.claimAttention()) {
                attention.add(subscriber);
            }
            return delivery == Subscriber.Delivery.DELIVERED || delivery == Subscriber.Delivery.WAITS;
        } catch (Throwable e) { // an error of the JVM: only this subscriber is lost
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
                // there is no memory to close the session; it gets no more messages of any topic
            }
        }
    }
}
