package dev.hawser.internal.endpoint;

import dev.hawser.internal.endpoint.PathParameters.Values;
import jakarta.websocket.DecodeException;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Session;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import org.jspecify.annotations.Nullable;

/**
 * One annotated method as a method handle. All have the same type: {@code (Object instance, Session session, Object[]
 * pathValues, Object argument, boolean last) -> Object}. Arguments that the method does not have are dropped, the
 * others are reordered and cast or unboxed, and void becomes null. All sessions share the handle, because the JVM would
 * generate code for each further one. It is called with {@code invokeExact}, and adds none of our frames to the stack.
 */
final class CallbackMethod {
    private static final MethodType SHAPE = MethodType.methodType(
            Object.class, Object.class, Session.class, Object[].class, Object.class, boolean.class);

    private static final int INSTANCE = 0;
    private static final int SESSION = 1;
    private static final int PATH_VALUES = 2;
    private static final int ARGUMENT = 3;
    private static final int LAST = 4;

    private final MethodHandle handle;
    private final int[] pathSlots;

    private CallbackMethod(MethodHandle handle, int[] pathSlots) {
        this.handle = handle;
        this.pathSlots = pathSlots;
    }

    /**
     * Builds the handle of a method whose parameters are checked: the parameter that is not Session, path parameter or
     * flag gets the argument.
     *
     * @param last the index of the parameter that gets the flag for the last part, or -1
     */
    static CallbackMethod of(Class<?> endpoint, CallbackParameters parameters, int last) throws DeploymentException {
        MethodHandle target = unreflect(endpoint, parameters.method());
        int[] sources = new int[parameters.pathSlots().size()];
        for (int i = 0; i < sources.length; i++) {
            int slot = parameters.pathSlots().get(i);
            if (slot >= 0) {
                target = MethodHandles.filterArguments(target, i + 1, pathValue(slot, parameters.type(i)));
                sources[i] = PATH_VALUES;
            } else {
                sources[i] = i == parameters.session() ? SESSION : i == last ? LAST : ARGUMENT;
            }
        }
        return new CallbackMethod(shaped(target, sources), parameters.usedPathSlots());
    }

    MethodHandle handle() {
        return handle;
    }

    /** Calls the method with an argument that is not a message. */
    @Nullable Object call(Object instance, Session session, @Nullable Object[] values, Object event) throws Throwable {
        return (Object) handle.invokeExact(instance, session, values, event, true);
    }

    /**
     * Why this method cannot be called in a session: one of its path parameters could not be converted. Null if it can
     * be called.
     */
    @Nullable DecodeException failureIn(Values values) {
        return values.failureOf(pathSlots);
    }

    private static MethodHandle pathValue(int slot, Class<?> type) {
        MethodHandle element = MethodHandles.arrayElementGetter(Object[].class);
        return MethodHandles.insertArguments(element, 1, slot).asType(MethodType.methodType(type, Object[].class));
    }

    private static MethodHandle unreflect(Class<?> endpoint, Method method) throws DeploymentException {
        method.trySetAccessible(); // the method or its class need not be public
        try {
            MethodHandle handle = MethodHandles.lookup().unreflect(method).asFixedArity();
            return Modifier.isStatic(method.getModifiers())
                    ? MethodHandles.dropArguments(handle, 0, Object.class)
                    : handle;
        } catch (IllegalAccessException e) {
            throw EndpointRule.ACCESSIBLE_METHOD.brokenBy(endpoint, method, "Java says: " + e.getMessage());
        }
    }

    /**
     * Casts each parameter to the type that it has in {@link #SHAPE}, then puts them in that order and adds those that
     * the method does not have.
     */
    private static MethodHandle shaped(MethodHandle target, int[] sources) {
        Class<?>[] casts = new Class<?>[sources.length + 1];
        int[] order = new int[sources.length + 1];
        casts[0] = SHAPE.parameterType(INSTANCE);
        order[0] = INSTANCE;
        for (int i = 0; i < sources.length; i++) {
            casts[i + 1] = SHAPE.parameterType(sources[i]);
            order[i + 1] = sources[i];
        }
        return MethodHandles.permuteArguments(target.asType(MethodType.methodType(Object.class, casts)), SHAPE, order);
    }
}
