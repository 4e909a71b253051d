package dev.hawser.internal.endpoint;

import jakarta.websocket.server.PathParam;
import java.lang.annotation.Annotation;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The annotations of {@code jakarta.websocket.server}. The package is missing in a program with only the client API,
 * whose module graph has only {@code jakarta.websocket.client}. So this class compares names, and uses a class of the
 * package only after an annotation of it was found.
 */
final class ServerAnnotations {
    private static final String SERVER_ENDPOINT = "jakarta.websocket.server.ServerEndpoint";
    private static final String PATH_PARAM = "jakarta.websocket.server.PathParam";

    private ServerAnnotations() {}

    /** Whether a class itself is annotated with {@code @ServerEndpoint}. */
    static boolean isServerEndpoint(Class<?> endpointClass) {
        return Arrays.stream(endpointClass.getAnnotations()).anyMatch(annotation -> is(annotation, SERVER_ENDPOINT));
    }

    /** The value of the {@code @PathParam} of a parameter, or null if it has none. */
    static @Nullable String pathParam(Annotation[] ofParameter) {
        for (Annotation annotation : ofParameter) {
            if (is(annotation, PATH_PARAM) && annotation instanceof PathParam pathParam) {
                return pathParam.value();
            }
        }
        return null;
    }

    private static boolean is(Annotation annotation, String name) {
        return annotation.annotationType().getName().equals(name);
    }
}
