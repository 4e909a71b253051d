package dev.hawser.internal.environment;

import dev.hawser.internal.component.Component;
import dev.hawser.internal.component.Components;
import dev.hawser.internal.component.MakingFailure;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The environment of one application. When an object is needed, the first of these that exists makes it: a CDI
 * container, the root WebApplicationContext of Spring, the servlet container's injection, the constructor. Only one of
 * them handles an object, so that no {@code @PostConstruct} is called twice. Thread-safe.
 *
 * <p>They are looked up each time, because an application's CDI container or Spring context may start after Hawser.
 */
public final class Environment implements Components {
    private static final System.Logger LOG = System.getLogger("dev.hawser.injection");
    private static final String CDI_API = "jakarta.enterprise.inject.spi.CDI";

    private final ClassLoader application;
    private final Function<String, @Nullable Object> attributes;
    private final boolean hasCdiApi;
    private final Object starting = new Object();
    /** What the servlet container offered last. */
    private volatile @Nullable ContainerDecoration decoration;

    /**
     * Objects that were made before injection was possible; null once the application has started. Guarded by starting.
     */
    private @Nullable List<Object> early;

    private Environment(
            ClassLoader application, Function<String, @Nullable Object> attributes, @Nullable List<Object> early) {
        this.application = application;
        this.attributes = attributes;
        this.early = early;
        this.hasCdiApi = isThere(application);
    }

    /**
     * The environment of a web application that is being deployed.
     *
     * @param application the application's class loader; null for the context class loader, since a context of Jetty
     *     may have no loader
     * @param attributes the attributes of its ServletContext by name
     */
    public static Environment ofWebApplication(
            @Nullable ClassLoader application, Function<String, @Nullable Object> attributes) {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        ClassLoader fallback = context == null ? Environment.class.getClassLoader() : context;
        return new Environment(application == null ? fallback : application, attributes, new ArrayList<>());
    }

    /** The environment of a running program. */
    public static Environment ofProgram(ClassLoader application) {
        return new Environment(application, name -> null, null);
    }

    private static boolean isThere(ClassLoader application) {
        try {
            Class.forName(CDI_API, false, application);
            return true;
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }

    @Override
    public <T> Component<T> get(Class<T> type) throws ReflectiveOperationException {
        Source source = source();
        boolean wait = source == null || source instanceof ContainerDecoration;
        if (wait && !hasStarted()) { // CDI or Spring may still start
            Component<T> made = Components.plain().get(type);
            injectLater(made.object());
            return made;
        }
        return source == null ? Components.plain().get(type) : source.get(type);
    }

    private @Nullable Source source() {
        Source cdi = cdi();
        if (cdi != null) {
            return cdi;
        }
        Source spring = SpringContext.current(attributes);
        if (spring != null) {
            return spring;
        }
        ContainerDecoration current = ContainerDecoration.current(attributes, decoration);
        decoration = current;
        return current;
    }

    private boolean hasStarted() {
        synchronized (starting) {
            return early == null;
        }
    }

    private void injectLater(Object made) {
        synchronized (starting) {
            if (early != null) {
                early.add(made);
            }
        }
    }

    @Override
    public void started() {
        List<Object> waiting;
        synchronized (starting) {
            waiting = early == null ? List.of() : early;
            early = null;
        }
        Source source = waiting.isEmpty() ? null : source();
        if (source != null) {
            waiting.forEach(object -> adopt(source, object));
        }
    }

    private static void adopt(Source source, Object object) {
        try {
            source.adopt(object);
        } catch (InvocationTargetException e) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    object.getClass().getName() + " was made during deployment, and could not be injected into later: "
                            + MakingFailure.reason(e.getCause()),
                    e.getCause());
        } catch (ReflectiveOperationException e) {
            LOG.log(System.Logger.Level.ERROR, object.getClass().getName() + " could not be injected into", e);
        }
    }

    @Override
    public @Nullable CallbackScope callbackScope() {
        CdiContainer cdi = cdi();
        return cdi == null ? null : cdi.requestContexts();
    }

    private @Nullable CdiContainer cdi() {
        return hasCdiApi ? CdiContainer.current(application) : null;
    }
}
