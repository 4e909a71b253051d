package dev.hawser.internal.session;

/** A container whose sessions all share one runtime, which is there as long as the container. */
public interface RuntimeOwner {
    /** The runtime of its sessions. */
    ContainerRuntime runtime();
}
