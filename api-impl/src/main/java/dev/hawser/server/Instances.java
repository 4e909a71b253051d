package dev.hawser.server;

import java.lang.reflect.Constructor;
import java.lang.reflect.Modifier;

/** Objects of the application's classes, which need a public constructor without parameters; the class itself need not be public. */
final class Instances {
    private Instances() {}

    /**
     * Whether {@link #create} can succeed.
     *
     * @return the rule that the class breaks, as the end of a sentence that begins with its name; "" if none
     */
    static String brokenRule(Class<?> type) {
        if (type.isInterface() || Modifier.isAbstract(type.getModifiers())) {
            return "is abstract, so that no instance can be made";
        }
        if (type.getEnclosingClass() != null && !Modifier.isStatic(type.getModifiers())) {
            return "is an inner class without the modifier static, so that it has no constructor without parameters";
        }
        for (Constructor<?> constructor : type.getConstructors()) {
            if (constructor.getParameterCount() == 0) {
                return "";
            }
        }
        return "has no public constructor without parameters";
    }

    static <T> T create(Class<T> type) throws ReflectiveOperationException {
        Constructor<T> constructor = type.getConstructor();
        if (!Modifier.isPublic(type.getModifiers())) {
            constructor.trySetAccessible();
        }
        return constructor.newInstance();
    }
}
