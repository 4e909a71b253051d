package dev.hawser.internal.session;

/** A container whose sessions share one runtime, which exists as long as the container. */
public interface RuntimeOwner {
    /** The runtime of its sessions. */
    ContainerRuntime runtime();
}
