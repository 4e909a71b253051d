package dev.hawser.internal.environment;

import dev.hawser.internal.component.Component;

/** One of the surroundings that can inject. */
interface Source {
    <T> Component<T> get(Class<T> type) throws ReflectiveOperationException;

    /** Injects into an object that is there already, and calls its {@code @PostConstruct}. */
    void adopt(Object made) throws ReflectiveOperationException;
}
