package dev.hawser.internal.servlet;

import dev.hawser.Setting;
import jakarta.servlet.ServletContext;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * Warns if a web application's {@code <absolute-ordering>} leaves our jar out. Then neither the initializer nor the
 * fragment of the jar is used (Servlet 8.2.2), and the endpoints would answer 404 without any message. Only Jetty runs
 * code of ours in this case: it makes an instance of each initializer before it looks at the ordering. Other containers
 * load nothing of a jar that is left out.
 */
public final class LeftOutWarning {
    private static final Logger LOG = System.getLogger("dev.hawser.servlet");
    private static final String JETTY = "org.eclipse.jetty.";

    private LeftOutWarning() {}

    /**
     * Called by the constructor of the initializer. If a container makes the initializer, the context class loader is
     * the application's.
     */
    public static void arm() {
        ClassLoader application = Thread.currentThread().getContextClassLoader();
        if (application == null || !application.getClass().getName().startsWith(JETTY)) {
            return;
        }
        try {
            if (PublicMethod.call(PublicMethod.call(application, "getContext"), "getServletContext")
                    instanceof ServletContext context) {
                HookLinker.link(context, Setting.TRANSPORT.defaultValue())
                        .life()
                        .afterStart(() -> !Deployment.isInitialized(context), () -> warn(context));
            }
        } catch (ReflectiveOperationException | LinkageError | RuntimeException e) {
            LOG.log(Level.DEBUG, "Cannot watch the start of this web application", e);
        }
    }

    private static void warn(ServletContext context) {
        LOG.log(
                Level.WARNING,
                "Hawser is on the class path of {0}, but was left out of its start, so its WebSocket endpoints are"
                        + " not served: the"
                        + " <absolute-ordering> of WEB-INF/web.xml does not name it. Remedy: add"
                        + " <name>hawser_websocket</name> or <others/> to it, or"
                        + " declare the listener dev.hawser.servlet.HawserListener in web.xml, before your own",
                ContextName.of(context));
    }
}
