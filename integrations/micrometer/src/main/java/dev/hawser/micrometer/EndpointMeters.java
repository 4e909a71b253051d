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
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The meters of one endpoint. Each is registered when it is needed for the first time, and kept, so that no event looks
 * one up by its tags. Thread-safe.
 */
final class EndpointMeters {
    private static final String OTHER = "other";

    private final MeterRegistry registry;
    private final Tags tags;
    private final AtomicInteger active = new AtomicInteger();
    /** By what they count: a cause, a callback, a status, a class of exceptions, and so on. */
    private final Map<Object, Meter> meters = new ConcurrentHashMap<>();

    /** What is counted in one direction. */
    private record Traffic(String of, boolean received, Opcode opcode) {}

    private EndpointMeters(MeterRegistry registry, Tags tags) {
        this.registry = registry;
        this.tags = tags;
    }

    static EndpointMeters register(MeterRegistry registry, Tags tags) {
        EndpointMeters made = new EndpointMeters(registry, tags);
        made.meter(
                "active",
                Gauge.class,
                () -> Gauge.builder("hawser.sessions.active", made.active, AtomicInteger::get)
                        .description("Sessions that are open")
                        .baseUnit(BaseUnits.SESSIONS)
                        .tags(tags)
                        .register(registry));
        return made;
    }

    void remove() {
        meters.values().forEach(registry::remove);
    }

    private <T extends Meter> T meter(Object key, Class<T> type, Supplier<T> register) {
        Meter known = meters.get(key);
        return type.cast(known != null ? known : meters.computeIfAbsent(key, unseen -> register.get()));
    }

    /** How many sessions are open. */
    AtomicInteger active() {
        return active;
    }

    Timer ended(CloseCause cause) {
        return meter(
                cause,
                Timer.class,
                () -> Timer.builder("hawser.sessions")
                        .description("Sessions that have ended, and how long they lasted")
                        .tags(tags.and("cause", cause.name()))
                        .register(registry));
    }

    Timer handshake(int status) {
        return meter(
                status,
                Timer.class,
                () -> Timer.builder("hawser.handshakes")
                        .description("Opening handshakes, and how long it took to decide them")
                        .tags(tags.and(
                                "status", status == 0 ? "NONE" : String.valueOf(status), "outcome", outcome(status)))
                        .register(registry));
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
                () -> DistributionSummary.builder(name)
                        .description(words)
                        .baseUnit(BaseUnits.BYTES)
                        .tags(tags.and("direction", traffic.received ? "received" : "sent", tag, word(traffic.opcode)))
                        .register(registry));
    }

    Timer callback(ObservedCallback callback) {
        return meter(
                callback,
                Timer.class,
                () -> Timer.builder("hawser.callbacks")
                        .description("Callbacks of the endpoint, and how long they took")
                        .tags(tags.and("callback", word(callback)))
                        .register(registry));
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    Counter blocked() {
        return meter(
                "blocked",
                Counter.class,
                () -> Counter.builder("hawser.callbacks.blocked")
                        .description("How often a callback had not returned for a second, two, four and so on")
                        .tags(tags)
                        .register(registry));
    }

    DistributionSummary highWater() {
        return meter(
                "high water",
                DistributionSummary.class,
                () -> DistributionSummary.builder("hawser.queue.high.water")
                        .description(
                                "Marks that the bytes that wait for a peer have reached, from 16 KiB on, each twice"
                                        + " the last")
                        .baseUnit(BaseUnits.BYTES)
                        .tags(tags)
                        .register(registry));
    }

    Counter failedSend(Throwable failure) {
        String simple = failure.getClass().getSimpleName();
        String name = simple.isEmpty() ? OTHER : simple;
        return meter(
                "failed " + name,
                Counter.class,
                () -> Counter.builder("hawser.sends.failed")
                        .description("Sends that have failed")
                        .tags(tags.and("exception", name))
                        .register(registry));
    }
}
