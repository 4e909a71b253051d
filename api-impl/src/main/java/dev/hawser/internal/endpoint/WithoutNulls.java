package dev.hawser.internal.endpoint;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the application's objects answer, without the nulls in it. Applications and frameworks implement the interfaces
 * of the Jakarta API themselves and answer null, or a list of null, where there is nothing: Spring lists one null
 * subprotocol where none was agreed on.
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
