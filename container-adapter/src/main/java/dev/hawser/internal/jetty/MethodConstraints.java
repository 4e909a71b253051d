package dev.hawser.internal.jetty;

import dev.hawser.internal.servlet.PublicMethod;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.http.pathmap.ServletPathSpec;
import org.eclipse.jetty.server.handler.ContextHandler;

/**
 * The security constraints of an application that name HTTP methods. A constraint on GET governs web sockets (Jakarta
 * WebSocket 8.2), but it does not cover the extended CONNECT of HTTP/2 (RFC 8441), which would pass without a user.
 * Read once, at the first CONNECT, since constraints do not change after the start.
 */
final class MethodConstraints {
    private final List<ServletPathSpec> paths;

    private MethodConstraints(List<ServletPathSpec> paths) {
        this.paths = paths;
    }

    /** @throws IllegalStateException if the constraints cannot be read, so that no request passes unchecked */
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

    /** Whether a constraint that names methods covers the path. */
    boolean coverPath(String path) {
        return paths.stream().anyMatch(spec -> spec.matches(path));
    }

    /** Whether the handler has constraint mappings; Jetty's other security handlers do not distinguish methods. */
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
