package dev.hawser.micrometer;

import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

/**
 * The context of the Observation {@code hawser.callback}, by which handlers, filters and predicates know it.
 *
 * <pre>{@code
 * registry.observationConfig().observationPredicate((name, context) -> !(context instanceof CallbackContext)
 *         || quick.test(context));
 * }</pre>
 *
 * @since 0.1.0
 */
public final class CallbackContext extends Observation.Context {
    private final @Nullable HandshakeContext handshake;

    CallbackContext(@Nullable HandshakeContext handshake) {
        this.handshake = handshake;
    }

    /** The handshake of the session; null if it was before the Observations were there. */
    public @Nullable HandshakeContext getHandshake() {
        return handshake;
    }
}
