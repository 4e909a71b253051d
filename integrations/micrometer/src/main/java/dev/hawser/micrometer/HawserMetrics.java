package dev.hawser.micrometer;

import dev.hawser.ConnectionCounts;
import dev.hawser.ConnectionObserver;
import dev.hawser.HawserContainer;
import dev.hawser.MemoryCounts;
import dev.hawser.client.HawserClient;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The meters of one application's connections: sessions, handshakes, messages, frames, callbacks, what waits, memory
 * (docs/operations.md). Bind it as soon as the container is there, since it counts what happens from then on.
 *
 * <pre>{@code
 * HawserContainer container = (HawserContainer) context.getAttribute(ServerContainer.class.getName());
 * HawserMetrics metrics = HawserMetrics.of(container);
 * metrics.bindTo(registry);
 * }</pre>
 *
 * <p>Tags have few values: the endpoint's path as it is declared, and names of causes, directions and kinds; never a
 * session, a query or a user. The hundred and first endpoint and those after it are called {@code other}. Close it when
 * the application stops: its meters are removed from the registry. Thread-safe.
 *
 * @since 0.1.0
 */
public final class HawserMetrics implements MeterBinder, AutoCloseable {
    private final @Nullable HawserContainer container;
    private final Consumer<ConnectionObserver> add;
    private final Consumer<ConnectionObserver> remove;
    private final Tags tags;
    /** Guarded by itself. */
    private final List<Binding> bindings = new ArrayList<>();

    private record Binding(MeterRegistry registry, ConnectionMeters connections, List<Meter> others) {}

    private HawserMetrics(
            @Nullable HawserContainer container,
            Consumer<ConnectionObserver> add,
            Consumer<ConnectionObserver> remove,
            Tags tags) {
        this.container = container;
        this.add = add;
        this.remove = remove;
        this.tags = tags;
    }

    /** For a server's connections, and those of its client. */
    public static HawserMetrics of(HawserContainer container) {
        return of(container, Tags.empty());
    }

    /**
     * For a server's connections, and those of its client.
     *
     * @param tags of all meters, such as the application's name where several share a registry
     */
    public static HawserMetrics of(HawserContainer container, Iterable<Tag> tags) {
        return new HawserMetrics(container, container::addObserver, container::removeObserver, Tags.of(tags));
    }

    /** For the connections of a client that belongs to no server. It has no meters of memory. */
    public static HawserMetrics of(HawserClient client, Iterable<Tag> tags) {
        return new HawserMetrics(null, client::addObserver, client::removeObserver, Tags.of(tags));
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        ConnectionMeters connections = new ConnectionMeters(registry, tags);
        synchronized (bindings) {
            bindings.add(new Binding(registry, connections, container == null ? List.of() : counts(registry)));
        }
        add.accept(connections);
    }

    /** Counts no longer, and removes the meters. */
    @Override
    public void close() {
        List<Binding> bound;
        synchronized (bindings) {
            bound = List.copyOf(bindings);
            bindings.clear();
        }
        for (Binding binding : bound) {
            remove.accept(binding.connections);
            binding.connections.removeMeters();
            binding.others.forEach(binding.registry::remove);
        }
    }

    private List<Meter> counts(MeterRegistry registry) {
        return List.of(
                bytes(registry, "hawser.memory.held", "What connections hold for their peers", MemoryCounts::heldBytes),
                bytes(registry, "hawser.memory.budget", "The setting memoryBudget; 0 for none", MemoryCounts::budget),
                refused(registry, "sessions", counts -> counts.refusedBySessions()),
                refused(registry, "address", counts -> counts.refusedByAddress()),
                refused(registry, "rate", counts -> counts.refusedByRate()),
                refusedForMemory(registry),
                counter(
                        registry,
                        "hawser.memory.pauses",
                        "How often the reading of a connection has paused, because memory was short",
                        MemoryCounts::pausedReadings));
    }

    private Meter bytes(MeterRegistry registry, String name, String words, ToDoubleFunction<MemoryCounts> value) {
        return Gauge.builder(name, container, from -> value.applyAsDouble(from.getMemoryCounts()))
                .description(words)
                .baseUnit(BaseUnits.BYTES)
                .tags(tags)
                .register(registry);
    }

    private Meter counter(MeterRegistry registry, String name, String words, ToDoubleFunction<MemoryCounts> value) {
        return FunctionCounter.builder(name, container, from -> value.applyAsDouble(from.getMemoryCounts()))
                .description(words)
                .tags(tags)
                .register(registry);
    }

    private Meter refused(MeterRegistry registry, String reason, ToDoubleFunction<ConnectionCounts> value) {
        return refused(registry, reason, from -> value.applyAsDouble(from.getConnectionCounts()), tags);
    }

    private Meter refusedForMemory(MeterRegistry registry) {
        return refused(registry, "memory", from -> from.getMemoryCounts().refusedHandshakes(), tags);
    }

    private Meter refused(MeterRegistry registry, String reason, ToDoubleFunction<HawserContainer> value, Tags common) {
        return FunctionCounter.builder("hawser.handshakes.refused", container, value)
                .description("Handshakes that found no place")
                .tags(common.and("reason", reason))
                .register(registry);
    }
}
