package dev.hawser.osgi.bundle;

import dev.hawser.servlet.HawserServlet;
import jakarta.servlet.Servlet;
import jakarta.servlet.http.HttpSessionIdListener;
import jakarta.servlet.http.HttpSessionListener;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.function.UnaryOperator;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** A bundle of a user, with an endpoint, a page beside it, and a client. */
public final class Activator implements BundleActivator {
    @Override
    public void start(BundleContext context) {
        context.registerService(
                new String[] {
                    Servlet.class.getName(), HttpSessionListener.class.getName(), HttpSessionIdListener.class.getName()
                },
                new HawserServlet(Echo.class, Room.class),
                properties(
                        "osgi.http.whiteboard.servlet.pattern",
                        new String[] {"/echo", "/rooms/*"},
                        "osgi.http.whiteboard.servlet.asyncSupported",
                        true,
                        "osgi.http.whiteboard.listener",
                        "true"));
        context.registerService(
                Servlet.class, new Login(), properties("osgi.http.whiteboard.servlet.pattern", "/login"));
        context.registerService(UnaryOperator.class, new Asking(context), properties("name", "asking"));
    }

    @SuppressWarnings("JdkObsolete") // the registry of services takes a Dictionary
    private static Dictionary<String, Object> properties(Object... pairs) {
        Dictionary<String, Object> properties = new Hashtable<>();
        for (int i = 0; i < pairs.length; i += 2) {
            properties.put((String) pairs[i], pairs[i + 1]);
        }
        return properties;
    }

    @Override
    public void stop(BundleContext context) {
        // the framework unregisters the services
    }
}
