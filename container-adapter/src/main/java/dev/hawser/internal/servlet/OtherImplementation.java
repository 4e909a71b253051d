package dev.hawser.internal.servlet;

import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/**
 * Another WebSocket implementation in the same web application. Only one may serve its paths. The attribute of the
 * ServerContainer cannot simply be overwritten, since some implementations cast its value to their own class.
 */
final class OtherImplementation {
    private static final Logger LOG = System.getLogger("dev.hawser.servlet");

    private OtherImplementation() {}

    /**
     * Decides which implementation serves the application, and logs it if that is not Hawser.
     *
     * @param present the other implementation's ServerContainer, or null if none is installed so far
     * @param findsClasses whether the container has found endpoints
     * @param policy the setting {@code dev.hawser.onConflict}
     * @return whether Hawser serves the application
     * @throws ServletException if the policy is {@code fail}
     */
    static boolean givesWay(
            ServletContext context, @Nullable Object present, TransportHook hook, boolean findsClasses, String policy)
            throws ServletException {
        if (present == null) {
            if (!policy.equals("replace") && hook.ownWebSocket().follows(findsClasses)) {
                return stopOrYield(context, hook.container() + "'s own", policy);
            }
            return hook.ownWebSocket().disable() || stopOrYield(context, hook.container() + "'s own", policy);
        }
        return isReplaced(present, context, hook, policy)
                || stopOrYield(context, present.getClass().getName(), policy);
    }

    /**
     * Logs that Hawser cannot serve this application.
     *
     * @param present the other implementation's ServerContainer, or null if there is none
     * @param obstacle see {@link TransportHook#obstacle}
     * @throws ServletException if there is another implementation, and the policy is {@code fail}
     */
    static void leave(ServletContext context, @Nullable Object present, String obstacle, String policy)
            throws ServletException {
        String sentence = "Hawser does not serve the web sockets of " + ContextName.of(context) + ": " + obstacle + ". "
                + (present == null ? "Nobody serves them" : present.getClass().getName() + " does")
                + ". Remedy: take Hawser's jar off the class path of the application; "
                + ContainerFamily.of(context).remedy();
        if (present != null && policy.equals("fail")) {
            throw new ServletException(sentence);
        }
        LOG.log(Level.WARNING, sentence);
    }

    /**
     * Removes the container's own implementation from the application, if the policy allows it and the container
     * supports it.
     */
    static boolean isReplaced(Object present, ServletContext context, TransportHook hook, String policy) {
        if (!policy.equals("replace") || !hook.ownWebSocket().removeFilter()) {
            return false;
        }
        LOG.log(
                Level.INFO,
                "Hawser serves the web sockets of {0} in the place of {1}",
                ContextName.of(context),
                present.getClass().getName());
        return true;
    }

    /** Logs that another implementation, which was installed after Hawser, serves the application. */
    static void yieldTo(Object present, ServletContext context, String policy) throws ServletException {
        stopOrYield(context, present.getClass().getName(), policy);
    }

    private static boolean stopOrYield(ServletContext context, String other, String policy) throws ServletException {
        ContainerFamily family = ContainerFamily.of(context);
        // then the remedy was already tried
        boolean isTried = family == ContainerFamily.GLASSFISH && policy.equals("replace");
        String remedy = "Remedy: take one of the two off the class path of the application"
                + (isTried ? "" : ", or, " + family.remedy()) + "; dev.hawser.onConflict=" + policy
                + " decided (replace, yield or fail)";
        String both =
                "Two WebSocket implementations are installed in " + ContextName.of(context) + ": Hawser and " + other;
        if (policy.equals("fail")) {
            throw new ServletException(both + ". " + remedy);
        }
        LOG.log(Level.WARNING, "{0}. Hawser does not serve, and the other one does. {1}", both, remedy);
        return false;
    }
}
