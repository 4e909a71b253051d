package dev.hawser.internal.component;

import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Makes the objects of endpoint classes, coders and configurators; the only place for injection. Endpoint instances
 * that the application's {@code Configurator} makes, or that are given to {@code connectToServer}, do not come from
 * here. Thread-safe.
 */
public interface Components {
    /** Makes objects only with the public constructor without parameters. */
    static Components plain() {
        return PlainComponents.INSTANCE;
    }

    /**
     * Whether a constructor is annotated for injection, with {@code @Inject} of CDI or {@code @Autowired} of Spring, so
     * that no other is needed. The annotations are compared by name, since neither may be on the class path.
     */
    static boolean hasInjectedConstructor(Class<?> type) {
        return Arrays.stream(type.getDeclaredConstructors())
                .flatMap(constructor -> Arrays.stream(constructor.getDeclaredAnnotations()))
                .map(annotation -> annotation.annotationType().getName())
                .anyMatch(name -> name.equals("jakarta.inject.Inject")
                        || name.equals("org.springframework.beans.factory.annotation.Autowired"));
    }

    /**
     * Finds or makes an object. Called on the thread of the handshake, of the connect or of a callback, with the
     * application's class loader as context class loader.
     *
     * @throws InvocationTargetException with what a constructor, or another method of the application, threw
     * @throws ReflectiveOperationException if the class cannot be instantiated
     */
    <T> Component<T> get(Class<T> type) throws ReflectiveOperationException;

    /**
     * Called once, when the application has started, and with it its injection: objects that were made during
     * deployment, such as configurators, are injected now. The container should have set the application's class loader
     * as context class loader.
     */
    default void started() {}

    /**
     * The scope that callbacks need around them, such as a request context. Called once for each session, when it is
     * made.
     *
     * @return null if callbacks need no scope and can be called directly
     */
    default @Nullable CallbackScope callbackScope() {
        return null;
    }

    /** The scope around each callback of one session, whose callbacks never overlap. */
    interface CallbackScope {
        /**
         * Called before a callback, on its thread. The result is run on the same thread when the callback has returned
         * or thrown.
         */
        Runnable begin();
    }
}
