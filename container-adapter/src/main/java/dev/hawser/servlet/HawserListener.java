package dev.hawser.servlet;

import dev.hawser.internal.servlet.ClassFileScan;
import dev.hawser.internal.servlet.ContextName;
import dev.hawser.internal.servlet.Deployment;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.ServletException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Stops Hawser with its web application, and starts it if the container has not called {@link HawserInitializer}; Jetty
 * without its annotations module does not. The jar's {@code META-INF/web-fragment.xml} declares it. A web application
 * whose {@code <absolute-ordering>} leaves the jar out may declare it in its {@code web.xml}, before its own listeners:
 *
 * <pre>{@code
 * <listener><listener-class>dev.hawser.servlet.HawserListener</listener-class></listener>
 * }</pre>
 *
 * @since 0.1.0
 */
public final class HawserListener implements ServletContextListener {
    private static final Logger LOG = System.getLogger("dev.hawser.servlet");

    /** Set by the constructor or by contextInitialized, on the container's starting thread. */
    private @Nullable Deployment deployment;

    /** Servlet containers call this constructor. */
    public HawserListener() {}

    /** The listener of a deployment that the initializer has started. */
    HawserListener(Deployment deployment) {
        this.deployment = deployment;
    }

    @Override
    public void contextInitialized(ServletContextEvent event) {
        ServletContext context = event.getServletContext();
        if (deployment != null) {
            try {
                deployment.meetLaterOne();
                deployment.mapFilter();
            } catch (ServletException e) {
                throw new IllegalStateException(e.getMessage(), e);
            }
            return;
        }
        if (Deployment.isInitialized(context)) {
            return;
        }
        Deployment.markInitialized(context);
        Set<Class<?>> found = ClassFileScan.endpointsOf(context);
        LOG.log(
                Level.WARNING,
                "{0} did not call HawserInitializer in {1}, so Hawser starts late and has looked for endpoints"
                        + " itself: found {2}"
                        + " in WEB-INF/classes; those in jars are not looked for, and a listener of web.xml that adds"
                        + " endpoints runs too early."
                        + " Remedy: let the container scan for annotations (Jetty: add jetty-ee11-annotations or the"
                        + " module ee11-annotations)",
                context.getServerInfo(),
                ContextName.of(context),
                found.size());
        try {
            deployment = Deployment.start(context, found);
            if (deployment != null) {
                deployment.mapFilter();
            }
        } catch (ServletException e) {
            // A listener cannot throw a ServletException, but the application must not start without its endpoints.
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    @Override
    public void contextDestroyed(ServletContextEvent event) {
        if (deployment != null) {
            deployment.remove();
        }
        Deployment.unmark(event.getServletContext());
    }
}
