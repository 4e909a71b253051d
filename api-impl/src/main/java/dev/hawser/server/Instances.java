package dev.hawser.server;

import jakarta.websocket.DeploymentException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;

/** Objects of the application's classes, which need a public constructor without parameters; the class itself need not be public. */
final class Instances {
    private Instances() {}

    static <T> T create(Class<T> type) throws ReflectiveOperationException {
        Constructor<T> constructor = type.getConstructor();
        if (!Modifier.isPublic(type.getModifiers())) {
            constructor.trySetAccessible();
        }
        return constructor.newInstance();
    }

    /**
     * As {@link #create}, during deployment.
     *
     * @param role begins the message: what the class is for
     */
    static <T> T deploy(String role, Class<T> type) throws DeploymentException {
        try {
            return create(type);
        } catch (InvocationTargetException e) {
            throw new DeploymentException(role + " " + type.getName() + " failed in its constructor", e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new DeploymentException(
                    role + " " + type.getName() + " must be concrete and have a public constructor without parameters",
                    e);
        }
    }
}
