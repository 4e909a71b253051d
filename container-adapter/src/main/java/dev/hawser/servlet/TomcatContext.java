package dev.hawser.servlet;

import jakarta.servlet.ServletContext;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.reflect.Field;
import org.jspecify.annotations.Nullable;

/**
 * Tomcat's own object of a web application, {@code org.apache.catalina.Context}, behind the two ServletContexts that stand in front of it.
 * Its public methods are called without naming a class of Tomcat, which a web application may not see.
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
