package dev.hawser.micrometer;

import dev.hawser.CloseCause;
import dev.hawser.ConnectionObserver;
import dev.hawser.ObservedCallback;
import dev.hawser.ObservedConnection;
import dev.hawser.ObservedHandshake;
import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Observations of opening handshakes and, if asked for, of callbacks, for traces.
 *
 * <pre>{@code
 * registry.observationConfig().observationHandler(new UncountedObservationHandler()); // before those that count
 * container.addObserver(HawserObservations.of(registry));
 * }</pre>
 *
 * <p>{@code hawser.handshake} is a child of the Observation of its request, which Spring or a servlet filter has begun,
 * or for a client of what connects. {@code hawser.callback} has no parent, so that no trace lives as long as a
 * connection: each begins a trace of its own, which {@link LinkedTraceHandler} links to that of the handshake, and what
 * the callback does belongs to it. Both have the key values {@code endpoint} and {@code role}, a handshake {@code
 * status} and {@code outcome}, a callback {@code callback}; none has a session, a query or a user.
 *
 * <p>Handshakes and callbacks have meters already, those of {@link HawserMetrics}; so {@link
 * UncountedObservationHandler} keeps Micrometer from making another timer of each Observation. Thread-safe.
 *
 * @since 0.1.0
 */
public final class HawserObservations implements ConnectionObserver {
    static final String HANDSHAKE = "hawser.handshake";
    static final String CALLBACK = "hawser.callback";

    private final ObservationRegistry registry;
    private final boolean callbacks;

    /** What this thread has begun and not ended, the latest first. It belongs to one registry, so it is not static. */
    @SuppressWarnings("ThreadLocalUsage")
    private final ThreadLocal<@Nullable Begun> begun = new ThreadLocal<>();

    /** The handshakes of the sessions that have not ended, if callbacks are observed. */
    private final Map<String, HandshakeContext> handshakes = new ConcurrentHashMap<>();

    /** What a handshake is of. */
    private record Side(String endpoint, boolean client) {}

    /** What a callback is of. */
    private record Call(ObservedConnection connection, ObservedCallback callback) {}

    /**
     * Something that this thread has begun.
     *
     * @param of a {@link Side} or a {@link Call}
     * @param scope is the callback's; a handshake has none
     */
    private record Begun(
            Object of,
            Observation observation,
            Observation.@Nullable Scope scope,
            @Nullable Begun before) {}

    private HawserObservations(ObservationRegistry registry, boolean callbacks) {
        this.registry = registry;
        this.callbacks = callbacks;
    }

    /** Observes handshakes. */
    public static HawserObservations of(ObservationRegistry registry) {
        return new HawserObservations(registry, false);
    }

    /** Observes handshakes and callbacks: an Observation for each message is much, where messages are many. */
    public static HawserObservations withCallbacks(ObservationRegistry registry) {
        return new HawserObservations(registry, true);
    }

    @Override
    public void handshakeBegan(String endpoint, boolean client) {
        HandshakeContext context = new HandshakeContext();
        name(context, "websocket handshake", endpoint, client);
        addTo(context, endpoint, client);
        Observation observation = Observation.createNotStarted(HANDSHAKE, () -> context, registry);
        begun.set(new Begun(new Side(endpoint, client), observation.start(), null, begun.get()));
    }

    @Override
    public void handshakeDecided(ObservedHandshake handshake) {
        Observation observation = end(new Side(handshake.endpoint(), handshake.client()));
        if (observation == null) {
            return;
        }
        int status = handshake.status();
        Observation.Context context = (Observation.Context) observation.getContextView();
        context.addLowCardinalityKeyValue(KeyValue.of("status", status == 0 ? "NONE" : String.valueOf(status)));
        context.addLowCardinalityKeyValue(KeyValue.of("outcome", EndpointMeters.outcome(status)));
        observation.stop();
        if (callbacks && handshake.sessionId() != null && context instanceof HandshakeContext kept) {
            handshakes.put(handshake.sessionId(), kept);
        }
    }

    @Override
    public void callbackBegan(ObservedConnection connection, ObservedCallback callback) {
        if (!callbacks) {
            return;
        }
        String word = callback.name().toLowerCase(Locale.ROOT);
        CallbackContext context = new CallbackContext(handshakes.get(connection.sessionId()));
        name(context, "websocket " + word, connection.endpoint(), connection.client());
        addTo(context, connection.endpoint(), connection.client());
        context.addLowCardinalityKeyValue(KeyValue.of("callback", word));
        Observation observation = Observation.createNotStarted(CALLBACK, () -> context, registry);
        context.setParentObservation(null); // whatever this thread does besides
        observation.start();
        begun.set(new Begun(new Call(connection, callback), observation, observation.openScope(), begun.get()));
    }

    @Override
    public void callbackReturned(ObservedConnection connection, ObservedCallback callback, long nanos) {
        Observation observation = callbacks ? end(new Call(connection, callback)) : null;
        if (observation != null) {
            observation.stop();
        }
    }

    @Override
    public void ended(ObservedConnection connection, CloseCause cause, int closeCode) {
        if (callbacks) {
            handshakes.remove(connection.sessionId());
        }
    }

    /** A client's endpoint is a class, and Micrometer writes names of spans with small letters. */
    private static void name(Observation.Context context, String what, String endpoint, boolean client) {
        context.setContextualName(client ? what : what + " " + endpoint);
    }

    private static void addTo(Observation.Context context, String endpoint, boolean client) {
        context.addLowCardinalityKeyValue(KeyValue.of("endpoint", endpoint));
        context.addLowCardinalityKeyValue(KeyValue.of("role", client ? "client" : "server"));
    }

    /**
     * What this thread began last of that kind, and has to stop; null if there is none. What it began after that has
     * ended, too, though nobody has told so, as there may have been no memory for that: it is stopped here.
     */
    private @Nullable Observation end(Object of) {
        int above = 0;
        Begun found = begun.get();
        while (found != null && !found.of.equals(of)) {
            found = found.before;
            above++;
        }
        if (found == null) {
            return null;
        }
        for (Begun last = begun.get(); above > 0 && last != null; above--, last = last.before) {
            close(last);
            last.observation.stop();
        }
        close(found);
        if (found.before == null) {
            begun.remove();
        } else {
            begun.set(found.before);
        }
        return found.observation;
    }

    private static void close(Begun last) {
        if (last.scope != null) {
            last.scope.close();
        }
    }
}
