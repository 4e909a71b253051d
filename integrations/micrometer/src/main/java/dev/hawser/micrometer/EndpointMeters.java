package dev.hawser.micrometer;

import dev.hawser.CloseCause;
import dev.hawser.ObservedCallback;
import dev.hawser.extension.Opcode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * The meters of one endpoint. Each is registered when it is needed for the first time, and kept, so that no event looks
 * one up by its tags. Thread-safe.
 */
final class EndpointMeters {
    private static final String OTHER = "other";
    /** So many statuses, and classes of exceptions, have meters of their own. A peer may answer with any number. */
    static final int MOST_VALUES = 20;

    private final Tags tags;
    private final AtomicInteger active = new AtomicInteger();
    /** By what they count: a cause, a callback, a status, a class of exceptions, and so on. */
    private final Map<Object, Meter> meters = new ConcurrentHashMap<>();

    private final Set<Object> statuses = ConcurrentHashMap.newKeySet();
    private final Set<Object> failures = ConcurrentHashMap.newKeySet();
    /** Has no registry in it once the meters are removed, so that a late event registers none. Guarded by this. */
    private MeterRegistry registry;

    /** What is counted in one direction. */
    private record Traffic(String of, boolean received, Opcode opcode) {}

    private EndpointMeters(MeterRegistry registry, Tags tags) {
        this.tags = tags;
        this.registry = registry;
    }

    static EndpointMeters register(MeterRegistry registry, Tags tags) {
        EndpointMeters made = new EndpointMeters(registry, tags);
        made.meter(
                "active",
                Gauge.class,
                to -> Gauge.builder("hawser.sessions.active", made.active, AtomicInteger::get)
                        .description("Sessions that are open")
                        .baseUnit(BaseUnits.SESSIONS)
                        .tags(tags)
                        .register(to));
        return made;
    }

    synchronized void remove() {
        meters.values().forEach(registry::remove);
        registry = new CompositeMeterRegistry();
    }

    private <T extends Meter> T meter(Object key, Class<T> type, Function<MeterRegistry, T> register) {
        Meter known = meters.get(key);
        return type.cast(known != null ? known : registered(key, register));
    }

    private synchronized Meter registered(Object key, Function<MeterRegistry, ? extends Meter> register) {
        return meters.computeIfAbsent(key, unseen -> register.apply(registry));
    }

    /** The value, or {@link #OTHER} if there were enough before. */
    private static Object bounded(Object value, Set<Object> seen) {
        if (seen.contains(value)) {
            return value;
        }
        if (seen.size() >= MOST_VALUES) {
            return OTHER;
        }
        seen.add(value);
        return value;
    }

    /** How many sessions are open. */
    AtomicInteger active() {
        return active;
    }

    Timer ended(CloseCause cause) {
        return meter(
                cause,
                Timer.class,
                to -> Timer.builder("hawser.sessions")
                        .description("Sessions that have ended, and how long they lasted")
                        .tags(tags.and("cause", cause.name()))
                        .register(to));
    }

    Timer handshake(int status) {
        String shown = bounded(status == 0 ? "NONE" : status, statuses).toString();
        String outcome = outcome(status);
        return meter(
                List.of(shown, outcome),
                Timer.class,
                to -> Timer.builder("hawser.handshakes")
                        .description("Opening handshakes, and how long it took to decide them")
                        .tags(tags.and("status", shown, "outcome", outcome))
                        .register(to));
    }

    /** In the words of Spring's and Micrometer's own HTTP meters; 101 is what a handshake wants. */
    static String outcome(int status) {
        return switch (status / 100) {
            case 1, 2 -> "SUCCESS";
            case 3 -> "REDIRECTION";
            case 4 -> "CLIENT_ERROR";
            case 5 -> "SERVER_ERROR";
            default -> "UNKNOWN";
        };
    }

    DistributionSummary message(boolean received, Opcode kind) {
        return traffic(
                "hawser.messages",
                "Messages, and their size without compression",
                new Traffic("messages", received, kind),
                "kind");
    }

    DistributionSummary frame(boolean received, Opcode opcode) {
        return traffic(
                "hawser.frames",
                "Frames, and the size of their payloads on the wire",
                new Traffic("frames", received, opcode),
                "opcode");
    }

    private DistributionSummary traffic(String name, String words, Traffic traffic, String tag) {
        return meter(
                traffic,
                DistributionSummary.class,
                to -> DistributionSummary.builder(name)
                        .description(words)
                        .baseUnit(BaseUnits.BYTES)
                        .tags(tags.and("direction", traffic.received ? "received" : "sent", tag, word(traffic.opcode)))
                        .register(to));
    }

    Timer callback(ObservedCallback callback) {
        return meter(
                callback,
                Timer.class,
                to -> Timer.builder("hawser.callbacks")
                        .description("Callbacks of the endpoint, and how long they took")
                        .tags(tags.and("callback", word(callback)))
                        .register(to));
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    Counter blocked() {
        return meter(
                "blocked",
                Counter.class,
                to -> Counter.builder("hawser.callbacks.blocked")
                        .description("How often a callback had not returned for a second, two, four and so on")
                        .tags(tags)
                        .register(to));
    }

    DistributionSummary highWater() {
        return meter(
                "high water",
                DistributionSummary.class,
                to -> DistributionSummary.builder("hawser.queue.high.water")
                        .description(
                                "Marks that the bytes that wait for a peer have reached, from 16 KiB on, each twice"
                                        + " the last")
                        .baseUnit(BaseUnits.BYTES)
                        .tags(tags)
                        .register(to));
    }

    Counter failedSend(Throwable failure) {
        String simple = failure.getClass().getSimpleName();
        String name = bounded(simple.isEmpty() ? OTHER : simple, failures).toString();
        return meter(
                "failed " + name,
                Counter.class,
                to -> Counter.builder("hawser.sends.failed")
                        .description("Sends that have failed")
                        .tags(tags.and("exception", name))
                        .register(to));
    }
}
