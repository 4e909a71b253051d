package dev.hawser.micrometer;

import io.micrometer.observation.Observation;

/**
 * The context of the Observation {@code hawser.handshake}, by which handlers, filters and predicates know it.
 *
 * <pre>{@code
 * registry.observationConfig().observationPredicate((name, context) -> !(context instanceof HandshakeContext));
 * }</pre>
 *
 * @since 0.1.0
 */
public final class HandshakeContext extends Observation.Context {
    HandshakeContext() {}
}
