package dev.hawser.internal.component;

/**
 * An object of an application's class, and how it is released.
 *
 * @param release called once, when the object is no longer needed: destroys the object if it was made for this one use;
 *     does not throw
 */
public record Component<T>(T object, Runnable release) {
    /** An object that is not destroyed, because the application made it, or because there is nothing to do. */
    public static <T> Component<T> of(T object) {
        return new Component<>(object, () -> {});
    }
}
