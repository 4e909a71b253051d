package dev.hawser.internal.environment;

import dev.hawser.internal.component.Component;

/** A part of the environment that can inject. */
interface Source {
    <T> Component<T> get(Class<T> type) throws ReflectiveOperationException;

    /** Injects into an existing object, and calls its {@code @PostConstruct}. */
    void adopt(Object made) throws ReflectiveOperationException;
}
