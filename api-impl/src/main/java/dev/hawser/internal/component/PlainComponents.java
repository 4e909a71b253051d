package dev.hawser.internal.component;

import java.lang.reflect.Constructor;
import java.lang.reflect.Modifier;

/** Makes objects with the public constructor without parameters; the class itself need not be public. */
enum PlainComponents implements Components {
    INSTANCE;

    @Override
    public <T> Component<T> get(Class<T> type) throws ReflectiveOperationException {
        Constructor<T> constructor = type.getConstructor();
        if (!Modifier.isPublic(type.getModifiers())) {
            constructor.trySetAccessible();
        }
        return Component.of(constructor.newInstance());
    }
}
