package dev.hawser.internal.endpoint;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Lists of the application's objects, without nulls. Applications and frameworks implement the interfaces of the
 * Jakarta API and return null, or a list with null, instead of an empty list: Spring lists one null subprotocol if none
 * was agreed on.
 */
public final class WithoutNulls {
    private WithoutNulls() {}

    /** An unmodifiable copy of the list without its null elements; empty for null. */
    public static <T> List<T> list(@Nullable List<? extends @Nullable T> answered) {
        if (answered == null || answered.isEmpty()) {
            return List.of();
        }
        return answered.stream()
                .filter(Objects::nonNull)
                .<T>map(Objects::requireNonNull)
                .toList();
    }
}
