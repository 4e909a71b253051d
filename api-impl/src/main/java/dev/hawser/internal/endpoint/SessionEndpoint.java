package dev.hawser.internal.endpoint;

import dev.hawser.internal.coder.Decoders;
import dev.hawser.internal.coder.Encoders;
import dev.hawser.internal.component.Component;
import dev.hawser.internal.component.Components;
import jakarta.websocket.CloseReason;
import jakarta.websocket.DecodeException;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.Session;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An endpoint of either style bound to one session. */
final class SessionEndpoint implements BoundEndpoint {
    private static final AtomicIntegerFieldUpdater<SessionEndpoint> DESTROYED =
            AtomicIntegerFieldUpdater.newUpdater(SessionEndpoint.class, "destroyed");
    private static final AtomicReferenceFieldUpdater<SessionEndpoint, MessageHandlers> HANDLERS =
            AtomicReferenceFieldUpdater.newUpdater(SessionEndpoint.class, MessageHandlers.class, "handlers");

    private final EndpointPlan plan;
    private final Object instance;
    private final Consumer<Object> release;
    private final Session session;
    private final EndpointConfig config;
    private final PathParameters.Values path;
    private final Encoders encoders;
    private final Decoders decoders;
    private final boolean mayBlock;
    /**
     * Null until the first message comes, or somebody asks for handlers or changes them: most sessions of a big server
     * are idle. Made through {@link #HANDLERS}, so that all threads get the same ones.
     */
    private volatile @Nullable MessageHandlers handlers;
    /** 1 if the endpoint was destroyed. Changed through {@link #DESTROYED}. */
    private volatile int destroyed;

    SessionEndpoint(
            EndpointPlan plan,
            Component<?> endpoint,
            Components components,
            Session session,
            EndpointConfig config,
            PathParameters.Values path,
            boolean mayBlock) {
        this.plan = plan;
        this.instance = endpoint.object();
        this.release = endpoint.release();
        this.session = session;
        this.config = config;
        this.path = path;
        this.mayBlock = mayBlock;
        this.encoders = plan.sessionEncoders(components);
        this.decoders = plan.sessionDecoders(components);
    }

    private MessageHandlers handlers() {
        MessageHandlers made = handlers;
        return made == null ? makeHandlers() : made;
    }

    private MessageHandlers makeHandlers() {
        MessageHandlers made =
                new MessageHandlers(decoders, plan.annotatedHandlers(instance, session, path, decoders), mayBlock);
        // the handlers of the thread that was first, which another thread may have changed already
        return HANDLERS.compareAndSet(this, null, made) ? made : Objects.requireNonNull(handlers);
    }

    @Override
    public Object instance() {
        return instance;
    }

    @Override
    public boolean isAnnotated() {
        return plan.isAnnotated();
    }

    @Override
    public boolean hasOnOpen() {
        return plan.hasCoders() || plan.lifecycle().hasOnOpen() || path.failure() != null;
    }

    @Override
    public void onOpen() throws Throwable {
        encoders.start(config);
        decoders.start(config);
        DecodeException failure = path.failure();
        if (failure != null) {
            throw failure;
        }
        plan.lifecycle().onOpen(instance, session, path, config);
    }

    @Override
    public void onClose(CloseReason reason) throws Throwable {
        plan.lifecycle().onClose(instance, session, path, reason);
    }

    @Override
    public boolean hasOnError() {
        return plan.lifecycle().hasOnError();
    }

    @Override
    public boolean onError(Throwable error) throws Throwable {
        return plan.lifecycle().onError(instance, session, path, error);
    }

    @Override
    public boolean takes(MessageKind kind) {
        MessageHandlers made = handlers;
        return made == null ? plan.takes(kind) : made.takes(kind);
    }

    @Override
    public @Nullable MessageInvoker text() {
        return handlers().text();
    }

    @Override
    public @Nullable MessageInvoker binary() {
        return handlers().binary();
    }

    @Override
    public @Nullable MessageInvoker pong() {
        return handlers().pong();
    }

    @Override
    public void addMessageHandler(Class<?> type, MessageHandler handler, boolean whole) {
        handlers().add(type, handler, whole);
    }

    @Override
    public void addMessageHandler(MessageHandler handler) {
        handlers().add(handler);
    }

    @Override
    public void removeMessageHandler(MessageHandler handler) {
        handlers().remove(handler);
    }

    @Override
    public Set<MessageHandler> messageHandlers() {
        return handlers().added();
    }

    @Override
    public Encoders encoders() {
        return encoders;
    }

    @Override
    public void destroy() {
        if (destroyed == 0 && DESTROYED.compareAndSet(this, 0, 1)) {
            encoders.destroy();
            decoders.destroy();
            release.accept(instance);
        }
    }
}
