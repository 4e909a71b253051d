package dev.hawser.nats;

import dev.hawser.backplane.BackplaneException;
import dev.hawser.backplane.HistoryStore;
import dev.hawser.backplane.StoredMessage;
import dev.hawser.backplane.StoredMessages;
import io.nats.client.Message;
import io.nats.client.impl.Headers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Keeps histories in JetStream. The offset of a message is its sequence in the stream, which many topics share. */
@SuppressWarnings("FutureReturnValueIgnored") // what follows a future handles its failure
final class NatsHistory implements HistoryStore {
    /** After this a message that was not answered counts as lost, in milliseconds. */
    private static final long PATIENCE = 60_000;

    private final NatsLink link;
    private final NatsStreams streams;
    private final Subjects subjects;
    private final NatsSubscriptions subscriptions;
    /** The last message that was to be stored; null before the first. One thread at a time calls the methods. */
    private volatile NatsRead.@Nullable Sent last;

    NatsHistory(NatsLink link, NatsStreams streams, Subjects subjects, NatsSubscriptions subscriptions) {
        this.link = link;
        this.streams = streams;
        this.subjects = subjects;
        this.subscriptions = subscriptions;
    }

    @Override
    public CompletionStage<?> append(String topic, String sender, long number, byte[] message, int most, Duration age) {
        last = new NatsRead.Sent(sender, number);
        Limits limits = Limits.of(most, age);
        CompletableFuture<@Nullable Void> stored = new CompletableFuture<>();
        Headers headers = new Headers().add("Nats-Msg-Id", sender + ":" + number);
        streams.use(limits, (stream, failure) -> {
            if (stream == null) {
                stored.completeExceptionally(NatsStreams.refused(failure));
                return;
            }
            link.timer()
                    .within(PATIENCE, link.ask(subjects.stored(limits, topic), headers, message))
                    .whenComplete((answer, broken) -> answered(limits, stream, answer, broken, stored));
        });
        return stored;
    }

    private void answered(
            Limits limits,
            String stream,
            @Nullable Message answer,
            @Nullable Throwable broken,
            CompletableFuture<@Nullable Void> stored) {
        if (answer == null) {
            stored.completeExceptionally(
                    broken instanceof BackplaneException
                            ? broken
                            : new BackplaneException("NATS has not answered", broken, true));
            return;
        }
        try {
            if (answer.isStatusMessage()) {
                streams.forget(limits, stream); // the next message creates it again
            }
            NatsStreams.json(answer);
            stored.complete(null);
        } catch (RuntimeException e) {
            stored.completeExceptionally(NatsStreams.refused(e));
        }
    }

    @Override
    public CompletionStage<StoredMessages> read(String topic, StoredMessage known, int most, Duration age) {
        Limits limits = Limits.of(most, age);
        NatsRead.Sent before = last;
        long number = before == null ? Long.MIN_VALUE : before.number();
        Supplier<NatsRead.@Nullable Sent> sent = () -> {
            NatsRead.Sent now = last; // the sender is not known before its first message
            return now == null ? null : new NatsRead.Sent(now.sender(), number);
        };
        return new NatsRead(link, streams, subscriptions, topic, subjects.stored(limits, topic), limits, known, sent)
                .begin();
    }
}
