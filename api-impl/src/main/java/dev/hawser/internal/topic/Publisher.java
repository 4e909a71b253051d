package dev.hawser.internal.topic;

import dev.hawser.backplane.HistoryStore;
import dev.hawser.internal.dispatch.DrainDispatcher;
import dev.hawser.internal.transport.SharedMessage;
import dev.hawser.topic.PublishOptions;
import dev.hawser.topic.Published;
import dev.hawser.topic.TopicOptions;
import jakarta.websocket.Session;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Publishes the messages of one node. If the backplane keeps the topic's history, a message is only stored there, and
 * comes back to all nodes. Otherwise the sessions of this node get it at once, and the other nodes what is forwarded.
 * Thread-safe.
 */
final class Publisher {
    private final TopicsByName topics;
    private final TopicCounters counters;
    private final DrainDispatcher dispatcher;

    Publisher(TopicsByName topics, TopicCounters counters, DrainDispatcher dispatcher) {
        this.topics = topics;
        this.counters = counters;
        this.dispatcher = dispatcher;
    }

    CompletionStage<Published> publish(String topic, SharedMessage message, PublishOptions options) {
        counters.published.increment();
        Session except = options.except();
        String exceptId = except == null ? null : except.getId();
        BackplaneLink to = topics.link();
        if (to == null) {
            return CompletableFuture.completedStage(
                    publishHere(topic, new Publication(message, options.key(), exceptId), null));
        }
        byte[] encoded = new NodeMessage(to.node, options.key(), exceptId == null ? "" : exceptId, message).encoded();
        TopicOptions rules = topics.optionsOf(topic);
        HistoryStore store = to.store();
        try {
            if (store != null && rules.historySize() > 0) {
                TopicFeed here = topics.feedOf(topic);
                boolean unknown = here != null && here.isUnknown();
                if (rules.isLocalWhileAway() && (unknown || !to.traffic.isConnected())) {
                    to.traffic.kept();
                    return CompletableFuture.completedStage(
                            publishLocally(topic, new Publication(message, options.key(), exceptId)));
                }
                return unknown
                        ? CompletableFuture.failedStage(BackplaneLink.away(topic))
                        : to.append(topic, encoded, rules, store).thenApply(stored -> Outcome.NOBODY);
            }
            return CompletableFuture.completedStage(publishHere(
                    topic, new Publication(message, options.key(), exceptId), () -> to.forward(topic, encoded)));
        } finally {
            to.drain();
        }
    }

    /** The broker is away, and the topic's options say that it goes on here. */
    private Published publishLocally(String topic, Publication publication) {
        Attention attention = new Attention(dispatcher);
        Outcome outcome = null;
        try {
            while (outcome == null) { // it is null if the topic has retired
                outcome = topics.begun(topic).publishLocally(publication, attention);
            }
        } finally {
            attention.pay();
        }
        return outcome.and(CompletableFuture.failedStage(BackplaneLink.local(topic)));
    }

    private Published publishHere(
            String topic, Publication publication, @Nullable Supplier<CompletionStage<@Nullable Void>> forward) {
        Attention attention = new Attention(dispatcher);
        Outcome outcome = null;
        try {
            while (outcome == null) { // it is null if the topic has retired: a new one may take its name
                Topic known = topics.known(topic);
                if (known == null && topics.ruleOf(topic).historySize() > 0) {
                    known = topics.begun(topic);
                }
                if (known != null) {
                    outcome = known.publish(publication, attention, forward);
                } else {
                    outcome = forward == null ? Outcome.NOBODY : Outcome.NOBODY.and(forward.get());
                }
            }
        } finally {
            attention.pay();
        }
        return outcome;
    }
}
