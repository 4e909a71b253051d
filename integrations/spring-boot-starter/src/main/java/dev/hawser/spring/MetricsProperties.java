package dev.hawser.spring;

import java.util.List;

/** The properties of meters and Observations. */
final class MetricsProperties {
    static final String METRICS = "hawser.metrics.enabled";
    static final String OBSERVATIONS = "hawser.observations.enabled";
    static final String CALLBACKS = "hawser.observations.callbacks";

    /** All of them. */
    static final List<String> NAMES = List.of(METRICS, OBSERVATIONS, CALLBACKS);

    private MetricsProperties() {}
}
