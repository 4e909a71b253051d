package dev.hawser.test;

import dev.hawser.internal.component.Component;
import dev.hawser.internal.component.Components;
import java.lang.reflect.InvocationTargetException;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Objects of endpoint classes that the test makes, in the place where injection has its own. All others come from the
 * environment. Thread-safe if the suppliers are.
 *
 * @param suppliers by class
 */
record GivenObjects(Components others, Map<Class<?>, Supplier<?>> suppliers) implements Components {
    @Override
    public <T> Component<T> get(Class<T> type) throws ReflectiveOperationException {
        Supplier<?> supplier = suppliers.get(type);
        if (supplier == null) {
            return others.get(type);
        }
        Object made;
        try {
            made = Objects.requireNonNull(
                    supplier.get(), () -> "The test's supplier of " + type.getName() + " gave null");
        } catch (Throwable e) {
            throw new InvocationTargetException(e); // as if a constructor had thrown it
        }
        return Component.of(type.cast(made));
    }

    @Override
    public void started() {
        others.started();
    }

    @Override
    public @Nullable CallbackScope callbackScope() {
        return others.callbackScope();
    }
}
