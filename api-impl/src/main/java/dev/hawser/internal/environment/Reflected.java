package dev.hawser.internal.environment;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Calls methods of types that may be missing, or come from another class loader than ours. The method is looked up in
 * the public type that declares it, since the object's class may not be accessible.
 */
final class Reflected {
    private static final Class<?>[] NONE = {};

    private Reflected() {}

    /** The type with this name among the object's class and its supertypes, or null. */
    static @Nullable Class<?> typeOf(@Nullable Object object, String name) {
        return object == null ? null : superType(object.getClass(), name);
    }

    private static @Nullable Class<?> superType(@Nullable Class<?> type, String name) {
        if (type == null || type.getName().equals(name)) {
            return type;
        }
        for (Class<?> implemented : type.getInterfaces()) {
            Class<?> found = superType(implemented, name);
            if (found != null) {
                return found;
            }
        }
        return superType(type.getSuperclass(), name);
    }

    static @Nullable Object call(Class<?> declaring, @Nullable Object target, String method)
            throws ReflectiveOperationException {
        return call(declaring, target, method, NONE);
    }

    /**
     * Calls a method.
     *
     * @param target null for a static method
     * @throws InvocationTargetException with what the method threw
     * @throws ReflectiveOperationException if there is no such method
     */
    static @Nullable Object call(
            Class<?> declaring, @Nullable Object target, String method, Class<?>[] types, @Nullable Object... arguments)
            throws ReflectiveOperationException {
        MethodHandle found = MethodHandles.publicLookup()
                .unreflect(declaring.getMethod(method, types))
                .asFixedArity();
        List<@Nullable Object> all = new ArrayList<>(Arrays.asList(arguments));
        if (target != null) {
            all.add(0, target);
        }
        try {
            return found.invokeWithArguments(all);
        } catch (Throwable e) { // also an Error of the application: the caller decides
            throw new InvocationTargetException(e);
        }
    }

    /** Calls a method that must not return null. */
    static Object get(
            Class<?> declaring, @Nullable Object target, String method, Class<?>[] types, @Nullable Object... arguments)
            throws ReflectiveOperationException {
        Object answer = call(declaring, target, method, types, arguments);
        if (answer == null) {
            throw new NoSuchMethodException(declaring.getName() + "." + method + " answered null");
        }
        return answer;
    }

    static Class<?>[] types(Class<?>... types) {
        return types;
    }
}
