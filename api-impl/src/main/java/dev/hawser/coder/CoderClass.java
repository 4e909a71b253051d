package dev.hawser.coder;

import jakarta.websocket.DeploymentException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Modifier;

/** One encoder or decoder class of a deployment, checked, with the handle that makes its instances. */
record CoderClass(Class<?> type, MethodHandle constructor) {
    static CoderClass of(Class<?> type) throws DeploymentException {
        if (type.isInterface() || Modifier.isAbstract(type.getModifiers())) {
            throw CoderRule.CONCRETE.brokenBy(type, "it is abstract");
        }
        Constructor<?> constructor;
        try {
            constructor = type.getConstructor();
        } catch (NoSuchMethodException e) {
            throw CoderRule.CONSTRUCTOR.brokenBy(type, "it has none");
        }
        constructor.trySetAccessible(); // a public constructor of a class that is not public
        try {
            MethodHandle handle = MethodHandles.lookup().unreflectConstructor(constructor);
            return new CoderClass(type, handle.asType(MethodType.methodType(Object.class)));
        } catch (IllegalAccessException e) {
            throw CoderRule.ACCESSIBLE.brokenBy(type, "Java says: " + e.getMessage());
        }
    }

    /** A new instance, not yet brought into service; throws what the constructor threw. */
    Object make() throws Throwable {
        return (Object) constructor.invokeExact();
    }
}
