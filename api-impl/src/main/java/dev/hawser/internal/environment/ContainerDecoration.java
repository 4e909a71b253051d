package dev.hawser.internal.environment;

import dev.hawser.internal.component.Component;
import dev.hawser.internal.component.Components;
import dev.hawser.internal.log.LimitedLog;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.InvocationTargetException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The injection of a servlet container, such as {@code @Resource} and {@code @PostConstruct}: Tomcat's InstanceManager
 * or Jetty's DecoratedObjectFactory. Both are context attributes, and both take an existing object.
 */
final class ContainerDecoration implements Source {
    private static final LimitedLog LOG = new LimitedLog("dev.hawser.injection");

    /** The type of an attribute, which is also its name, and its two methods. */
    private record Kind(String type, String decorate, String destroy) {}

    private static final Kind[] KINDS = {
        new Kind("org.apache.tomcat.InstanceManager", "newInstance", "destroyInstance"),
        new Kind("org.eclipse.jetty.util.DecoratedObjectFactory", "decorate", "destroy")
    };

    private static final MethodType ONE_OBJECT = MethodType.methodType(Object.class, Object.class);

    private final Kind kind;
    private final Class<?> type;
    private final Object decorator;
    /** Both are looked up once, because they are called for each connection; null before. */
    private volatile @Nullable MethodHandle decorate;

    private volatile @Nullable MethodHandle destroy;

    private ContainerDecoration(Kind kind, Class<?> type, Object decorator) {
        this.kind = kind;
        this.type = type;
        this.decorator = decorator;
    }

    /**
     * The decoration that the container offers now, or null.
     *
     * @param last what was returned before; it is returned again if it is still that of the container
     */
    static @Nullable ContainerDecoration current(
            Function<String, @Nullable Object> attributes, @Nullable ContainerDecoration last) {
        for (Kind kind : KINDS) {
            Object found = attributes.apply(kind.type);
            if (last != null && found == last.decorator) {
                return last;
            }
            Class<?> type = Reflected.typeOf(found, kind.type);
            if (found != null && type != null) {
                return new ContainerDecoration(kind, type, found);
            }
        }
        return null;
    }

    @Override
    public void adopt(Object made) throws ReflectiveOperationException {
        MethodHandle known = decorate;
        if (known == null) {
            known = method(kind.decorate);
            decorate = known;
        }
        call(known, made);
    }

    private void destroy(Object made) throws ReflectiveOperationException {
        MethodHandle known = destroy;
        if (known == null) {
            known = method(kind.destroy);
            destroy = known;
        }
        call(known, made);
    }

    private MethodHandle method(String name) throws ReflectiveOperationException {
        return MethodHandles.publicLookup()
                .unreflect(type.getMethod(name, Object.class))
                .bindTo(decorator)
                .asType(ONE_OBJECT);
    }

    private static void call(MethodHandle method, Object made) throws InvocationTargetException {
        try {
            Object unused = method.invokeExact(made);
        } catch (Throwable e) { // also an Error of the application: the caller decides
            throw new InvocationTargetException(e);
        }
    }

    @Override
    public <T> Component<T> get(Class<T> component) throws ReflectiveOperationException {
        T made = Components.plain().get(component).object();
        adopt(made);
        return new Component<>(made, () -> {
            try {
                destroy(made);
            } catch (ReflectiveOperationException e) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "An object of " + component.getName() + " could not be destroyed",
                        e);
            }
        });
    }
}
