package dev.hawser.internal.jetty;

import dev.hawser.internal.servlet.PublicMethod;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.http.pathmap.ServletPathSpec;
import org.eclipse.jetty.server.handler.ContextHandler;

/**
 * The security constraints of an application that name HTTP methods. They say nothing about CONNECT, so an extended
 * CONNECT (RFC 8441) would pass where the GET of HTTP/1.1 is asked for a user: the specification wants constraints on
 * GET to govern web sockets (8.2). Read once, when the first CONNECT comes: constraints do not change after the start.
 */
final class MethodConstraints {
    private final List<ServletPathSpec> paths;

    private MethodConstraints(List<ServletPathSpec> paths) {
        this.paths = paths;
    }

    /** @throws IllegalStateException if the constraints cannot be read, so that nobody passes unseen */
    static MethodConstraints of(ContextHandler context) {
        List<ServletPathSpec> paths = new ArrayList<>();
        try {
            Object security = PublicMethod.callForNull(context, "getSecurityHandler");
            if (security != null && hasMappings(security)) {
                for (Object mapping : (Iterable<?>) PublicMethod.call(security, "getConstraintMappings")) {
                    if (namesMethods(mapping)) {
                        paths.add(new ServletPathSpec((String) PublicMethod.call(mapping, "getPathSpec")));
                    }
                }
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(
                    "the security constraints of " + context.getContextPath() + " cannot be read", e);
        }
        return new MethodConstraints(paths);
    }

    /** Whether a constraint that names methods is on a path of the application. */
    boolean coverPath(String path) {
        return paths.stream().anyMatch(spec -> spec.matches(path));
    }

    /** Jetty's other security handlers know no methods. */
    private static boolean hasMappings(Object security) {
        for (Method method : security.getClass().getMethods()) {
            if (method.getName().equals("getConstraintMappings")) {
                return true;
            }
        }
        return false;
    }

    private static boolean namesMethods(Object mapping) throws ReflectiveOperationException {
        String method = (String) PublicMethod.callForNull(mapping, "getMethod");
        String[] omissions = (String[]) PublicMethod.callForNull(mapping, "getMethodOmissions");
        return method != null || omissions != null && omissions.length > 0;
    }
}
