package dev.hawser.internal.component;

import java.util.function.Consumer;

/**
 * An object of an application's class, and how it is released.
 *
 * @param release called once with the object, when it is no longer needed: destroys it if it was made for this one use;
 *     does not throw. The objects of one class can share it.
 */
public record Component<T>(T object, Consumer<Object> release) {
    /** An object that is not destroyed, because the application made it, or because there is nothing to do. */
    public static <T> Component<T> of(T object) {
        return new Component<>(object, unneeded -> {});
    }

    /** Called once, when the object is no longer needed. */
    public void giveBack() {
        release.accept(object);
    }
}
