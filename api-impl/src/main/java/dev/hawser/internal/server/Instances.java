package dev.hawser.internal.server;

import dev.hawser.HandshakeRejectedException;
import dev.hawser.internal.component.Component;
import dev.hawser.internal.component.Components;
import dev.hawser.internal.component.MakingFailure;
import jakarta.websocket.DeploymentException;
import java.lang.reflect.InvocationTargetException;

/** Makes objects of the application's classes; its exceptions say what is wrong with a class. */
final class Instances {
    private Instances() {}

    /**
     * An endpoint object.
     *
     * @throws InstantiationException with the class and the first cause, if no object can be made
     * @throws HandshakeRejectedException if the constructor threw it, or what the environment called
     */
    static <T> Component<T> endpoint(Components components, Class<T> endpointClass) throws InstantiationException {
        try {
            return components.get(endpointClass);
        } catch (InvocationTargetException e) {
            HandshakeRejectedException rejected = MakingFailure.rejection(e.getCause());
            if (rejected != null) {
                throw rejected;
            }
            throw MakingFailure.of(endpointClass, e.getCause());
        } catch (ReflectiveOperationException e) {
            InstantiationException failure = new InstantiationException(endpointClass.getName()
                    + " has no public constructor without parameters, and nothing here injects into another");
            failure.initCause(e);
            throw failure;
        }
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
