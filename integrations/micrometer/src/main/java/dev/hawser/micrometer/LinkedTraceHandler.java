package dev.hawser.micrometer;

import io.micrometer.observation.Observation;
import io.micrometer.tracing.Link;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.handler.TracingObservationHandler;
import org.jspecify.annotations.Nullable;

/**
 * Begins a trace for each observed callback, with a link to the trace of the session's handshake: put it before the
 * handlers of Micrometer Tracing, where the first that supports a context gets it. Spring Boot does so if it is a bean.
 * It needs {@code io.micrometer:micrometer-tracing}.
 *
 * <pre>{@code
 * registry.observationConfig().observationHandler(new ObservationHandler.FirstMatchingCompositeObservationHandler(
 *         new LinkedTraceHandler(tracer), new DefaultTracingObservationHandler(tracer)));
 * }</pre>
 *
 * @since 0.1.0
 */
public final class LinkedTraceHandler implements TracingObservationHandler<CallbackContext> {
    private final Tracer tracer;

    /** @param tracer makes the spans */
    public LinkedTraceHandler(Tracer tracer) {
        this.tracer = tracer;
    }

    @Override
    public void onStart(CallbackContext context) {
        Span.Builder builder = tracer.spanBuilder().setNoParent();
        Span handshake = spanOf(context.getHandshake());
        if (handshake != null) {
            builder.addLink(new Link(handshake.context()));
        }
        getTracingContext(context).setSpan(builder.start());
    }

    private static @Nullable Span spanOf(@Nullable HandshakeContext handshake) {
        TracingContext tracing = handshake == null ? null : handshake.get(TracingContext.class);
        return tracing == null ? null : tracing.getSpan();
    }

    @Override
    public void onStop(CallbackContext context) {
        Span span = getRequiredSpan(context);
        span.name(getSpanName(context));
        tagSpan(context, span);
        endSpan(context, span);
    }

    @Override
    public boolean supportsContext(Observation.Context context) {
        return context instanceof CallbackContext;
    }

    @Override
    public Tracer getTracer() {
        return tracer;
    }
}
