package dev.hawser.internal.coder;

import dev.hawser.internal.component.Components;
import jakarta.websocket.DeploymentException;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Constructor;
import java.lang.reflect.Modifier;
import java.util.List;

/** One encoder or decoder class, checked, so that instances of it can be made. */
record CoderClass(Class<?> type) {
    /** Whether the types of these are those, in this order. */
    static boolean areOf(List<CoderClass> classes, List<? extends Class<?>> types) {
        return classes.stream().map(CoderClass::type).toList().equals(types);
    }

    static CoderClass of(Class<?> type) throws DeploymentException {
        if (type.isInterface() || Modifier.isAbstract(type.getModifiers())) {
            throw CoderRule.CONCRETE.brokenBy(type, "it is abstract");
        }
        if (Components.hasInjectedConstructor(type)) {
            return new CoderClass(type);
        }
        Constructor<?> constructor;
        try {
            constructor = type.getConstructor();
        } catch (NoSuchMethodException e) {
            throw CoderRule.CONSTRUCTOR.brokenBy(type, "it has none");
        }
        constructor.trySetAccessible(); // the class need not be public
        try {
            MethodHandles.lookup().unreflectConstructor(constructor);
            return new CoderClass(type);
        } catch (IllegalAccessException e) {
            throw CoderRule.ACCESSIBLE.brokenBy(type, "Java says: " + e.getMessage());
        }
    }
}
