package dev.hawser.interleavings;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** The JVM in which the laws of some classes are tried. Prints each, and fails with the first one that is broken. */
public final class Laws {
    /** How many laws of each class are tried: the first ones by name. */
    private static final int OF_EACH = Integer.getInteger("test.laws", Integer.MAX_VALUE);

    private Laws() {}

    private static List<Method> of(Class<?> type) {
        return Arrays.stream(type.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Law.class))
                .sorted(Comparator.comparing(Method::getName))
                .limit(OF_EACH)
                .toList();
    }

    /**
     * Tries the laws of some classes.
     *
     * @param classes the names of classes with methods that are a {@link Law}
     */
    public static void main(String[] classes) throws Throwable {
        for (String name : classes) {
            Class<?> of = Class.forName(name);
            for (Method method : of(of)) {
                Constructor<?> made = of.getDeclaredConstructor();
                made.setAccessible(true);
                method.setAccessible(true);
                try {
                    method.invoke(made.newInstance());
                } catch (InvocationTargetException e) {
                    System.out.println("broken: " + of.getSimpleName() + "." + method.getName());
                    throw e.getCause();
                }
                System.out.println("holds: " + of.getSimpleName() + "." + method.getName());
            }
        }
    }
}
