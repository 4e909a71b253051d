package dev.hawser.architecture.seeded.session;

import java.lang.reflect.Method;

public final class Reflects {
    static Object call(Method method) throws ReflectiveOperationException {
        return method.invoke(null);
    }
}
