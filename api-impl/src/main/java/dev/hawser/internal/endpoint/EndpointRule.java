package dev.hawser.internal.endpoint;

import jakarta.websocket.DeploymentException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The rules of the specification for endpoint classes, in words, each with its clause. An endpoint that breaks a rule
 * is not deployed; the message names the class, the method if there is one, the rule, and what was found.
 */
enum EndpointRule {
    SERVER_ANNOTATION("must carry @ServerEndpoint itself: the annotation is not inherited", "sections 4.1 and 4.8"),
    CLIENT_ANNOTATION("must carry @ClientEndpoint itself: the annotation is not inherited", "sections 4.2 and 4.8"),
    PUBLIC_CLASS("must be public", "section 4.1"),
    CONCRETE_CLASS("must be a class that is not abstract", "sections 4.1 and 4.2"),
    NO_ARG_CONSTRUCTOR(
            "must have a public constructor without parameters, unless a server's Configurator makes the instances",
            "sections 4.1 and 4.2"),
    CODER("must have encoders and decoders that the container can make and use", "sections 4.1.2 and 4.1.3"),
    ENDPOINT_CLASS(
            "must extend jakarta.websocket.Endpoint, or be annotated with @ServerEndpoint or @ClientEndpoint",
            "sections 2.1 and 4"),
    READABLE_CLASS("must be readable with all the classes it names", "section 5.2.1"),
    ACCESSIBLE_METHOD(
            "must be accessible: public in a public class of an exported package, or in a package opened to Hawser",
            "section 4"),

    ONE_ON_OPEN("only one method may be annotated with @OnOpen", "section 4.4"),
    ONE_ON_CLOSE("only one method may be annotated with @OnClose", "section 4.5"),
    ONE_ON_ERROR("only one method may be annotated with @OnError", "section 4.6"),
    ON_OPEN_PARAMETERS("@OnOpen allows one Session, one EndpointConfig and @PathParam parameters", "section 4.4"),
    ON_CLOSE_PARAMETERS("@OnClose allows one Session, one CloseReason and @PathParam parameters", "section 4.5"),
    ON_ERROR_PARAMETERS("@OnError allows one Session, one Throwable and @PathParam parameters", "section 4.6"),
    ON_ERROR_THROWABLE("@OnError needs a parameter of type Throwable", "section 4.6"),

    PATH_PARAM_TYPE("@PathParam allows String, primitives and their wrappers", "section 4.3"),
    PATH_PARAM_NAME("@PathParam needs the name of a variable", "section 4.3"),
    PATH_PARAM_PRIMITIVE(
            "@PathParam of a primitive needs a variable of the URI template: without one the value is null",
            "section 4.3"),

    ONE_MESSAGE_PARAMETER(
            "@OnMessage needs exactly one parameter for the message, with one boolean beside it for parts",
            "section 4.7"),
    ONE_SESSION("@OnMessage allows one Session parameter", "section 4.7"),
    PARTIAL_MESSAGE(
            "@OnMessage with a boolean parameter receives parts, which are String, byte[] or ByteBuffer",
            "section 4.7"),
    MESSAGE_TYPE(
            "@OnMessage takes String, primitives, their wrappers, Reader, byte[], ByteBuffer, InputStream, PongMessage,"
                    + " or a type that one of the endpoint's decoders makes",
            "section 4.7"),
    ONE_METHOD_PER_KIND("only one @OnMessage method may handle each of text, binary and pong messages", "section 4.7"),
    RESULT_TYPE(
            "@OnMessage may return void, String, ByteBuffer, byte[], primitives, their wrappers, or a type that one of"
                    + " the endpoint's encoders takes",
            "section 4.7"),
    MAX_MESSAGE_SIZE("maxMessageSize must be -1 (none) or from 0 to 2147483647", "section 4.7.1");

    private final String words;
    private final String clause;

    EndpointRule(String words, String clause) {
        this.words = words;
        this.clause = clause;
    }

    /** The error of a class as a whole. */
    DeploymentException brokenBy(Class<?> endpoint, String found) {
        return new DeploymentException("Endpoint class %s %s; %s (Jakarta WebSocket 2.2, %s)"
                .formatted(endpoint.getTypeName(), words, found, clause));
    }

    /** The error of one method. */
    DeploymentException brokenBy(Class<?> endpoint, Method method, String found) {
        return new DeploymentException("Endpoint class %s, method %s: %s; %s (Jakarta WebSocket 2.2, %s)"
                .formatted(endpoint.getTypeName(), describe(endpoint, method), words, found, clause));
    }

    /** A method with its parameter types, and its class if that is not the endpoint's. */
    static String describe(Class<?> endpoint, Method method) {
        String parameters = Arrays.stream(method.getParameterTypes())
                .map(Class::getSimpleName)
                .collect(Collectors.joining(", ", "(", ")"));
        String owner = method.getDeclaringClass() == endpoint
                ? ""
                : " of " + method.getDeclaringClass().getTypeName();
        return method.getName() + parameters + owner;
    }
}
