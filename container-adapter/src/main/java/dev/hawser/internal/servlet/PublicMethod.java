package dev.hawser.internal.servlet;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Calls of a container's public methods where no class can be named: those of Jetty whose classes differ between its
 * environments, and those of containers that Hawser is not compiled against. Slow, so not for each message. Errors and
 * RuntimeExceptions of the method come as they are, checked exceptions as InvocationTargetException.
 */
public final class PublicMethod {
    private PublicMethod() {}

    /** Calls a method without parameters that gives an object. */
    public static Object call(Object target, String name) throws ReflectiveOperationException {
        return Objects.requireNonNull(callForNull(target, name), name);
    }

    /** Calls a method without parameters that may give null. */
    public static @Nullable Object callForNull(Object target, String name) throws ReflectiveOperationException {
        return invoke(target.getClass().getMethod(name), target);
    }

    /** Calls a method with one parameter. */
    public static void give(Object target, String name, Class<?> parameterType, Object argument)
            throws ReflectiveOperationException {
        invoke(target.getClass().getMethod(name, parameterType), target, argument);
    }

    private static @Nullable Object invoke(Method method, Object... targetAndArguments)
            throws ReflectiveOperationException {
        MethodHandle handle = MethodHandles.publicLookup().unreflect(method);
        try {
            return handle.invokeWithArguments(targetAndArguments);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new InvocationTargetException(e);
        }
    }
}
