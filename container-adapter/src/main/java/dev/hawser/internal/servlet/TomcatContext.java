package dev.hawser.internal.servlet;

import jakarta.servlet.ServletContext;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.reflect.Field;
import org.jspecify.annotations.Nullable;

/**
 * Tomcat's own object of a web application, {@code org.apache.catalina.Context}, behind the two ServletContexts that
 * stand in front of it. Its public methods are called without naming a class of Tomcat, which a web application may not
 * see.
 */
final class TomcatContext {
    private static final Logger LOG = System.getLogger("dev.hawser.servlet");

    /** Null if this Tomcat is not built as expected. */
    private final @Nullable Object standardContext;

    private TomcatContext(@Nullable Object standardContext) {
        this.standardContext = standardContext;
    }

    static TomcatContext of(ServletContext facade) {
        try {
            return new TomcatContext(fieldOf(fieldOf(facade, "context"), "context"));
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.log(Level.DEBUG, "This Tomcat is not built as Hawser expects: its Context is not found", e);
            return new TomcatContext(null);
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
     * Takes a filter and its mappings out of the application, before filters start.
     *
     * @return whether it was there, and is not any more
     */
    boolean removeFilter(String className) {
        if (standardContext == null) {
            return false;
        }
        try {
            boolean found = false;
            for (Object definition : (Object[]) PublicMethod.call(standardContext, "findFilterDefs")) {
                if (className.equals(PublicMethod.callForNull(definition, "getFilterClass"))) {
                    removeMappings(standardContext, PublicMethod.call(definition, "getFilterName"));
                    PublicMethod.give(standardContext, "removeFilterDef", definition.getClass(), definition);
                    found = true;
                }
            }
            return found;
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.log(Level.DEBUG, "This Tomcat is not built as Hawser expects: its filters cannot be changed", e);
            return false;
        }
    }

    private static void removeMappings(Object context, Object filterName) throws ReflectiveOperationException {
        for (Object mapping : (Object[]) PublicMethod.call(context, "findFilterMaps")) {
            if (filterName.equals(PublicMethod.callForNull(mapping, "getFilterName"))) {
                PublicMethod.give(context, "removeFilterMap", mapping.getClass(), mapping);
            }
        }
    }

    /** Whether the application has begun to stop; false where that is not known. */
    boolean isStopping() {
        try {
            return standardContext != null
                    && PublicMethod.call(PublicMethod.call(standardContext, "getState"), "isAvailable")
                            .equals(false);
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.log(Level.DEBUG, "The state of a web application is not known", e);
            return false;
        }
    }
}
