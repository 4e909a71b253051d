package dev.hawser.internal.jetty;

import dev.hawser.internal.servlet.PublicMethod;
import java.lang.System.Logger.Level;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.eclipse.jetty.server.handler.ContextHandler;

/**
 * The filters of a Jetty web application. Their classes are reached by name, because each environment has them in
 * another package.
 */
final class JettyFilters {
    private JettyFilters() {}

    /**
     * Removes filters with a matching name, their mappings and their holders. Without the holder, an application that
     * later adds a web socket of Jetty's native API gets a new filter; with a holder but no mapping it would get none.
     *
     * @return whether there was a mapping
     */
    static boolean remove(ContextHandler context, Predicate<String> name) {
        try {
            Object servlets = PublicMethod.call(context, "getServletHandler");
            boolean mapped = removeNamed(servlets, name, "getFilterMappings", "getFilterName", "removeFilterMapping");
            removeNamed(servlets, name, "getFilters", "getName", "removeFilterHolder");
            return mapped;
        } catch (ReflectiveOperationException e) {
            System.getLogger("dev.hawser.jetty")
                    .log(Level.WARNING, "A filter of " + context.getContextPath() + " could not be removed", e);
            return false;
        }
    }

    /** Puts the mappings of filters with a matching name behind all others, and keeps the order of those. */
    static void putLast(ContextHandler context, Predicate<String> name) {
        try {
            Object servlets = PublicMethod.call(context, "getServletHandler");
            Object all = PublicMethod.call(servlets, "getFilterMappings");
            List<Object> reordered = new ArrayList<>();
            List<Object> last = new ArrayList<>();
            for (int i = 0; i < Array.getLength(all); i++) {
                Object one = Array.get(all, i);
                boolean matches =
                        PublicMethod.callForNull(one, "getFilterName") instanceof String text && name.test(text);
                (matches ? last : reordered).add(one);
            }
            reordered.addAll(last);
            Class<?> type = all.getClass().getComponentType();
            PublicMethod.give(servlets, "setFilterMappings", all.getClass(), reordered.toArray((Object[])
                    Array.newInstance(type, reordered.size())));
        } catch (ReflectiveOperationException e) {
            System.getLogger("dev.hawser.jetty")
                    .log(
                            Level.WARNING,
                            "Jetty's own web sockets in " + context.getContextPath()
                                    + " are answered before the filters of the application",
                            e);
        }
    }

    private static boolean removeNamed(
            Object servlets, Predicate<String> name, String list, String nameOf, String remove)
            throws ReflectiveOperationException {
        boolean found = false;
        Object all = PublicMethod.call(servlets, list);
        for (int i = 0; i < Array.getLength(all); i++) {
            Object one = Array.get(all, i);
            // A mapping to a servlet has no filter name.
            if (PublicMethod.callForNull(one, nameOf) instanceof String text && name.test(text)) {
                PublicMethod.give(servlets, remove, all.getClass().getComponentType(), one);
                found = true;
            }
        }
        return found;
    }
}
