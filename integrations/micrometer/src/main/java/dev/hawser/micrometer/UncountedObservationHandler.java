package dev.hawser.micrometer;

import io.micrometer.core.instrument.observation.MeterObservationHandler;
import io.micrometer.observation.Observation;

/**
 * Takes the Observations of {@link HawserObservations} from the handlers that make meters of them, since {@link
 * HawserMetrics} has these meters: put it before them, where the first that supports a context gets it. Spring Boot
 * does so if it is a bean.
 *
 * <pre>{@code
 * registry.observationConfig().observationHandler(new ObservationHandler.FirstMatchingCompositeObservationHandler(
 *         new UncountedObservationHandler(), new DefaultMeterObservationHandler(meters)));
 * }</pre>
 *
 * @since 0.1.0
 */
public final class UncountedObservationHandler implements MeterObservationHandler<Observation.Context> {
    /** A handler. */
    public UncountedObservationHandler() {}

    @Override
    public boolean supportsContext(Observation.Context context) {
        return context instanceof HandshakeContext || context instanceof CallbackContext;
    }
}
