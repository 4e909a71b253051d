package dev.hawser.jetty;

import java.lang.reflect.Array;
import java.lang.reflect.Method;
import org.eclipse.jetty.server.handler.ContextHandler;

/** The filters of a Jetty web application, by reflection: their classes are in another package for each environment. */
final class JettyFilters {
    /** The end of the name that Jetty's own WebSocket filter has in ee10 and ee11, after which its holder is named, too. */
    private static final String WEBSOCKET_FILTER = ".websocket.servlet.WebSocketUpgradeFilter";

    private JettyFilters() {}

    /**
     * Takes Jetty's WebSocket filter and its mapping out. The holder goes, too: an application that later adds a web socket of Jetty's
     * native API gets a new one, while it would get none if the holder were there without a mapping.
     *
     * @return whether a mapping was there
     */
    static boolean removeWebSocketUpgradeFilter(ContextHandler context) {
        try {
            Object servlets = context.getClass().getMethod("getServletHandler").invoke(context);
            boolean mapped = removeNamed(servlets, "getFilterMappings", "getFilterName", "removeFilterMapping");
            removeNamed(servlets, "getFilters", "getName", "removeFilterHolder");
            return mapped;
        } catch (ReflectiveOperationException e) {
            System.getLogger("dev.hawser.jetty").log(System.Logger.Level.WARNING, "Jetty's own WebSocket filter could not be removed", e);
            return false;
        }
    }

    private static boolean removeNamed(Object servlets, String list, String name, String remove) throws ReflectiveOperationException {
        boolean found = false;
        Object all = servlets.getClass().getMethod(list).invoke(servlets);
        for (int i = 0; i < Array.getLength(all); i++) {
            Object one = Array.get(all, i);
            Method nameOf = one.getClass().getMethod(name);
            if (nameOf.invoke(one) instanceof String text && text.endsWith(WEBSOCKET_FILTER)) {
                servlets.getClass().getMethod(remove, all.getClass().getComponentType()).invoke(servlets, one);
                found = true;
            }
        }
        return found;
    }
}
