package dev.hawser.internal.endpoint;

import jakarta.websocket.CloseReason;
import jakarta.websocket.DecodeException;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.Session;
import java.lang.reflect.Method;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The callbacks of an annotated class, checked (Jakarta WebSocket 4.4 to 4.6). If a path parameter of a callback could
 * not be converted, the callback is not called and the DecodeException is thrown (4.3). Only the error callback is
 * called all the same, with null or a primitive's zero; otherwise the application would not learn of the error.
 */
final class AnnotatedLifecycle implements Lifecycle {
    private final @Nullable CallbackMethod onOpen;
    private final @Nullable CallbackMethod onClose;
    private final @Nullable CallbackMethod onError;

    private AnnotatedLifecycle(
            @Nullable CallbackMethod onOpen, @Nullable CallbackMethod onClose, @Nullable CallbackMethod onError) {
        this.onOpen = onOpen;
        this.onClose = onClose;
        this.onError = onError;
    }

    static AnnotatedLifecycle of(Class<?> endpoint, AnnotatedMethods methods, PathParameters path)
            throws DeploymentException {
        CallbackMethod onError =
                callback(endpoint, methods.onError(), path, Throwable.class, EndpointRule.ON_ERROR_PARAMETERS);
        if (methods.onError() != null
                && !List.of(methods.onError().getParameterTypes()).contains(Throwable.class)) {
            throw EndpointRule.ON_ERROR_THROWABLE.brokenBy(endpoint, methods.onError(), "found none");
        }
        return new AnnotatedLifecycle(
                callback(endpoint, methods.onOpen(), path, EndpointConfig.class, EndpointRule.ON_OPEN_PARAMETERS),
                callback(endpoint, methods.onClose(), path, CloseReason.class, EndpointRule.ON_CLOSE_PARAMETERS),
                onError);
    }

    private static @Nullable CallbackMethod callback(
            Class<?> endpoint, @Nullable Method method, PathParameters path, Class<?> argument, EndpointRule rule)
            throws DeploymentException {
        if (method == null) {
            return null;
        }
        CallbackParameters parameters = CallbackParameters.of(endpoint, method, path);
        // CallbackParameters leaves the first Session out of the others
        Set<Class<?>> seen = new HashSet<>(Set.of(Session.class));
        for (int index : parameters.others()) {
            Class<?> type = parameters.type(index);
            boolean isFirst = seen.add(type);
            if (type != argument || !isFirst) {
                throw rule.brokenBy(endpoint, method, "found " + (isFirst ? "" : "another ") + type.getTypeName());
            }
        }
        return CallbackMethod.of(endpoint, parameters, -1);
    }

    boolean hasOnClose() {
        return onClose != null;
    }

    @Override
    public boolean hasOnError() {
        return onError != null;
    }

    @Override
    public boolean hasOnOpen() {
        return onOpen != null;
    }

    @Override
    public void onOpen(Object instance, Session session, PathParameters.Values path, EndpointConfig config)
            throws Throwable {
        if (onOpen != null) {
            call(onOpen, instance, session, path, config);
        }
    }

    @Override
    public void onClose(Object instance, Session session, PathParameters.Values path, CloseReason reason)
            throws Throwable {
        if (onClose != null) {
            call(onClose, instance, session, path, reason);
        }
    }

    @Override
    public boolean onError(Object instance, Session session, PathParameters.Values path, Throwable error)
            throws Throwable {
        if (onError == null) {
            return false;
        }
        onError.call(instance, session, path.bySlot(), error);
        return true;
    }

    private static void call(
            CallbackMethod method, Object instance, Session session, PathParameters.Values path, Object argument)
            throws Throwable {
        DecodeException failure = method.failureIn(path);
        if (failure != null) {
            throw failure;
        }
        method.call(instance, session, path.bySlot(), argument);
    }
}
