package dev.hawser.jetty;

import java.lang.System.Logger.Level;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.util.function.Predicate;
import org.eclipse.jetty.server.handler.ContextHandler;

/** The filters of a Jetty web application, by reflection: their classes are in another package for each environment. */
final class JettyFilters {
    private JettyFilters() {}

    /**
     * Takes filters with a matching name and their mappings out. The holders go, too: an application that later adds a web socket of Jetty's
     * native API gets a new filter, while it would get none if the holder were there without a mapping.
     *
     * @return whether a mapping was there
     */
    static boolean remove(ContextHandler context, Predicate<String> name) {
        try {
            Object servlets = context.getClass().getMethod("getServletHandler").invoke(context);
            boolean mapped = removeNamed(servlets, name, "getFilterMappings", "getFilterName", "removeFilterMapping");
            removeNamed(servlets, name, "getFilters", "getName", "removeFilterHolder");
            return mapped;
        } catch (ReflectiveOperationException e) {
            System.getLogger("dev.hawser.jetty").log(Level.WARNING, "A filter of " + context.getContextPath() + " could not be removed", e);
            return false;
        }
    }

    private static boolean removeNamed(Object servlets, Predicate<String> name, String list, String nameOf, String remove)
            throws ReflectiveOperationException {
        boolean found = false;
        Object all = servlets.getClass().getMethod(list).invoke(servlets);
        for (int i = 0; i < Array.getLength(all); i++) {
            Object one = Array.get(all, i);
            Method getName = one.getClass().getMethod(nameOf);
            if (getName.invoke(one) instanceof String text && name.test(text)) {
                servlets.getClass().getMethod(remove, all.getClass().getComponentType()).invoke(servlets, one);
                found = true;
            }
        }
        return found;
    }
}
