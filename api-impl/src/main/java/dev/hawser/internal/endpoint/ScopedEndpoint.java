package dev.hawser.internal.endpoint;

import dev.hawser.internal.coder.Encoders;
import dev.hawser.internal.component.Components.CallbackScope;
import jakarta.websocket.CloseReason;
import jakarta.websocket.MessageHandler;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An endpoint whose environment has a scope around each callback, such as the request context of CDI. */
record ScopedEndpoint(BoundEndpoint endpoint, CallbackScope scope) implements BoundEndpoint {
    /** A handler with the scope around each of its calls. */
    private record ScopedInvoker(MessageInvoker handler, CallbackScope scope) implements MessageInvoker {
        @Override
        public Delivery delivery() {
            return handler.delivery();
        }

        @Override
        public long maxMessageSize() {
            return handler.maxMessageSize();
        }

        @Override
        public @Nullable Object invoke(Object payload, boolean last) throws Throwable {
            Runnable end = scope.begin();
            try {
                return handler.invoke(payload, last);
            } finally {
                end.run();
            }
        }
    }

    private @Nullable MessageInvoker scoped(@Nullable MessageInvoker handler) {
        return handler == null ? null : new ScopedInvoker(handler, scope);
    }

    @Override
    public Object instance() {
        return endpoint.instance();
    }

    @Override
    public boolean isAnnotated() {
        return endpoint.isAnnotated();
    }

    @Override
    public boolean hasOnOpen() {
        return endpoint.hasOnOpen();
    }

    @Override
    public void onOpen() throws Throwable {
        Runnable end = scope.begin();
        try {
            endpoint.onOpen();
        } finally {
            end.run();
        }
    }

    @Override
    public void onClose(CloseReason reason) throws Throwable {
        Runnable end = scope.begin();
        try {
            endpoint.onClose(reason);
        } finally {
            end.run();
        }
    }

    @Override
    public boolean hasOnError() {
        return endpoint.hasOnError();
    }

    @Override
    public boolean onError(Throwable error) throws Throwable {
        Runnable end = scope.begin();
        try {
            return endpoint.onError(error);
        } finally {
            end.run();
        }
    }

    @Override
    public boolean takes(MessageKind kind) {
        return endpoint.takes(kind);
    }

    @Override
    public @Nullable MessageInvoker text() {
        return scoped(endpoint.text());
    }

    @Override
    public @Nullable MessageInvoker binary() {
        return scoped(endpoint.binary());
    }

    @Override
    public @Nullable MessageInvoker pong() {
        return scoped(endpoint.pong());
    }

    @Override
    public void addMessageHandler(Class<?> type, MessageHandler handler, boolean whole) {
        endpoint.addMessageHandler(type, handler, whole);
    }

    @Override
    public void addMessageHandler(MessageHandler handler) {
        endpoint.addMessageHandler(handler);
    }

    @Override
    public void removeMessageHandler(MessageHandler handler) {
        endpoint.removeMessageHandler(handler);
    }

    @Override
    public Set<MessageHandler> messageHandlers() {
        return endpoint.messageHandlers();
    }

    @Override
    public Encoders encoders() {
        return endpoint.encoders();
    }

    @Override
    public void destroy() {
        endpoint.destroy();
    }
}
