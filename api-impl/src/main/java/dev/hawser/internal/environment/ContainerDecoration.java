package dev.hawser.internal.environment;

import static dev.hawser.internal.environment.Reflected.call;
import static dev.hawser.internal.environment.Reflected.types;

import dev.hawser.internal.component.Component;
import dev.hawser.internal.component.Components;
import dev.hawser.internal.log.LimitedLog;
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

    private final Kind kind;
    private final Class<?> type;
    private final Object decorator;

    private ContainerDecoration(Kind kind, Class<?> type, Object decorator) {
        this.kind = kind;
        this.type = type;
        this.decorator = decorator;
    }

    static @Nullable ContainerDecoration current(Function<String, @Nullable Object> attributes) {
        for (Kind kind : KINDS) {
            Object found = attributes.apply(kind.type);
            Class<?> type = Reflected.typeOf(found, kind.type);
            if (found != null && type != null) {
                return new ContainerDecoration(kind, type, found);
            }
        }
        return null;
    }

    @Override
    public void adopt(Object made) throws ReflectiveOperationException {
        call(type, decorator, kind.decorate, types(Object.class), made);
    }

    @Override
    public <T> Component<T> get(Class<T> component) throws ReflectiveOperationException {
        T made = Components.plain().get(component).object();
        adopt(made);
        return new Component<>(made, () -> {
            try {
                call(type, decorator, kind.destroy, types(Object.class), made);
            } catch (ReflectiveOperationException e) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "An object of " + component.getName() + " could not be destroyed",
                        e);
            }
        });
    }
}
