package dev.hawser.nats;

import dev.hawser.backplane.BackplaneException;
import dev.hawser.backplane.StoredMessage;
import dev.hawser.backplane.StoredMessages;
import io.nats.client.support.JsonValue;
import io.nats.client.support.JsonValueUtils;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One read of a history, in steps: where the stream stands, the newest message of the topic, the known message, and all
 * between. NATS does not say which messages of a topic it has dropped. But it drops the oldest ones first: those that
 * are too old stood before the first message of the stream, and none of a topic that is below its number was too much.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what follows a future handles its failure
final class NatsRead {
    private static final int ATTEMPTS = 5;
    private static final long ASKED_AGAIN_AFTER = 1000;

    /** A message of this node. Later ones must not be in the result: they come over the subscription. */
    record Sent(String sender, long number) {
        boolean isBefore(String id) {
            int colon = id.lastIndexOf(':');
            try {
                return id.substring(0, Math.max(0, colon)).equals(sender)
                        && Long.parseLong(id.substring(colon + 1)) > number;
            } catch (NumberFormatException e) {
                return false;
            }
        }
    }

    /** A message in the stream. */
    private record At(long offset, String subject, String id) {}

    /** The offsets of the first and the last message of a stream, of all topics. */
    private record Span(long first, long last) {}

    private final NatsLink link;
    private final NatsStreams streams;
    private final NatsSubscriptions subscriptions;
    private final String topic;
    private final String subject;
    private final Limits limits;
    private final StoredMessage known;
    /** The last message of this node when the read began; null while it has sent none. */
    private final Supplier<@Nullable Sent> sent;
    /** The stream that seems to have lost messages; null at first. Steps follow one another, each sees the last. */
    private @Nullable String doubted;

    NatsRead(
            NatsLink link,
            NatsStreams streams,
            NatsSubscriptions subscriptions,
            String topic,
            String subject,
            Limits limits,
            StoredMessage known,
            Supplier<@Nullable Sent> sent) {
        this.link = link;
        this.streams = streams;
        this.subscriptions = subscriptions;
        this.topic = topic;
        this.subject = subject;
        this.limits = limits;
        this.known = known;
        this.sent = sent;
    }

    CompletableFuture<StoredMessages> begin() {
        return begin(ATTEMPTS);
    }

    private CompletableFuture<StoredMessages> begin(int attempts) {
        if (attempts == 0) {
            return CompletableFuture.failedFuture(new BackplaneException(
                    "the history of " + topic + " changes faster than it can be read", null, false));
        }
        CompletableFuture<String> stream = new CompletableFuture<>();
        streams.use(limits, (name, failure) -> {
            if (name == null) {
                stream.completeExceptionally(NatsStreams.refused(failure));
            } else {
                stream.complete(name);
            }
        });
        return stream.thenCompose(name -> read(name)
                .handle((found, failure) -> {
                    if (found != null) {
                        subscriptions.read(topic, found.epoch(), found.newest());
                        return CompletableFuture.completedFuture(found);
                    }
                    if (failure != null && NatsStreams.isNotFound(failure)) {
                        streams.forget(limits, name);
                        return begin(attempts - 1);
                    }
                    return failure == null
                            ? begin(attempts - 1) // it has dropped messages meanwhile, or has ended
                            : CompletableFuture.<StoredMessages>failedFuture(NatsStreams.cause(failure));
                })
                .thenCompose(result -> result));
    }

    /** @return null if it must be read again */
    private CompletableFuture<@Nullable StoredMessages> read(String stream) {
        boolean same = known.epoch().equals(NatsStreams.epoch(stream));
        return message(stream, "\"last_by_subj\":\"" + subject + "\"").thenCompose(newest -> {
            if (same && newest != null && newest.offset == known.offset() && isKnown(newest)) {
                return CompletableFuture.completedFuture(result(stream, known.offset(), List.of()));
            }
            return span(stream)
                    .thenCompose(span -> message(stream, "\"last_by_subj\":\"" + subject + "\"")
                            .thenCompose(last -> same ? readAfter(stream, span, last) : readAll(stream, span, last)));
        });
    }

    /** All messages of a history that is new to this node. */
    private CompletableFuture<@Nullable StoredMessages> readAll(String stream, Span span, @Nullable At last) {
        return between(stream, 1, last == null ? 0 : last.offset)
                .thenCompose(all -> whole(stream, all, () -> {
                    List<StoredMessage> messages = withoutLater(all);
                    if (!messages.isEmpty()) {
                        return result(stream, dropped(span, all), messages);
                    }
                    long before = all.isEmpty()
                            ? span.last
                            : Math.min(span.last, all.get(0).offset() - 1);
                    return result(stream, before, messages);
                }));
    }

    /** The messages after the known one, unless the stream has lost messages. */
    private CompletableFuture<@Nullable StoredMessages> readAfter(String stream, Span span, @Nullable At last) {
        long from = known.offset();
        if (from > span.last) {
            return lost(stream);
        }
        CompletableFuture<@Nullable At> there =
                from == 0 ? CompletableFuture.completedFuture(null) : message(stream, "\"seq\":" + from);
        return there.thenCompose(at -> {
            if (at != null && !isKnown(at)) {
                return lost(stream);
            }
            return between(stream, from + 1, last == null ? 0 : last.offset)
                    .thenCompose(all -> whole(stream, all, () -> {
                        long dropped = dropped(span, all);
                        boolean complete = at != null && at.subject.equals(subject)
                                || from >= dropped
                                || all.size() < limits.most()
                                        && subscriptions.missedNothingOld(topic, known.epoch(), from, limits);
                        return result(stream, complete ? from : dropped, withoutLater(all));
                    }));
        });
    }

    /**
     * The newest messages that this node knows are not there: NATS was set back. Ending the stream costs all its topics
     * their histories, so it is asked twice.
     */
    private CompletableFuture<@Nullable StoredMessages> lost(String stream) {
        if (stream.equals(doubted)) {
            return streams.end(limits, stream).thenApply(done -> null);
        }
        doubted = stream;
        CompletableFuture<@Nullable StoredMessages> again = new CompletableFuture<>();
        link.fails(again);
        link.timer().later(() -> again.complete(null), ASKED_AGAIN_AFTER);
        return again;
    }

    /** All messages of the topic behind this offset are in a list that was read from the known one. */
    private long dropped(Span span, List<StoredMessage> all) {
        return all.size() >= limits.most() ? all.get(0).offset() - 1 : Math.max(0, span.first - 1);
    }

    /** Without an id the offset is only a place, where a message of another topic may be. */
    private boolean isKnown(At at) {
        return known.id().isEmpty() || at.subject.equals(subject) && known.id().equals(at.id);
    }

    private List<StoredMessage> withoutLater(List<StoredMessage> all) {
        Sent before = sent.get();
        for (int i = 0; before != null && i < all.size(); i++) {
            if (before.isBefore(all.get(i).id())) {
                return all.subList(0, i);
            }
        }
        return all;
    }

    private StoredMessages result(String stream, long before, List<StoredMessage> messages) {
        List<StoredMessage> placed = new ArrayList<>();
        long previous = before;
        for (StoredMessage each : messages) {
            placed.add(new StoredMessage(
                    each.epoch(), each.offset(), previous, each.id(), each.ageMillis(), each.message()));
            previous = each.offset();
        }
        return new StoredMessages(NatsStreams.epoch(stream), previous, placed);
    }

    private CompletableFuture<List<StoredMessage>> between(String stream, long from, long until) {
        return until < from
                ? CompletableFuture.completedFuture(List.of())
                : NatsPull.read(link, streams, stream, subject, from, until);
    }

    /** A result, if the stream still has the first message of a list: then it has not dropped any in between. */
    private CompletableFuture<@Nullable StoredMessages> whole(
            String stream, List<StoredMessage> all, Supplier<StoredMessages> result) {
        if (all.isEmpty()) {
            return CompletableFuture.completedFuture(result.get());
        }
        return message(stream, "\"seq\":" + all.get(0).offset()).thenApply(at -> at == null ? null : result.get());
    }

    private CompletableFuture<Span> span(String stream) {
        return streams.api("STREAM.INFO." + stream, "").thenApply(info -> {
            JsonValue state = JsonValueUtils.readValue(info, "state");
            return new Span(
                    JsonValueUtils.readLong(state, "first_seq", 0), JsonValueUtils.readLong(state, "last_seq", 0));
        });
    }

    /** @return null if the stream has no such message */
    private CompletableFuture<@Nullable At> message(String stream, String which) {
        CompletableFuture<@Nullable At> found = new CompletableFuture<>();
        streams.api("STREAM.MSG.GET." + stream, "{" + which + "}").whenComplete((answer, failure) -> {
            if (answer != null) {
                found.complete(at(answer));
            } else if (failure != null && NatsStreams.isNoMessage(failure)) {
                found.complete(null);
            } else {
                found.completeExceptionally(
                        failure == null ? new IllegalStateException("NATS has not answered") : failure);
            }
        });
        return found;
    }

    private static @Nullable At at(JsonValue answer) {
        JsonValue message = JsonValueUtils.readValue(answer, "message");
        if (message == null) {
            return null;
        }
        String subject = JsonValueUtils.readString(message, "subject");
        return new At(
                JsonValueUtils.readLong(message, "seq", 0),
                subject == null ? "" : subject,
                id(JsonValueUtils.readString(message, "hdrs")));
    }

    private static String id(@Nullable String headers) {
        if (headers == null) {
            return "";
        }
        String text = new String(Base64.getDecoder().decode(headers), StandardCharsets.UTF_8);
        for (String line : text.split("\r\n")) {
            if (line.startsWith("Nats-Msg-Id:")) {
                return line.substring("Nats-Msg-Id:".length()).trim();
            }
        }
        return "";
    }
}
