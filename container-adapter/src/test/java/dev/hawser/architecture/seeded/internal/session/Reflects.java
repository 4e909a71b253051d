package dev.hawser.architecture.seeded.internal.session;

import java.lang.reflect.Method;

public final class Reflects {
    static Object call(Method method) throws ReflectiveOperationException {
        return method.invoke(null);
    }
}
