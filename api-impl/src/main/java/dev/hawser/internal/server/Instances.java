package dev.hawser.internal.server;

import dev.hawser.HandshakeRejectedException;
import dev.hawser.internal.component.Component;
import dev.hawser.internal.component.Components;
import jakarta.websocket.DeploymentException;
import java.lang.reflect.InvocationTargetException;
import org.jspecify.annotations.Nullable;

/** Makes objects of the application's classes; its exceptions say what is wrong with a class. */
final class Instances {
    private Instances() {}

    /**
     * An endpoint object.
     *
     * @throws InstantiationException naming the class, if it cannot be instantiated or its constructor threw
     * @throws HandshakeRejectedException if the constructor threw it
     */
    static <T> Component<T> endpoint(Components components, Class<T> endpointClass) throws InstantiationException {
        try {
            return components.get(endpointClass);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof HandshakeRejectedException rejected) {
                throw rejected;
            }
            throw failed("The constructor of " + endpointClass.getName() + " failed", e.getCause());
        } catch (ReflectiveOperationException e) {
            throw failed(
                    endpointClass.getName()
                            + " has no public constructor without parameters, and nothing here injects into another",
                    e);
        }
    }

    private static InstantiationException failed(String message, @Nullable Throwable cause) {
        InstantiationException failure = new InstantiationException(message);
        failure.initCause(cause);
        return failure;
    }

    /**
     * An object for the deployment, which lives as long as the application.
     *
     * @param role what the class is for; begins the message of an exception
     */
    static <T> T deploy(Components components, String role, Class<T> type) throws DeploymentException {
        try {
            return components.get(type).object();
        } catch (InvocationTargetException e) {
            throw new DeploymentException(role + " " + type.getName() + " failed in its constructor", e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new DeploymentException(
                    role + " " + type.getName() + " must be concrete and have a public constructor without parameters",
                    e);
        }
    }
}
