package dev.hawser.nats;

import dev.hawser.backplane.BackplaneException;
import io.nats.client.Message;
import io.nats.client.support.JsonParseException;
import io.nats.client.support.JsonParser;
import io.nats.client.support.JsonValue;
import io.nats.client.support.JsonValueUtils;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The streams of histories: one for all topics with equal {@link Limits}. Its name ends with its epoch, which is drawn
 * when it is created. It passes each message that it has stored to the nodes, with its offset. Thread-safe.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what follows a future handles its failure
final class NatsStreams {
    /** NATS recognizes a message that is sent twice within this time. */
    private static final Duration TWICE_WITHIN = Duration.ofMinutes(2);

    /** How long a request may take, in milliseconds. */
    private static final long PATIENCE = 5000;

    /** How long until a stream that is being created is looked at again, in milliseconds. */
    private static final long ASKED_AGAIN_AFTER = 50;

    /** Begins the time of Go that was never set. */
    private static final String NO_TIME = "0001-";

    private static final int NO_STREAM = 10059;
    private static final int NO_MESSAGE = 10037;
    /** Another node has created the stream meanwhile. */
    private static final int OVERLAP = 10065;

    private static final SecureRandom EPOCHS = new SecureRandom();

    /** The server refuses what it was asked for. */
    static final class Refusal extends Exception {
        private static final long serialVersionUID = 1;
        /** The number that JetStream gives the error; 0 if nobody has answered. */
        private final int detail;

        Refusal(int detail, String description) {
            super("NATS refuses: " + description + " (" + detail + ")");
            this.detail = detail;
        }
    }

    /** Gets the name of a stream, or why there is none. */
    interface Use {
        void begin(@Nullable String stream, @Nullable Throwable failure);
    }

    /** A stream that is there, or is being looked for. */
    private static final class Found {
        private @Nullable String name;
        private final ArrayDeque<Use> waiting = new ArrayDeque<>();
    }

    private final NatsLink link;
    private final Subjects subjects;
    /** Guarded by this. */
    private final Map<Limits, Found> found = new HashMap<>();

    NatsStreams(NatsLink link, Subjects subjects) {
        this.link = link;
        this.subjects = subjects;
    }

    static String epoch(String stream) {
        return stream.substring(stream.lastIndexOf('-') + 1);
    }

    /** Uses a stream, which is created if there is none. Those who use it get it in the order of their calls. */
    synchronized void use(Limits limits, Use use) {
        Found known = found.get(limits);
        if (known != null && known.name != null) {
            use.begin(known.name, null);
            return;
        }
        if (known == null) {
            known = new Found();
            found.put(limits, known);
            known.waiting.add(use);
            Found sought = known;
            look(limits)
                    .thenCompose(name -> name == null ? create(limits) : CompletableFuture.completedFuture(name))
                    .whenComplete((name, failure) -> end(limits, sought, name, failure));
        } else {
            known.waiting.add(use);
        }
    }

    private synchronized void end(Limits limits, Found sought, @Nullable String name, @Nullable Throwable failure) {
        sought.name = name;
        if (name == null) {
            found.remove(limits, sought);
        }
        for (Use each = sought.waiting.poll(); each != null; each = sought.waiting.poll()) {
            each.begin(name, failure);
        }
    }

    /** A stream is not there any more. The next call looks for it. */
    synchronized void forget(Limits limits, String name) {
        Found known = found.get(limits);
        if (known != null && name.equals(known.name)) {
            found.remove(limits);
        }
    }

    /** Deletes a stream that has lost messages, so that another one begins, with another epoch. */
    CompletableFuture<?> end(Limits limits, String name) {
        return api("STREAM.DELETE." + name, "").handle((done, failure) -> {
            forget(limits, name); // another node may have deleted it
            return done;
        });
    }

    /** The name of a stream that is there, whoever has created it; null if there is none. */
    private CompletableFuture<@Nullable String> look(Limits limits) {
        return named(limits)
                .thenCompose(name -> name == null ? CompletableFuture.completedFuture(null) : created(name));
    }

    /**
     * A stream has a name before it has a store, while another node creates it. Up to 2.9.10, the version of Debian 12,
     * NATS ends with a panic if such a stream is asked for a message. The question for its time of creation is answered
     * when it has its store, or with no time.
     */
    private CompletableFuture<String> created(String name) {
        return api("STREAM.INFO." + name, "").thenCompose(info -> {
            String created = JsonValueUtils.readString(info, "created");
            if (created == null || !created.startsWith(NO_TIME)) {
                return CompletableFuture.completedFuture(name);
            }
            CompletableFuture<@Nullable Void> again = new CompletableFuture<>();
            link.fails(again);
            link.timer().later(() -> again.complete(null), ASKED_AGAIN_AFTER);
            return again.thenCompose(now -> created(name));
        });
    }

    private CompletableFuture<@Nullable String> named(Limits limits) {
        return api("STREAM.NAMES", "{\"subject\":\"" + subjects.stored(limits) + "*\"}")
                .thenApply(answer -> {
                    JsonValue names = JsonValueUtils.readValue(answer, "streams");
                    if (names != null && names.array != null) {
                        for (JsonValue each : names.array) {
                            if (each.string != null && each.string.startsWith(begin(limits))) {
                                return each.string;
                            }
                        }
                    }
                    return null;
                });
    }

    private String begin(Limits limits) {
        return subjects.prefix() + "-" + limits.most() + "-" + limits.millis() + "-";
    }

    private CompletableFuture<String> create(Limits limits) {
        String name = begin(limits) + Long.toString(EPOCHS.nextLong() >>> 1, 36);
        String own = subjects.stored(limits) + "*";
        String config = "{\"name\":\"" + name + "\",\"description\":\"Histories of Hawser's topics\",\"subjects\":[\""
                + own + "\"],\"retention\":\"limits\",\"discard\":\"old\",\"storage\":\"file\",\"num_replicas\":1"
                + ",\"max_msgs_per_subject\":" + limits.most()
                + ",\"max_age\":" + nanos(limits.millis())
                + ",\"duplicate_window\":" + nanos(Math.min(limits.millis(), TWICE_WITHIN.toMillis()))
                + ",\"republish\":{\"src\":\"" + own + "\",\"dest\":\"" + subjects.prefix() + ".to.{{wildcard(1)}}\"}}";
        return api("STREAM.CREATE." + name, config)
                .handle((done, failure) -> failure)
                .thenCompose(failure -> {
                    if (failure == null) {
                        return CompletableFuture.completedFuture(name);
                    }
                    return isOverlap(failure) ? lookAgain(limits, failure) : CompletableFuture.failedFuture(failure);
                });
    }

    private static boolean isOverlap(Throwable failure) {
        return cause(failure) instanceof Refusal refusal && refusal.detail == OVERLAP;
    }

    private CompletableFuture<String> lookAgain(Limits limits, Throwable failure) {
        return look(limits).thenApply(name -> {
            if (name == null) {
                throw new CompletionException(failure); // a stream of somebody else has its subjects
            }
            return name;
        });
    }

    private static long nanos(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /** Asks JetStream. The result fails with a {@link Refusal} if it refuses. */
    CompletableFuture<JsonValue> api(String call, String body) {
        return link.timer()
                .within(PATIENCE, link.ask("$JS.API." + call, null, body.getBytes(StandardCharsets.UTF_8)))
                .thenApply(NatsStreams::json);
    }

    /** The JSON text of an answer. */
    static JsonValue json(Message answer) {
        if (answer.isStatusMessage()) { // nobody listens
            throw new CompletionException(new Refusal(0, "it has no such stream, or JetStream is not enabled"));
        }
        try {
            JsonValue json = JsonParser.parse(answer.getData());
            JsonValue error = JsonValueUtils.readValue(json, "error");
            if (error != null) {
                String description = JsonValueUtils.readString(error, "description");
                throw new CompletionException(new Refusal(
                        JsonValueUtils.readInteger(error, "err_code", 0), description == null ? "" : description));
            }
            return json;
        } catch (JsonParseException e) {
            throw new CompletionException(e);
        }
    }

    static Throwable cause(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : null;
        return cause == null ? failure : cause;
    }

    /** Whether there is no such stream. */
    static boolean isNotFound(Throwable failure) {
        return cause(failure) instanceof Refusal refusal && refusal.detail == NO_STREAM;
    }

    /** Whether the stream has no such message. */
    static boolean isNoMessage(Throwable failure) {
        return cause(failure) instanceof Refusal refusal && refusal.detail == NO_MESSAGE;
    }

    /** That something was surely not stored, because it did not get so far, or NATS has refused it. */
    static BackplaneException refused(@Nullable Throwable failure) {
        Throwable cause = failure == null ? null : cause(failure);
        return new BackplaneException("NATS has not stored the message: " + cause, cause, false);
    }
}
