package dev.hawser.internal.endpoint;

import dev.hawser.internal.coder.DecoderList;
import dev.hawser.internal.coder.EncoderList;
import dev.hawser.internal.coder.TypeBindings;
import dev.hawser.internal.endpoint.MessageInvoker.Delivery;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One method with {@code @OnMessage}, checked (Jakarta WebSocket 4.7).
 *
 * @param callback the method as a handle
 * @param intakes one for each native kind of message that the method takes: text or binary or pong, or text and binary
 * @param maxMessageSize the annotation's limit in bytes, or -1; always -1 for parts and native streams, to which it
 *     does not apply
 * @param description the method's name in error messages
 */
record OnMessagePlan(CallbackMethod callback, List<MessageIntake> intakes, long maxMessageSize, String description) {
    static OnMessagePlan of(
            Class<?> endpoint, Method method, PathParameters path, DecoderList decoders, EncoderList encoders)
            throws DeploymentException {
        CallbackParameters parameters = CallbackParameters.of(endpoint, method, path);
        TypeBindings bindings = TypeBindings.of(endpoint);
        int last = lastFlag(endpoint, parameters);
        int message = messageParameter(endpoint, parameters, last);
        Type type = bindings.resolve(method.getGenericParameterTypes()[message]);
        List<MessageIntake> intakes =
                last < 0 ? whole(endpoint, method, type, decoders) : List.of(parts(endpoint, method, type));
        Type result = bindings.resolve(method.getGenericReturnType());
        if (result != void.class && result != Void.class && !encoders.mayEncode(result)) {
            throw EndpointRule.RESULT_TYPE.brokenBy(endpoint, method, "it returns " + result.getTypeName());
        }
        return new OnMessagePlan(
                CallbackMethod.of(endpoint, parameters, last),
                intakes,
                maxMessageSize(endpoint, method, last >= 0 || isNativeStream(intakes)),
                endpoint.getTypeName() + "." + EndpointRule.describe(endpoint, method));
    }

    /** The index of the flag for the last part: a boolean beside the message. A boolean alone is the message. */
    private static int lastFlag(Class<?> endpoint, CallbackParameters parameters) throws DeploymentException {
        List<Integer> flags = parameters.others().stream()
                .filter(i -> parameters.type(i) == boolean.class)
                .toList();
        if (parameters.others().size() != 2 || flags.isEmpty()) {
            return -1;
        }
        if (flags.size() == 2) {
            throw EndpointRule.PARTIAL_MESSAGE.brokenBy(endpoint, parameters.method(), "found two booleans");
        }
        return flags.get(0);
    }

    private static int messageParameter(Class<?> endpoint, CallbackParameters parameters, int last)
            throws DeploymentException {
        List<Integer> candidates =
                parameters.others().stream().filter(i -> i != last).toList();
        if (candidates.stream().anyMatch(i -> parameters.type(i) == Session.class)) {
            throw EndpointRule.ONE_SESSION.brokenBy(endpoint, parameters.method(), "found another one");
        }
        if (candidates.size() != 1) {
            String found = candidates.stream()
                    .map(i -> parameters.type(i).getTypeName())
                    .collect(Collectors.joining(", "));
            throw EndpointRule.ONE_MESSAGE_PARAMETER.brokenBy(
                    endpoint, parameters.method(), found.isEmpty() ? "found none" : "found " + found);
        }
        return candidates.get(0);
    }

    private static List<MessageIntake> whole(Class<?> endpoint, Method method, Type type, DecoderList decoders)
            throws DeploymentException {
        List<MessageIntake> intakes = MessageIntake.whole(type, decoders);
        if (intakes.isEmpty()) {
            throw EndpointRule.MESSAGE_TYPE.brokenBy(endpoint, method, "no decoder makes " + type.getTypeName());
        }
        return intakes;
    }

    private static MessageIntake parts(Class<?> endpoint, Method method, Type type) throws DeploymentException {
        MessageIntake intake = MessageIntake.parts(type);
        if (intake == null) {
            throw EndpointRule.PARTIAL_MESSAGE.brokenBy(endpoint, method, "found " + type.getTypeName());
        }
        return intake;
    }

    private static boolean isNativeStream(List<MessageIntake> intakes) {
        return intakes.stream().anyMatch(i -> i.delivery() == Delivery.STREAM && i.decoders() == null);
    }

    private static long maxMessageSize(Class<?> endpoint, Method method, boolean unlimited) throws DeploymentException {
        OnMessage annotation = method.getAnnotation(OnMessage.class);
        long size = annotation == null ? -1 : annotation.maxMessageSize();
        if (size < -1 || size > Integer.MAX_VALUE) {
            throw EndpointRule.MAX_MESSAGE_SIZE.brokenBy(endpoint, method, "found " + size);
        }
        return unlimited ? -1 : size;
    }
}
