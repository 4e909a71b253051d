package dev.hawser.micrometer;

import dev.hawser.CloseCause;
import dev.hawser.ConnectionObserver;
import dev.hawser.ObservedCallback;
import dev.hawser.ObservedConnection;
import dev.hawser.ObservedFrame;
import dev.hawser.ObservedHandshake;
import dev.hawser.extension.Opcode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Counts what happens to connections, in the meters of their endpoints. Thread-safe. */
final class ConnectionMeters implements ConnectionObserver {
    /** So many endpoints have meters of their own. A client, or Spring's upgrade, may name any number. */
    static final int MOST_ENDPOINTS = 100;

    static final String OTHER = "other";

    private final MeterRegistry registry;
    private final Tags tags;
    private final Map<Side, EndpointMeters> endpoints = new ConcurrentHashMap<>();
    /** When the sessions that are open were opened. */
    private final Map<ObservedConnection, Long> open = new ConcurrentHashMap<>();

    private final Counter budgetReached;

    private volatile boolean removed;

    /** One side of the connections of an endpoint. */
    private record Side(String endpoint, boolean client) {}

    ConnectionMeters(MeterRegistry registry, Tags tags) {
        this.registry = registry;
        this.tags = tags;
        this.budgetReached = Counter.builder("hawser.memory.budget.reached")
                .description("How often all connections held more than the budget")
                .tags(tags)
                .register(registry);
    }

    /** Called when nothing is counted any more. An event that is under way on another thread is not counted. */
    void removeMeters() {
        removed = true;
        endpoints.values().forEach(EndpointMeters::remove);
        registry.remove(budgetReached);
    }

    /** What was open then would be shown as open for ever. */
    @Override
    public void takenOut() {
        removeMeters();
    }

    private EndpointMeters of(String endpoint, boolean client) {
        EndpointMeters known = endpoints.get(new Side(endpoint, client));
        if (known != null) {
            return known;
        }
        boolean full = endpoints.size() >= MOST_ENDPOINTS;
        EndpointMeters made = endpoints.computeIfAbsent(
                new Side(full ? OTHER : endpoint, client),
                side -> EndpointMeters.register(
                        registry, tags.and("endpoint", side.endpoint, "role", side.client ? "client" : "server")));
        if (removed) {
            made.remove(); // those that removeMeters has not seen yet
        }
        return made;
    }

    private EndpointMeters of(ObservedConnection connection) {
        return of(connection.endpoint(), connection.client());
    }

    @Override
    public void handshakeDecided(ObservedHandshake handshake) {
        of(handshake.endpoint(), handshake.client())
                .handshake(handshake.status())
                .record(handshake.nanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void opened(ObservedConnection connection) {
        open.put(connection, registry.config().clock().monotonicTime());
        of(connection).active().incrementAndGet();
    }

    /** A connection that never opened has lasted no time. */
    @Override
    public void ended(ObservedConnection connection, CloseCause cause, int closeCode) {
        EndpointMeters meters = of(connection);
        Long since = open.remove(connection);
        long lasted = 0;
        if (since != null) {
            meters.active().decrementAndGet();
            lasted = registry.config().clock().monotonicTime() - since;
        }
        meters.ended(cause).record(lasted, TimeUnit.NANOSECONDS);
    }

    @Override
    public void frameReceived(ObservedConnection connection, ObservedFrame frame) {
        of(connection).frame(true, frame.opcode()).record((double) frame.length());
    }

    @Override
    public void frameSent(ObservedConnection connection, ObservedFrame frame) {
        of(connection).frame(false, frame.opcode()).record((double) frame.length());
    }

    @Override
    public void messageReceived(ObservedConnection connection, Opcode kind, long bytes) {
        of(connection).message(true, kind).record((double) bytes);
    }

    @Override
    public void messageSent(ObservedConnection connection, Opcode kind, long bytes) {
        of(connection).message(false, kind).record((double) bytes);
    }

    @Override
    public void callbackReturned(ObservedConnection connection, ObservedCallback callback, long nanos) {
        of(connection).callback(callback).record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void callbackBlocked(ObservedConnection connection, long nanos, Thread thread) {
        of(connection).blocked().increment();
    }

    @Override
    public void queueHighWater(ObservedConnection connection, long bytes) {
        of(connection).highWater().record((double) bytes);
    }

    @Override
    public void memoryBudgetReached(long heldBytes, long budget) {
        budgetReached.increment();
    }

    @Override
    public void sendFailed(ObservedConnection connection, Throwable failure) {
        of(connection).failedSend(failure).increment();
    }
}
