package dev.hawser.internal.topic;

import dev.hawser.internal.coder.EncoderList;
import dev.hawser.internal.coder.Encoders;
import dev.hawser.internal.component.Components;
import dev.hawser.internal.transport.SharedMessage;
import jakarta.websocket.ClientEndpoint;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.EncodeException;
import jakarta.websocket.Encoder;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.lang.annotation.Annotation;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes one message of a published object. Encoders are made when the first object needs them, one of each class for
 * all topics with the same list of encoders, and are destroyed with the container. Thread-safe; only one thread at a
 * time calls an encoder.
 */
final class ObjectEncoding {
    /** A name instead of the class, which is absent if only the client's API is there. */
    private static final String SERVER_ENDPOINT = "jakarta.websocket.server.ServerEndpoint";

    private final Components components;
    private final ClassLoader classLoader;
    private final Map<List<Class<? extends Encoder>>, Encoders> inService = new ConcurrentHashMap<>();

    /** @param classLoader the context class loader during calls of encoders, because any thread may publish */
    ObjectEncoding(Components components, ClassLoader classLoader) {
        this.components = components;
        this.classLoader = classLoader;
    }

    /** @throws IllegalArgumentException if one of the classes is not a valid encoder */
    void check(List<Class<? extends Encoder>> classes) {
        listOf(classes);
    }

    /**
     * Encodes an object.
     *
     * @param endpoint the class whose encoders are used, or null for those of the topic @throws
     *     IllegalArgumentException naming topic and class, if no encoder takes the object
     */
    SharedMessage encode(
            String topic, Object message, @Nullable Class<?> endpoint, List<Class<? extends Encoder>> ofTopic)
            throws EncodeException, IOException {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(classLoader);
        try {
            Encoders encoders = inService(endpoint == null ? ofTopic : encodersOf(endpoint));
            if (!encoders.encodes(message.getClass())) {
                throw new IllegalArgumentException("nothing encodes "
                        + message.getClass().getTypeName() + " for topic " + topic + ": "
                        + (endpoint == null
                                ? "name encoders in TopicOptions.encoders, or an endpoint in PublishOptions.encodedBy"
                                : "no encoder of " + endpoint.getTypeName() + " takes it"));
            }
            EncodedObject encoded = new EncodedObject();
            encoders.encode(message, encoded);
            return encoded.message(message);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static List<Class<? extends Encoder>> encodersOf(Class<?> endpoint) {
        for (Annotation annotation : endpoint.getAnnotations()) {
            if (annotation instanceof ClientEndpoint client) {
                return List.of(client.encoders());
            }
            if (annotation.annotationType().getName().equals(SERVER_ENDPOINT)) {
                return List.of(((ServerEndpoint) annotation).encoders());
            }
        }
        throw new IllegalArgumentException(
                endpoint.getTypeName() + " has no annotation that names encoders; name them in TopicOptions.encoders");
    }

    private Encoders inService(List<Class<? extends Encoder>> classes) {
        Encoders present = inService.get(classes);
        if (present != null) {
            return present;
        }
        Encoders made = new Encoders(listOf(classes), components);
        try {
            made.start(ClientEndpointConfig.Builder.create().encoders(classes).build());
        } catch (Throwable e) {
            made.destroy();
            throw new IllegalArgumentException("an encoder of " + classes + " cannot be made: " + e, e);
        }
        Encoders earlier = inService.putIfAbsent(classes, made);
        if (earlier != null) {
            made.destroy();
            return earlier;
        }
        return made;
    }

    private static EncoderList listOf(List<Class<? extends Encoder>> classes) {
        try {
            return EncoderList.of(classes);
        } catch (DeploymentException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    void close() {
        inService.values().forEach(Encoders::destroy);
        inService.clear();
    }
}
