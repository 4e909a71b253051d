package dev.hawser.internal.servlet;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Calls public methods of a container by name: of Jetty's classes that differ between its environments, and of
 * containers that Hawser is not compiled against. It is too slow to be used for each message. Errors and
 * RuntimeExceptions of the method are thrown unchanged, checked exceptions as InvocationTargetException.
 */
public final class PublicMethod {
    private PublicMethod() {}

    /** Calls a method without parameters that does not return null. */
    public static Object call(Object target, String name) throws ReflectiveOperationException {
        return Objects.requireNonNull(callForNull(target, name), name);
    }

    /** Calls a method without parameters that may return null. */
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
