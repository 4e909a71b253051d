package dev.hawser.internal.servlet;

import jakarta.servlet.ServletContext;

/**
 * Finds the transport for the container that a ServletContext comes from: Jetty's own, or the one on the Servlet API.
 */
final class HookLinker {
    private static final String JETTY = "org.eclipse.jetty.";
    private static final String JETTY_HOOK = "dev.hawser.internal.jetty.JettyHook";
    private static final String JETTY_CONNECTION = "org.eclipse.jetty.io.Connection";

    private HookLinker() {}

    /**
     * The hook for this container.
     *
     * @throws LinkageError if the container looks like one we know and cannot be linked to, because it is of a version
     *     too old or too new
     */
    static TransportHook link(ServletContext context) {
        Class<?> implementation = context.getClass();
        ClassLoader server = implementation.getClassLoader();
        if (!implementation.getName().startsWith(JETTY) || server == null) {
            return new ServletHook(context);
        }
        ClassLoader own = HookLinker.class.getClassLoader();
        ClassLoader linking = seesTheClassOf(server, own) ? own : new BridgeClassLoader(own, server);
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

    /**
     * Identity, not visibility: a web application may carry a jetty-io of its own (with jetty-client, say), and a
     * Connection of that one is none to the server: it would answer 101 and leave the connection hanging.
     */
    private static boolean seesTheClassOf(ClassLoader server, ClassLoader own) {
        try {
            return Class.forName(JETTY_CONNECTION, false, own) == Class.forName(JETTY_CONNECTION, false, server);
        } catch (ClassNotFoundException | LinkageError hidden) {
            return false;
        }
    }
}
