package dev.hawser.internal.endpoint;

import dev.hawser.internal.coder.TypeBindings;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The annotated methods of a class and its superclasses (Jakarta WebSocket 4.4 to 4.7). An inherited method counts. An
 * overridden method counts only if the overriding method is annotated, too (4.8), and so only once.
 *
 * @param onOpen null if there is none
 * @param onClose null if there is none
 * @param onError null if there is none
 * @param onMessage in no order
 */
record AnnotatedMethods(
        @Nullable Method onOpen,
        @Nullable Method onClose,
        @Nullable Method onError,
        List<Method> onMessage) {

    static AnnotatedMethods of(Class<?> endpoint) throws DeploymentException {
        List<Method> methods = notOverridden(endpoint);
        return new AnnotatedMethods(
                only(endpoint, methods, OnOpen.class, EndpointRule.ONE_ON_OPEN),
                only(endpoint, methods, OnClose.class, EndpointRule.ONE_ON_CLOSE),
                only(endpoint, methods, OnError.class, EndpointRule.ONE_ON_ERROR),
                methods.stream()
                        .filter(m -> m.isAnnotationPresent(OnMessage.class))
                        .toList());
    }

    boolean isEmpty() {
        return onOpen == null && onClose == null && onError == null && onMessage.isEmpty();
    }

    private static @Nullable Method only(
            Class<?> endpoint, List<Method> methods, Class<? extends Annotation> annotation, EndpointRule rule)
            throws DeploymentException {
        List<Method> annotated =
                methods.stream().filter(m -> m.isAnnotationPresent(annotation)).toList();
        if (annotated.size() > 1) {
            throw rule.brokenBy(
                    endpoint, annotated.get(0), "so is " + EndpointRule.describe(endpoint, annotated.get(1)));
        }
        return annotated.isEmpty() ? null : annotated.get(0);
    }

    private static List<Method> notOverridden(Class<?> endpoint) {
        TypeBindings bindings = TypeBindings.of(endpoint);
        List<Method> found = new ArrayList<>();
        for (Class<?> c = endpoint; c != null && c != Object.class; c = c.getSuperclass()) {
            List<Method> lower = List.copyOf(found);
            for (Method method : c.getDeclaredMethods()) {
                // A bridge method has copies of the annotations of the method that it calls.
                if (!method.isBridge() && lower.stream().noneMatch(m -> overrides(bindings, m, method))) {
                    found.add(method);
                }
            }
        }
        return found;
    }

    private static boolean overrides(TypeBindings bindings, Method lower, Method upper) {
        return lower.getName().equals(upper.getName())
                && isOverridable(lower, upper)
                && Arrays.equals(parameterClasses(bindings, lower), parameterClasses(bindings, upper));
    }

    private static boolean isOverridable(Method lower, Method upper) {
        int modifiers = upper.getModifiers();
        if (Modifier.isPrivate(modifiers) || Modifier.isStatic(modifiers)) {
            return false;
        }
        return Modifier.isPublic(modifiers)
                || Modifier.isProtected(modifiers)
                || lower.getDeclaringClass().getPackage()
                        == upper.getDeclaringClass().getPackage();
    }

    private static Class<?>[] parameterClasses(TypeBindings bindings, Method method) {
        return Arrays.stream(method.getGenericParameterTypes())
                .map(type -> TypeBindings.erase(bindings.resolve(type)))
                .toArray(Class<?>[]::new);
    }
}
