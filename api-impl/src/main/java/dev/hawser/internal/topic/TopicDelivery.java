package dev.hawser.internal.topic;

import dev.hawser.internal.transport.SharedMessage;
import org.jspecify.annotations.Nullable;

/** How the messages of one topic, and of its history, get to a member. The lock of the topic guards it. */
final class TopicDelivery {
    private final String name;
    private final TopicCounters counters;
    private long closed;
    /** Null until something is published that is to be kept. */
    private @Nullable TopicHistory history;

    TopicDelivery(String name, TopicCounters counters) {
        this.name = name;
        this.counters = counters;
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

    /** The history, begun here if there is none. */
    TopicHistory ownHistory() {
        TopicHistory kept = history;
        if (kept == null) {
            kept = new TopicHistory();
            history = kept;
        }
        return kept;
    }

    /**
     * Passes on a message that is new.
     *
     * @param kept whether it is in the history, as the last one
     * @param attention takes those that are to be flushed or closed, once no lock is held
     * @return whether the member has it, or comes to it later
     */
    boolean pass(Member to, Publication message, boolean kept, Attention attention) {
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

    /** Goes on with what a member has yet to get, as far as its session has room; then it is a live one again. */
    void catchUp(Member member, Attention attention) {
        TopicHistory kept = ownHistory();
        while (member.seen >= 0) {
            Publication message = kept.behind(member.seen);
            if (!kept.reaches(member.seen)) {
                tell(member, "gap", kept, kept.newest(), attention); // it reads more slowly than history passes
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

    /** Tells a client that agreed to envelopes behind which message it stands. */
    void tell(Member member, String kind, TopicHistory where, long offset, Attention attention) {
        deliver(member, Envelope.position(kind, name, where.epoch(), offset), "", attention);
    }

    /** Queues a message of the history, or has the member come back for it. */
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
                attention.add(subscriber); // an extension has failed; or again, if an error has kept it open before
            } else if (delivery == Subscriber.Delivery.DELIVERED && subscriber.claimAttention()) {
                attention.add(subscriber);
            }
            return delivery == Subscriber.Delivery.DELIVERED;
        } catch (Throwable e) { // of the Java machine: this subscriber alone is lost
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
}
