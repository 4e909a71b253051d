package dev.hawser.interleavings;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

/** The JVM in which the laws of some classes are tried. Prints each, and fails with the first one that is broken. */
public final class Laws {
    private Laws() {}

    /**
     * Tries the laws of some classes.
     *
     * @param classes the names of classes with methods that are a {@link Law}
     */
    public static void main(String[] classes) throws Throwable {
        for (String name : classes) {
            Class<?> of = Class.forName(name);
            for (Method method : of.getDeclaredMethods()) {
                if (method.isAnnotationPresent(Law.class)) {
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
}
