package dev.hawser.nats;

import dev.hawser.backplane.BackplaneException;
import dev.hawser.backplane.StoredMessage;
import io.nats.client.Message;
import io.nats.client.MessageHandler;
import io.nats.client.impl.Headers;
import io.nats.client.support.JsonValueUtils;
import io.nats.client.support.Status;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Reads the messages of one subject from a stream, up to an offset. It asks for some at a time, so that a long history
 * does not overrun the connection. Only the client's thread that gets messages uses it, once it has begun.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what follows a future handles its failure
final class NatsPull implements MessageHandler {
    private static final int AT_ONCE = 256;
    private static final long BYTES_AT_ONCE = 4 << 20;
    /** What NATS adds to a message. */
    private static final long HEADERS = 1 << 16;

    /** How long a read may take, in milliseconds. */
    private static final long PATIENCE = 30_000;

    private static final Duration FORGOTTEN_AFTER = Duration.ofSeconds(30);

    private final NatsLink link;
    private final NatsStreams streams;
    private final String stream;
    private final long until;
    private final List<StoredMessage> messages = new ArrayList<>();
    private final CompletableFuture<List<StoredMessage>> result = new CompletableFuture<>();
    private String consumer = "";
    private String inbox = "";
    /** How many messages have come since the last question. */
    private int came;

    private NatsPull(NatsLink link, NatsStreams streams, String stream, long until) {
        this.link = link;
        this.streams = streams;
        this.stream = stream;
        this.until = until;
    }

    /**
     * Reads the messages from one offset to another. Each has offset 0 as its previous one, and there may be fewer, if
     * the stream has dropped some meanwhile.
     */
    static CompletableFuture<List<StoredMessage>> read(
            NatsLink link, NatsStreams streams, String stream, String subject, long from, long until) {
        NatsPull pull = new NatsPull(link, streams, stream, until);
        pull.begin(subject, from);
        return pull.result;
    }

    private void begin(String subject, long from) {
        link.fails(result);
        link.timer().within(PATIENCE, result);
        String config = "{\"stream_name\":\"" + stream
                + "\",\"config\":{\"deliver_policy\":\"by_start_sequence\",\"opt_start_seq\":"
                + from + ",\"ack_policy\":\"none\",\"replay_policy\":\"instant\",\"filter_subject\":\"" + subject
                + "\",\"mem_storage\":true,\"num_replicas\":1,\"inactive_threshold\":" + FORGOTTEN_AFTER.toNanos()
                + "}}";
        streams.api("CONSUMER.CREATE." + stream, config).whenComplete((made, failure) -> {
            try {
                if (made == null) {
                    throw failure == null ? new IllegalStateException("NATS has not answered") : failure;
                }
                consumer = String.valueOf(JsonValueUtils.readString(made, "name"));
                inbox = link.newInbox();
                Runnable end = link.listen(inbox, this);
                result.whenComplete((found, why) -> end(end));
                next();
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
    }

    private void end(Runnable unlisten) {
        unlisten.run();
        streams.api("CONSUMER.DELETE." + stream + "." + consumer, "").exceptionally(failure -> null);
    }

    private void next() throws BackplaneException {
        came = 0;
        long bytes = Math.max(BYTES_AT_ONCE, link.largest() + HEADERS);
        String question = "{\"batch\":" + AT_ONCE + ",\"no_wait\":true,\"max_bytes\":" + bytes + "}";
        link.publish(
                "$JS.API.CONSUMER.MSG.NEXT." + stream + "." + consumer,
                inbox,
                question.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void onMessage(Message message) {
        try {
            if (message.isStatusMessage()) {
                answered(message.getStatus());
                return;
            }
            came++;
            long offset = message.metaData().streamSequence();
            if (offset <= until) {
                messages.add(stored(message, offset));
            }
            if (offset >= until) {
                result.complete(messages);
            } else if (came == AT_ONCE) {
                next();
            }
        } catch (BackplaneException | RuntimeException e) {
            result.completeExceptionally(e);
        }
    }

    /** There are no more, or these were as many bytes as may be, or the consumer is not there any more. */
    private void answered(Status status) throws BackplaneException {
        if (came > 0) {
            if (!result.isDone()) {
                next();
            }
        } else if (status.getCode() == Status.NOT_FOUND_CODE) {
            result.complete(messages);
        } else {
            throw new BackplaneException(
                    "NATS has stopped sending the history: " + status.getMessageWithCode(), null, false);
        }
    }

    private StoredMessage stored(Message message, long offset) {
        Headers headers = message.getHeaders();
        String id = headers == null ? null : headers.getLast("Nats-Msg-Id");
        long age = Duration.between(message.metaData().timestamp().toInstant(), Instant.now())
                .toMillis();
        return new StoredMessage(
                NatsStreams.epoch(stream), offset, 0, id == null ? "" : id, Math.max(0, age), message.getData());
    }
}
