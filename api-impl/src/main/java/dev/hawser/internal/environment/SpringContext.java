package dev.hawser.internal.environment;

import static dev.hawser.internal.environment.Reflected.types;

import dev.hawser.internal.component.Component;
import dev.hawser.internal.log.LimitedLog;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The root WebApplicationContext of an application, used by reflection. It does for all endpoints what Spring's
 * SpringConfigurator does for one.
 */
final class SpringContext implements Source {
    private static final LimitedLog LOG = new LimitedLog("dev.hawser.injection");
    private static final String ATTRIBUTE = "org.springframework.web.context.WebApplicationContext.ROOT";

    private final Class<?> beanFactoryType;
    private final Class<?> listableType;
    private final Class<?> autowiringType;
    private final Object context;
    private final Object autowiring;

    private SpringContext(Object context, Class<?> applicationContext) throws ReflectiveOperationException {
        ClassLoader spring = applicationContext.getClassLoader();
        this.context = context;
        this.beanFactoryType = Class.forName("org.springframework.beans.factory.BeanFactory", false, spring);
        this.listableType = Class.forName("org.springframework.beans.factory.ListableBeanFactory", false, spring);
        this.autowiringType =
                Class.forName("org.springframework.beans.factory.config.AutowireCapableBeanFactory", false, spring);
        this.autowiring = Reflected.get(applicationContext, context, "getAutowireCapableBeanFactory", types());
    }

    /** The context, or null if there is none, or none that has started. */
    static @Nullable SpringContext current(Function<String, @Nullable Object> attributes) {
        Object found = attributes.apply(ATTRIBUTE); // the attribute is an exception if Spring did not start
        Class<?> type = Reflected.typeOf(found, "org.springframework.context.ApplicationContext");
        if (found == null || type == null) {
            return null;
        }
        try {
            return new SpringContext(found, type);
        } catch (ReflectiveOperationException e) {
            return null; // the context has been closed
        }
    }

    /** The bean of a class if there is exactly one, otherwise a new autowired object. */
    @Override
    public <T> Component<T> get(Class<T> type) throws ReflectiveOperationException {
        String[] names = (String[]) Reflected.get(
                listableType,
                context,
                "getBeanNamesForType",
                types(Class.class, boolean.class, boolean.class),
                type,
                true,
                false);
        if (names.length != 1) {
            Object made = Reflected.get(autowiringType, autowiring, "createBean", types(Class.class), type);
            return new Component<>(type.cast(made), this::destroy);
        }
        Object bean = Reflected.get(beanFactoryType, context, "getBean", types(String.class), names[0]);
        boolean ours = (boolean) Reflected.get(beanFactoryType, context, "isPrototype", types(String.class), names[0]);
        return new Component<>(type.cast(bean), ours ? this::destroy : shared -> {});
    }

    @Override
    public void adopt(Object made) throws ReflectiveOperationException {
        Reflected.call(autowiringType, autowiring, "autowireBean", types(Object.class), made);
        Reflected.call(
                autowiringType,
                autowiring,
                "initializeBean",
                types(Object.class, String.class),
                made,
                made.getClass().getName());
    }

    private void destroy(Object bean) {
        try {
            Reflected.call(autowiringType, autowiring, "destroyBean", types(Object.class), bean);
        } catch (ReflectiveOperationException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "An object of " + bean.getClass().getName() + " could not be destroyed",
                    e);
        }
    }
}
