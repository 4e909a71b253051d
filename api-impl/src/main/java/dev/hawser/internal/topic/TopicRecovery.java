package dev.hawser.internal.topic;

import dev.hawser.internal.transport.Clock;
import dev.hawser.topic.TopicOptions;
import org.jspecify.annotations.Nullable;

/**
 * What the members of one topic get of its history: where they stand when they come, what they have missed, and that
 * they have missed more. Guarded by the topic's lock.
 */
final class TopicRecovery implements FeedHistory {
    private final String name;
    private final Members members;
    private final TopicDelivery delivery;
    private final Clock clock;
    private TopicOptions options;

    TopicRecovery(String name, Members members, TopicDelivery delivery, Clock clock, TopicOptions options) {
        this.name = name;
        this.clock = clock;
        this.members = members;
        this.delivery = delivery;
        this.options = options;
    }

    /** The options have changed. */
    void options(TopicOptions changed) {
        options = changed;
    }

    /** Tells a client with envelopes its position in the history, and sends what it has missed. */
    void begin(Member begun, @Nullable TopicFeed from, Attention attention) {
        if (!begun.subscriber.isEnveloped() || !keeps()) {
            return;
        }
        Wishes.Wish wish = begun.subscriber.takeWish(name);
        if (from != null && from.isLocal()) {
            place(begun, wish, delivery.ownHistory(), attention);
            if (wish != null && !isKnown(wish)) {
                from.awaitLater(begun, wish);
            }
        } else if (from != null && from.isKept() && !isKnown(wish)) {
            from.await(begun, wish); // the client may have seen messages that this node has not yet
        } else {
            place(begun, wish, delivery.ownHistory(), attention);
        }
    }

    private boolean isKnown(Wishes.@Nullable Wish wish) {
        TopicHistory kept = delivery.history();
        return kept != null && (wish == null || wish.epoch().equals(kept.epoch()) && wish.offset() <= kept.newest());
    }

    private void place(Member begun, Wishes.@Nullable Wish wish, TopicHistory kept, Attention attention) {
        trim(kept);
        if (wish == null) {
            delivery.tell(begun, "subscribed", kept, kept.newest(), attention);
        } else if (wish.epoch().equals(kept.epoch()) && kept.reaches(wish.offset())) {
            delivery.tell(begun, "recovered", kept, wish.offset(), attention);
            begun.seen = wish.offset();
            delivery.catchUp(begun, attention);
        } else {
            delivery.tell(begun, "gap", kept, kept.newest(), attention);
        }
    }

    /**
     * Keeps a message that is published, if the topic has a history. What was kept under earlier options is dropped.
     *
     * @param stored whether the backplane has it, so that it is in the history already
     * @return whether it is the last message of the history
     */
    boolean keep(Publication message, boolean stored, @Nullable TopicFeed from, Attention attention) {
        boolean foreign = !stored && from != null && from.isKept(); // a node published it without a history
        boolean kept = keeps() && !foreign;
        if (!keeps()) {
            endHistory(attention);
        } else if (kept && !stored) {
            keepHere(message);
        }
        return kept;
    }

    /** Keeps a message that is published while the topic goes on within this node. */
    void keepHere(Publication message) {
        delivery.ownHistory().append(message, options.historySize(), options.historyAge(), now());
    }

    @Override
    public void judge(Member member, Wishes.@Nullable Wish wish, Attention attention) {
        if (member.seen == Member.WAITING && member.index != Member.GONE) {
            member.seen = Member.LIVE;
            place(member, wish, delivery.ownHistory(), attention);
        }
    }

    /**
     * Drops the history. Later messages have no offset, or another epoch, so members that have not got the whole
     * history are told the gap.
     */
    void endHistory(Attention attention) {
        TopicHistory kept = delivery.history();
        if (kept == null) {
            return;
        }
        for (int i = 0; i < members.count(); i++) {
            Member each = members.at(i);
            if (each != null && each.seen != Member.LIVE) {
                each.seen = Member.LIVE;
                delivery.tell(each, "gap", kept, kept.newest(), attention);
            }
        }
        delivery.history(null);
    }

    @Override
    public void tellGap(TopicHistory where, Attention attention) {
        for (int i = 0; i < members.count(); i++) {
            Member each = members.at(i);
            if (each != null && each.subscriber.isEnveloped() && each.seen != Member.WAITING) {
                each.seen = Member.LIVE;
                delivery.tell(each, "gap", where, where.newest(), attention);
            }
        }
    }

    @Override
    public long now() {
        return clock.nanoTime();
    }

    @Override
    public void trim(TopicHistory history) {
        history.trim(options.historySize(), options.historyAge(), now());
    }

    @Override
    public boolean keeps() {
        return options.historySize() > 0;
    }

    @Override
    public @Nullable TopicHistory history() {
        return delivery.history();
    }

    @Override
    public void history(@Nullable TopicHistory begun) {
        delivery.history(begun);
    }

    /** Whether this node alone keeps messages for clients that reconnect. */
    boolean keepsSomething(@Nullable TopicFeed feed) {
        TopicHistory kept = delivery.history();
        if (kept == null) {
            return false;
        }
        trim(kept);
        return !kept.isEmpty() && (feed == null || !feed.isKept() || feed.isLocal());
    }
}
