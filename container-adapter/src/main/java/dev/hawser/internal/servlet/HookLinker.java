package dev.hawser.internal.servlet;

import jakarta.servlet.ServletContext;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the hook for the container of a ServletContext: the one for Jetty, or the one on the Servlet API, with the own
 * upgrade of Tomcat or Undertow.
 */
final class HookLinker {
    private static final String JETTY = "org.eclipse.jetty.";
    private static final String JETTY_HOOK = "dev.hawser.internal.jetty.JettyHook";
    private static final String JETTY_CONNECTION = "org.eclipse.jetty.io.Connection";

    private static final String TOMCAT_UPGRADE = "dev.hawser.internal.tomcat.TomcatUpgrade";
    private static final String OUR_HANDLER = "dev.hawser.internal.tomcat.SocketUpgradeHandler";
    private static final String TOMCAT_HANDLER = "org.apache.coyote.http11.upgrade.InternalHttpUpgradeHandler";

    private static final String UNDERTOW_UPGRADE = "dev.hawser.internal.undertow.UndertowUpgrade";
    private static final List<String> OUR_UNDERTOW_CLASSES =
            List.of("dev.hawser.internal.undertow.IoThreadPlace", "dev.hawser.internal.undertow.XnioWire");
    private static final String UNDERTOW_REQUEST = "io.undertow.servlet.spec.HttpServletRequestImpl";
    private static final String XNIO_CONNECTION = "org.xnio.StreamConnection";

    private static final Logger LOG = System.getLogger("dev.hawser.servlet");

    private HookLinker() {}

    /**
     * The hook for this container.
     *
     * @param transport the value of {@link dev.hawser.Setting#TRANSPORT}
     * @throws LinkageError if the container is a Jetty of a version that is too old or too new
     */
    static TransportHook link(ServletContext context, String transport) {
        Class<?> implementation = context.getClass();
        ClassLoader server = implementation.getClassLoader();
        if (!implementation.getName().startsWith(JETTY) || server == null) {
            return new ServletHook(context, nativeUpgrade(context, transport));
        }
        ClassLoader own = HookLinker.class.getClassLoader();
        ClassLoader linking = seesTheClassOf(server, own, JETTY_CONNECTION)
                ? own
                : new BridgeClassLoader(own, server, "dev.hawser.internal.jetty.", JETTY);
        try {
            return Class.forName(JETTY_HOOK, true, linking)
                    .asSubclass(TransportHook.class)
                    .getConstructor(ServletContext.class)
                    .newInstance(context);
        } catch (ReflectiveOperationException | LinkageError | ClassCastException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new LinkageError(
                    context.getServerInfo()
                            + " cannot be linked to: Hawser's native transport needs Jetty 12.1 with ee10 or ee11",
                    cause);
        }
    }

    /** The container's own way to give connections away; null, with one line in the log, if the Servlet API serves. */
    private static @Nullable NativeUpgrade nativeUpgrade(ServletContext context, String transport) {
        ContainerFamily family = ContainerFamily.of(context);
        String reason = "Hawser has no other one for it";
        Throwable failure = null;
        if (transport.equals("portable")) {
            reason = "dev.hawser.transport says so";
        } else if (family == ContainerFamily.TOMCAT || family.isUndertow()) {
            try {
                NativeUpgrade linked = family.isUndertow() ? undertow(context) : tomcat(context);
                if (linked != null) {
                    return linked;
                }
                reason = "the application does not see the classes of this Tomcat";
            } catch (ReflectiveOperationException | LinkageError | ClassCastException e) {
                reason = "it is not built as Hawser expects";
                failure = e;
            }
        }
        LOG.log(
                Level.DEBUG,
                "The portable transport serves the web sockets of " + ContextName.of(context) + " on "
                        + context.getServerInfo() + ": " + reason,
                failure);
        return null;
    }

    /** Null if the application does not see Tomcat's classes: Tomcat makes our handler by its name. */
    private static @Nullable NativeUpgrade tomcat(ServletContext context) throws ReflectiveOperationException {
        ClassLoader own = HookLinker.class.getClassLoader();
        if (!seesTheClassOf(context.getClass().getClassLoader(), own, TOMCAT_HANDLER)) {
            return null;
        }
        Class.forName(OUR_HANDLER, true, own); // links it now, and not at the first handshake
        return Class.forName(TOMCAT_UPGRADE, true, own)
                .asSubclass(NativeUpgrade.class)
                .getConstructor(String.class)
                .newInstance("hawser-" + ContextName.of(context) + "-selector-");
    }

    private static NativeUpgrade undertow(ServletContext context) throws ReflectiveOperationException {
        ClassLoader own = HookLinker.class.getClassLoader();
        ClassLoader server = context.getClass().getClassLoader();
        ClassLoader linking = seesTheClassOf(server, own, UNDERTOW_REQUEST)
                        && seesTheClassOf(server, own, XNIO_CONNECTION)
                ? own
                : new BridgeClassLoader(own, server, "dev.hawser.internal.undertow.", "io.undertow.", "org.xnio.");
        for (String name : OUR_UNDERTOW_CLASSES) { // links them now, and not at the first handshake
            Class.forName(name, true, linking);
        }
        return Class.forName(UNDERTOW_UPGRADE, true, linking)
                .asSubclass(NativeUpgrade.class)
                .getConstructor()
                .newInstance();
    }

    /**
     * Whether both loaders have the same class, and not only one of the same name: a web application may have its own
     * jetty-io, for instance for jetty-client, and the server would answer 101 but never use a Connection of that copy.
     */
    private static boolean seesTheClassOf(ClassLoader server, ClassLoader own, String name) {
        try {
            return Class.forName(name, false, own) == Class.forName(name, false, server);
        } catch (ClassNotFoundException | LinkageError hidden) {
            return false;
        }
    }
}
