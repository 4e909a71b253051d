package dev.hawser.internal.endpoint;

import jakarta.websocket.server.PathParam;
import java.lang.annotation.Annotation;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The annotations of {@code jakarta.websocket.server}, which is not there in a program that has the client's API alone:
 * its module graph has only {@code jakarta.websocket.client}. So they are known by their names, and a class of that
 * package is asked for only where an annotation of it was found.
 */
final class ServerAnnotations {
    private static final String SERVER_ENDPOINT = "jakarta.websocket.server.ServerEndpoint";
    private static final String PATH_PARAM = "jakarta.websocket.server.PathParam";

    private ServerAnnotations() {}

    /** Whether a class carries {@code @ServerEndpoint} itself. */
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
