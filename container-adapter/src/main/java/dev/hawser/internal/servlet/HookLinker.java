package dev.hawser.internal.servlet;

import jakarta.servlet.ServletContext;

/** Finds the hook for the container of a ServletContext: the one for Jetty, or the one on the Servlet API. */
final class HookLinker {
    private static final String JETTY = "org.eclipse.jetty.";
    private static final String JETTY_HOOK = "dev.hawser.internal.jetty.JettyHook";
    private static final String JETTY_CONNECTION = "org.eclipse.jetty.io.Connection";

    private HookLinker() {}

    /**
     * The hook for this container.
     *
     * @throws LinkageError if the container is a Jetty of a version that is too old or too new
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
     * Whether both loaders have the same class, and not only one of the same name: a web application may have its own
     * jetty-io, for instance for jetty-client, and the server would answer 101 but never use a Connection of that copy.
     */
    private static boolean seesTheClassOf(ClassLoader server, ClassLoader own) {
        try {
            return Class.forName(JETTY_CONNECTION, false, own) == Class.forName(JETTY_CONNECTION, false, server);
        } catch (ClassNotFoundException | LinkageError hidden) {
            return false;
        }
    }
}
