package dev.hawser.internal.component;

/**
 * An object of an application's class, and how it is given back.
 *
 * @param release called once, when the object has served: it is destroyed if it was made for this one use; it does not
 *     throw
 */
public record Component<T>(T object, Runnable release) {
    /** An object that nobody destroys, because the application made it, or because there is nothing to do. */
    public static <T> Component<T> of(T object) {
        return new Component<>(object, () -> {});
    }
}
