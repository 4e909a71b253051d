package dev.hawser.internal.component;

import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where the objects of endpoint classes, coders and configurators come from: the one place through which injection
 * comes in. A {@code Configurator} of the application that makes endpoint instances itself, and an instance given to
 * {@code connectToServer}, go past it. Thread-safe.
 */
public interface Components {
    /** Objects made with the public constructor without parameters, and nothing else. */
    static Components plain() {
        return PlainComponents.INSTANCE;
    }

    /**
     * Whether a constructor asks for injection, so that no other is needed: {@code @Inject} of CDI, or
     * {@code @Autowired} of Spring. Known by name, since neither need be there.
     */
    static boolean hasInjectedConstructor(Class<?> type) {
        return Arrays.stream(type.getDeclaredConstructors())
                .flatMap(constructor -> Arrays.stream(constructor.getDeclaredAnnotations()))
                .map(annotation -> annotation.annotationType().getName())
                .anyMatch(name -> name.equals("jakarta.inject.Inject")
                        || name.equals("org.springframework.beans.factory.annotation.Autowired"));
    }

    /**
     * Finds or makes an object. Called on the thread of the handshake, of the connect or of the session's callbacks,
     * with the application's class loader as context class loader.
     *
     * @throws InvocationTargetException with what a constructor, or another method of the application, threw
     * @throws ReflectiveOperationException if there is no way to make one
     */
    <T> Component<T> get(Class<T> type) throws ReflectiveOperationException;

    /**
     * The application has started, and with it what may inject: objects that were needed during deployment, such as
     * configurators, are injected now. Called once, with the application's class loader as context class loader where
     * the container sees to that.
     */
    default void started() {}

    /**
     * Puts what callbacks need around them, such as a request context. Asked once for each session, when it is made.
     *
     * @return null if there is nothing to put around them, so that they are called directly
     */
    default @Nullable CallbackScope callbackScope() {
        return null;
    }

    /** What is around each callback of one session. Its callbacks never overlap. */
    interface CallbackScope {
        /**
         * Begins a callback, on its thread. What is returned is run on the same thread when the callback has returned
         * or thrown.
         */
        Runnable begin();
    }
}
