package dev.hawser.internal.endpoint;

import dev.hawser.internal.coder.PrimitiveText;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Session;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;

/**
 * The parameters of one annotated method.
 *
 * @param method the method
 * @param session the index of the first Session parameter, or -1
 * @param pathSlots by parameter: its slot in the endpoint's {@link PathParameters}, or -1 if it is not a path parameter
 * @param others the indices of all remaining parameters, such as the message
 */
record CallbackParameters(Method method, int session, List<Integer> pathSlots, List<Integer> others) {
    static CallbackParameters of(Class<?> endpoint, Method method, PathParameters path) throws DeploymentException {
        Class<?>[] types = method.getParameterTypes();
        int session = -1;
        List<Integer> pathSlots = new ArrayList<>();
        List<Integer> others = new ArrayList<>();
        for (int i = 0; i < types.length; i++) {
            String pathParam = ServerAnnotations.pathParam(method.getParameterAnnotations()[i]);
            pathSlots.add(pathParam == null ? -1 : slotOf(endpoint, method, withoutBraces(pathParam), types[i], path));
            if (pathParam == null && types[i] == Session.class && session < 0) {
                session = i;
            } else if (pathParam == null) {
                others.add(i);
            }
        }
        return new CallbackParameters(method, session, pathSlots, others);
    }

    Class<?> type(int index) {
        return method.getParameterTypes()[index];
    }

    /** The slots without the gaps. */
    int[] usedPathSlots() {
        return pathSlots.stream()
                .mapToInt(slot -> slot)
                .filter(slot -> slot >= 0)
                .toArray();
    }

    /**
     * The name without braces: some applications write it as in the template, and a variable's name cannot have braces.
     */
    private static String withoutBraces(String name) {
        return name.startsWith("{") && name.endsWith("}") ? name.substring(1, name.length() - 1) : name;
    }

    private static int slotOf(Class<?> endpoint, Method method, String name, Class<?> type, PathParameters path)
            throws DeploymentException {
        String found = "found @PathParam(\"" + name + "\") " + type.getTypeName();
        if (name.isEmpty()) {
            throw EndpointRule.PATH_PARAM_NAME.brokenBy(endpoint, method, found);
        }
        if (type != String.class && !PrimitiveText.isPrimitiveOrWrapper(type)) {
            throw EndpointRule.PATH_PARAM_TYPE.brokenBy(endpoint, method, found);
        }
        if (type.isPrimitive() && !path.isTemplateVariable(name)) {
            throw EndpointRule.PATH_PARAM_PRIMITIVE.brokenBy(endpoint, method, found);
        }
        return path.slotOf(name, type);
    }
}
