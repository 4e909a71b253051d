package dev.hawser.internal.environment;

import dev.hawser.internal.component.Component;
import dev.hawser.internal.component.Components;
import dev.hawser.internal.log.LimitedLog;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.InvocationTargetException;
import java.util.function.Consumer;
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

    private final Class<?> type;
    private final Object decorator;
    private final DecoratorMethod decorate;
    private final DecoratorMethod destroy;
    /** One for all objects, since each session keeps it. */
    private final Consumer<Object> destroying = this::release;

    private ContainerDecoration(Kind kind, Class<?> type, Object decorator) {
        this.type = type;
        this.decorator = decorator;
        this.decorate = new DecoratorMethod(kind.decorate);
        this.destroy = new DecoratorMethod(kind.destroy);
    }

    /** A method of the decorator. It is looked up once, because it is called for each connection. */
    private final class DecoratorMethod {
        private final String name;
        /** Null before the first call. */
        private volatile @Nullable MethodHandle found;

        private DecoratorMethod(String name) {
            this.name = name;
        }

        private void call(Object made) throws ReflectiveOperationException {
            MethodHandle known = found;
            if (known == null) {
                known = MethodHandles.publicLookup()
                        .unreflect(type.getMethod(name, Object.class))
                        .bindTo(decorator)
                        .asType(ONE_OBJECT);
                found = known;
            }
            try {
                Object unused = known.invokeExact(made);
            } catch (Throwable e) { // also an Error of the application: the caller decides
                throw new InvocationTargetException(e);
            }
        }
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
        decorate.call(made);
    }

    @Override
    public <T> Component<T> get(Class<T> component) throws ReflectiveOperationException {
        T made = Components.plain().get(component).object();
        adopt(made);
        return new Component<>(made, destroying);
    }

    private void release(Object made) {
        try {
            destroy.call(made);
        } catch (ReflectiveOperationException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "An object of " + made.getClass().getName() + " could not be destroyed",
                    e);
        }
    }
}
