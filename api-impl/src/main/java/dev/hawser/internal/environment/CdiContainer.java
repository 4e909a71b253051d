package dev.hawser.internal.environment;

import static dev.hawser.internal.environment.Reflected.call;
import static dev.hawser.internal.environment.Reflected.types;

import dev.hawser.internal.component.Component;
import dev.hawser.internal.component.Components.CallbackScope;
import dev.hawser.internal.log.LimitedLog;
import java.lang.annotation.Annotation;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Type;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The CDI container of {@code CDI.current()}, used by reflection, because the API may be in the application, or
 * missing. Thread-safe.
 */
final class CdiContainer implements Source {
    private static final System.Logger LOG = System.getLogger("dev.hawser.injection");
    private static final LimitedLog FAILURES = new LimitedLog("dev.hawser.injection");
    private static final String SPI = "jakarta.enterprise.inject.spi.";
    private static final @Nullable Object[] NO_BEAN = {null};
    private static final String CONTEXT = "jakarta.enterprise.context.";

    /** The types of the API, as one class loader knows them. */
    private record Api(
            Class<?> cdi,
            Class<?> instance,
            Class<?> beanManager,
            Class<?> bean,
            Class<?> contextual,
            Class<?> creationalContext,
            Class<?> context,
            Class<?> annotatedType,
            Class<?> targetFactory,
            Class<?> target,
            Class<?> producer,
            Class<?> requestContextController,
            Annotation any) {
        static Api of(ClassLoader application) throws ReflectiveOperationException {
            return new Api(
                    load(application, SPI + "CDI"),
                    load(application, "jakarta.enterprise.inject.Instance"),
                    load(application, SPI + "BeanManager"),
                    load(application, SPI + "Bean"),
                    load(application, CONTEXT + "spi.Contextual"),
                    load(application, CONTEXT + "spi.CreationalContext"),
                    load(application, CONTEXT + "spi.Context"),
                    load(application, SPI + "AnnotatedType"),
                    load(application, SPI + "InjectionTargetFactory"),
                    load(application, SPI + "InjectionTarget"),
                    load(application, SPI + "Producer"),
                    load(application, CONTEXT + "control.RequestContextController"),
                    (Annotation) load(application, "jakarta.enterprise.inject.Any$Literal")
                            .getField("INSTANCE")
                            .get(null));
        }

        private static Class<?> load(ClassLoader application, String name) throws ClassNotFoundException {
            return Class.forName(name, true, application);
        }
    }

    private final Api api;
    private final Object cdi;
    private final Object beanManager;

    private CdiContainer(Api api, Object cdi, Object beanManager) {
        this.api = api;
        this.cdi = cdi;
        this.beanManager = beanManager;
    }

    /**
     * Finds the container of the application whose class loader is the context class loader; null if there is none, or
     * none yet.
     */
    static @Nullable CdiContainer current(ClassLoader application) {
        try {
            Api api = Api.of(application);
            Object cdi = Reflected.get(api.cdi, null, "current", types());
            return new CdiContainer(api, cdi, Reflected.get(api.cdi, cdi, "getBeanManager", types()));
        } catch (ReflectiveOperationException | LinkageError | ClassCastException e) {
            return null; // no API, no container for it, or a container that does not run (an IllegalStateException)
        }
    }

    /** The instance of the bean of a class; if the class is not a bean, a new injected object. */
    @Override
    public <T> Component<T> get(Class<T> type) throws ReflectiveOperationException {
        Object bean = beanOf(type);
        Object context = Reflected.get(
                api.beanManager, beanManager, "createCreationalContext", types(api.contextual), new Object[] {bean});
        try {
            return bean == null ? injected(type, context) : ofBean(type, bean, context);
        } catch (InvocationTargetException e) {
            quietly(type, () -> call(api.creationalContext, context, "release"));
            throw e;
        }
    }

    /** The managed bean of this class, with any qualifiers; null if the class is not a bean. */
    private @Nullable Object beanOf(Class<?> type) throws ReflectiveOperationException {
        Object found = Reflected.get(
                api.beanManager,
                beanManager,
                "getBeans",
                types(Type.class, Annotation[].class),
                type,
                new Annotation[] {api.any});
        Set<Object> ofClass = new HashSet<>();
        for (Object bean : (Set<?>) found) {
            if (call(api.bean, bean, "getBeanClass") == type) {
                ofClass.add(bean);
            }
        }
        return ofClass.isEmpty()
                ? null
                : call(api.beanManager, beanManager, "resolve", types(Set.class), new Object[] {ofClass});
    }

    /** A new object of a dependent bean, or the object that another scope has. */
    private <T> Component<T> ofBean(Class<T> type, Object bean, Object context) throws ReflectiveOperationException {
        Class<?> scope = (Class<?>) Reflected.get(api.bean, bean, "getScope", types());
        if (!scope.getName().equals(CONTEXT + "Dependent")) {
            if (scope.getName().equals(CONTEXT + "ApplicationScoped")) {
                makeNow(bean, scope, context);
            }
            Object reference = Reflected.get(
                    api.beanManager,
                    beanManager,
                    "getReference",
                    types(api.bean, Type.class, api.creationalContext),
                    bean,
                    type,
                    context);
            return Component.of(type.cast(reference));
        }
        Object made = Reflected.get(api.bean, bean, "create", types(api.creationalContext), context);
        return new Component<>(
                type.cast(made),
                object -> quietly(
                        type,
                        () -> call(
                                api.bean,
                                bean,
                                "destroy",
                                types(Object.class, api.creationalContext),
                                object,
                                context)));
    }

    /** CDI makes the object when its proxy is first used, which is too late to refuse the handshake. */
    private void makeNow(Object bean, Class<?> scope, Object context) throws ReflectiveOperationException {
        Object ofScope = Reflected.get(api.beanManager, beanManager, "getContext", types(Class.class), scope);
        call(api.context, ofScope, "get", types(api.contextual, api.creationalContext), bean, context);
    }

    @Override
    public void adopt(Object made) throws ReflectiveOperationException {
        Object context =
                Reflected.get(api.beanManager, beanManager, "createCreationalContext", types(api.contextual), NO_BEAN);
        Object target = injectionTarget(made.getClass());
        call(api.target, target, "inject", types(Object.class, api.creationalContext), made, context);
        call(api.target, target, "postConstruct", types(Object.class), made);
    }

    private Object injectionTarget(Class<?> type) throws ReflectiveOperationException {
        Object annotated = Reflected.get(api.beanManager, beanManager, "createAnnotatedType", types(Class.class), type);
        Object factory = Reflected.get(
                api.beanManager, beanManager, "getInjectionTargetFactory", types(api.annotatedType), annotated);
        return Reflected.get(api.targetFactory, factory, "createInjectionTarget", types(api.bean), NO_BEAN);
    }

    /** Makes an object as Jakarta EE does for its component classes: produce, inject, {@code @PostConstruct}. */
    private <T> Component<T> injected(Class<T> type, Object context) throws ReflectiveOperationException {
        Object target = injectionTarget(type);
        Object made = Reflected.get(api.producer, target, "produce", types(api.creationalContext), context);
        call(api.target, target, "inject", types(Object.class, api.creationalContext), made, context);
        call(api.target, target, "postConstruct", types(Object.class), made);
        return new Component<>(type.cast(made), object -> {
            quietly(type, () -> call(api.target, target, "preDestroy", types(Object.class), object));
            quietly(type, () -> call(api.producer, target, "dispose", types(Object.class), object));
            quietly(type, () -> call(api.creationalContext, context, "release"));
        });
    }

    /** The scope with a new request context for each callback. */
    CallbackScope requestContexts() {
        return () -> {
            try {
                Object controllers = Reflected.get(
                        api.instance,
                        cdi,
                        "select",
                        types(Class.class, Annotation[].class),
                        api.requestContextController,
                        new Annotation[0]);
                Object controller = Reflected.get(api.instance, controllers, "get", types());
                boolean began = Boolean.TRUE.equals(call(api.requestContextController, controller, "activate"));
                return () -> {
                    if (began) {
                        quietly(
                                api.requestContextController,
                                () -> call(api.requestContextController, controller, "deactivate"));
                    }
                    quietly(
                            api.requestContextController,
                            () -> call(api.instance, controllers, "destroy", types(Object.class), controller));
                };
            } catch (ReflectiveOperationException e) {
                LOG.log(System.Logger.Level.DEBUG, "A callback has no CDI request context", e);
                return () -> {}; // the container is being stopped; the callback runs all the same
            }
        };
    }

    private interface Call {
        @Nullable Object run() throws ReflectiveOperationException;
    }

    /** Logs exceptions, because the session must end whatever the application's destruction callbacks throw. */
    private static void quietly(Class<?> type, Call call) {
        try {
            call.run();
        } catch (ReflectiveOperationException e) {
            FAILURES.log(System.Logger.Level.WARNING, "An object of " + type.getName() + " could not be destroyed", e);
        }
    }
}
