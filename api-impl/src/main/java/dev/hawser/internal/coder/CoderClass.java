package dev.hawser.internal.coder;

import dev.hawser.internal.component.Components;
import jakarta.websocket.DeploymentException;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Constructor;
import java.lang.reflect.Modifier;

/** One encoder or decoder class, checked, so that instances of it can be made. */
record CoderClass(Class<?> type) {
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
