package dev.hawser.internal.servlet;

import jakarta.servlet.ServletContext;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import org.jspecify.annotations.Nullable;

/**
 * The {@code org.apache.catalina.core.StandardContext} of a web application in Tomcat and GlassFish, which two
 * ServletContexts wrap. Its public methods are called by reflection, because a web application may not see the server's
 * classes.
 */
final class CatalinaContext {
    private static final Logger LOG = System.getLogger("dev.hawser.servlet");

    /** Null if this Tomcat is not built as expected. */
    private final @Nullable Object standardContext;

    /** Whether the application is available. It is asked for each request. Null if that cannot be known. */
    private final @Nullable MethodHandle available;

    private CatalinaContext(@Nullable Object standardContext) {
        this.standardContext = standardContext;
        this.available = standardContext == null ? null : available(standardContext);
    }

    /** {@code getState().isAvailable()}. */
    private static @Nullable MethodHandle available(Object standardContext) {
        try {
            MethodHandle state = MethodHandles.publicLookup()
                    .unreflect(standardContext.getClass().getMethod("getState"));
            Class<?> states = state.type().returnType();
            return MethodHandles.filterReturnValue(
                            state, MethodHandles.publicLookup().unreflect(states.getMethod("isAvailable")))
                    .bindTo(standardContext)
                    .asType(MethodType.methodType(boolean.class));
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.log(Level.DEBUG, "The state of a web application is not known", e);
            return null;
        }
    }

    static CatalinaContext of(ServletContext facade) {
        try {
            return new CatalinaContext(fieldOf(fieldOf(facade, "context"), "context"));
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.log(Level.DEBUG, "This server is not built as Hawser expects: its Context is not found", e);
            return new CatalinaContext(null);
        }
    }

    private static Object fieldOf(Object target, String name) throws ReflectiveOperationException {
        Field field = target.getClass().getDeclaredField(name);
        field.setAccessible(true);
        Object value = field.get(target);
        if (value == null) {
            throw new NoSuchFieldException(name + " is null");
        }
        return value;
    }

    /**
     * Removes a filter and its mappings from the application, before filters start.
     *
     * @return whether the filter was found and removed
     */
    boolean removeFilter(String className) {
        if (standardContext == null) {
            return false;
        }
        try {
            boolean found = false;
            for (Object definition : (Object[]) PublicMethod.call(standardContext, "findFilterDefs")) {
                if (isOf(className, definition)) {
                    removeMappings(standardContext, PublicMethod.call(definition, "getFilterName"));
                    PublicMethod.give(standardContext, "removeFilterDef", definition.getClass(), definition);
                    found = true;
                }
            }
            return found;
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.log(Level.DEBUG, "This server is not built as Hawser expects: its filters cannot be changed", e);
            return false;
        }
    }

    /** Tomcat has the filter's class name; GlassFish has the filter object, if it was added as an object. */
    private static boolean isOf(String className, Object definition) throws ReflectiveOperationException {
        Object filter = PublicMethod.callForNull(definition, "getFilter");
        return className.equals(PublicMethod.callForNull(definition, "getFilterClass"))
                || filter != null && className.equals(filter.getClass().getName());
    }

    /** GlassFish has a list in place of the array, and ignores mappings to a filter that is missing. */
    private static void removeMappings(Object context, Object filterName) throws ReflectiveOperationException {
        if (PublicMethod.call(context, "findFilterMaps") instanceof Object[] mappings) {
            for (Object mapping : mappings) {
                if (filterName.equals(PublicMethod.callForNull(mapping, "getFilterName"))) {
                    PublicMethod.give(context, "removeFilterMap", mapping.getClass(), mapping);
                }
            }
        }
    }

    /** Whether the application has begun to stop; false if that is not known. */
    boolean isStopping() {
        try {
            return available != null && !(boolean) available.invokeExact();
        } catch (Error e) {
            throw e;
        } catch (Throwable e) {
            LOG.log(Level.DEBUG, "The state of a web application is not known", e);
            return false;
        }
    }
}
