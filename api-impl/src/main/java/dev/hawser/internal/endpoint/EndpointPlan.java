package dev.hawser.internal.endpoint;

import dev.hawser.internal.coder.DecoderList;
import dev.hawser.internal.coder.Decoders;
import dev.hawser.internal.coder.EncoderList;
import dev.hawser.internal.coder.Encoders;
import dev.hawser.internal.component.Component;
import dev.hawser.internal.component.Components;
import dev.hawser.internal.component.Components.CallbackScope;
import dev.hawser.internal.endpoint.MessageInvoker.Delivery;
import jakarta.websocket.ClientEndpoint;
import jakarta.websocket.Decoder;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Encoder;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.Session;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint class, checked once at deployment: which callbacks and coders it has, and how each of its message methods
 * takes its messages. Immutable and thread-safe.
 *
 * <p>An endpoint is a subclass of {@link Endpoint}, or a class with annotated methods. It need not be public, if the
 * module system lets Hawser access it. Annotated methods of superclasses count (see {@code AnnotatedMethods}).
 *
 * <p>Exceptions: for a broken rule {@link #of} throws a {@link DeploymentException} that names the class, the method,
 * the rule and what was found. In a session, {@link BoundEndpoint#onOpen} throws what a coder's constructor or {@code
 * init} threw, or the {@code DecodeException} of a path parameter that cannot be converted; the application's callback
 * is then not called. {@link MessageInvoker#invoke} throws the {@code DecodeException} of a message that cannot be
 * converted, or the {@code IOException} of a stream decoder; the handler is then not called. Every callback throws what
 * the application's code threw, unchanged.
 */
public final class EndpointPlan {
    private final Class<?> endpointClass;
    private final Lifecycle lifecycle;
    private final List<OnMessagePlan> onMessage;
    private final PathParameters path;
    private final EncoderList encoders;
    private final DecoderList decoders;
    private final Set<MessageKind> annotatedKinds;

    /** Shared by all sessions if the list is empty, since nothing in them is of one session; otherwise null. */
    private final @Nullable Encoders noEncoders;

    /** As {@link #noEncoders}. */
    private final @Nullable Decoders noDecoders;

    private EndpointPlan(
            Class<?> endpointClass,
            Lifecycle lifecycle,
            List<OnMessagePlan> onMessage,
            PathParameters path,
            EncoderList encoders,
            DecoderList decoders) {
        this.endpointClass = endpointClass;
        this.lifecycle = lifecycle;
        this.onMessage = onMessage;
        this.path = path;
        this.encoders = encoders;
        this.decoders = decoders;
        this.annotatedKinds = onMessage.stream()
                .flatMap(plan -> plan.intakes().stream())
                .map(MessageIntake::kind)
                .collect(Collectors.toUnmodifiableSet());
        this.noEncoders = encoders.isEmpty() ? new Encoders(encoders, Components.plain()) : null;
        this.noDecoders = decoders.isEmpty() ? new Decoders(decoders, Components.plain()) : null;
    }

    /**
     * Makes the plan of a class that is annotated for a server or a client, or extends {@link Endpoint}. {@link
     * #requireServerEndpoint}, {@link #requireClientEndpoint} and {@link #requireInstantiable} check the class itself.
     *
     * @param templateVariables the variables of the URI template; empty for a client
     * @throws DeploymentException if the class, a method or a coder breaks a rule of the specification
     */
    public static EndpointPlan of(
            Class<?> endpointClass,
            Set<String> templateVariables,
            List<Class<? extends Encoder>> encoders,
            List<Class<? extends Decoder>> decoders)
            throws DeploymentException {
        try {
            return checked(endpointClass, templateVariables, encoders, decoders);
        } catch (LinkageError | TypeNotPresentException e) {
            throw EndpointRule.READABLE_CLASS.brokenBy(endpointClass, "Java says: " + e);
        }
    }

    private static EndpointPlan checked(
            Class<?> endpointClass,
            Set<String> templateVariables,
            List<Class<? extends Encoder>> encoders,
            List<Class<? extends Decoder>> decoders)
            throws DeploymentException {
        EncoderList encoderList;
        DecoderList decoderList;
        try {
            encoderList = EncoderList.of(encoders);
            decoderList = DecoderList.of(decoders);
        } catch (DeploymentException e) {
            throw EndpointRule.CODER.brokenBy(endpointClass, String.valueOf(e.getMessage()));
        }
        PathParameters path = new PathParameters(Set.copyOf(templateVariables));
        AnnotatedMethods methods = AnnotatedMethods.of(endpointClass);
        boolean extendsEndpoint = Endpoint.class.isAssignableFrom(endpointClass);
        // Annotations of methods count only if the class is annotated (4.4 to 4.7).
        if (extendsEndpoint && (methods.isEmpty() || !isAnnotated(endpointClass))) {
            Lifecycle lifecycle = ProgrammaticLifecycle.of(endpointClass);
            return new EndpointPlan(endpointClass, lifecycle, List.of(), path, encoderList, decoderList);
        }
        if (methods.isEmpty() && !isAnnotated(endpointClass)) {
            throw EndpointRule.ENDPOINT_CLASS.brokenBy(endpointClass, "it is neither");
        }
        AnnotatedLifecycle annotated = AnnotatedLifecycle.of(endpointClass, methods, path);
        Lifecycle lifecycle = extendsEndpoint
                ? new AnnotatedSubclassLifecycle(annotated, ProgrammaticLifecycle.of(endpointClass))
                : annotated;
        List<OnMessagePlan> onMessage = messagePlans(endpointClass, methods, path, decoderList, encoderList);
        return new EndpointPlan(endpointClass, lifecycle, onMessage, path, encoderList, decoderList);
    }

    private static boolean isAnnotated(Class<?> endpointClass) {
        return endpointClass.isAnnotationPresent(ClientEndpoint.class)
                || ServerAnnotations.isServerEndpoint(endpointClass);
    }

    private static List<OnMessagePlan> messagePlans(
            Class<?> endpointClass,
            AnnotatedMethods methods,
            PathParameters path,
            DecoderList decoders,
            EncoderList encoders)
            throws DeploymentException {
        List<OnMessagePlan> plans = new ArrayList<>();
        Map<MessageKind, Method> byKind = new EnumMap<>(MessageKind.class);
        for (Method method : methods.onMessage()) {
            OnMessagePlan plan = OnMessagePlan.of(endpointClass, method, path, decoders, encoders);
            for (MessageIntake intake : plan.intakes()) {
                Method other = byKind.putIfAbsent(intake.kind(), method);
                if (other != null) {
                    throw EndpointRule.ONE_METHOD_PER_KIND.brokenBy(
                            endpointClass,
                            method,
                            intake.kind().word() + " messages go to " + EndpointRule.describe(endpointClass, other)
                                    + " too");
                }
            }
            plans.add(plan);
        }
        return List.copyOf(plans);
    }

    /**
     * Checks an annotated server endpoint class (Jakarta WebSocket 4.1). A scan does not ask here about classes that
     * are not public or not annotated themselves: it leaves them out (4.8).
     *
     * @param containerMakesInstances false if the Configurator overrides getEndpointInstance, so that no constructor is
     *     needed
     */
    public static void requireServerEndpoint(Class<?> endpointClass, boolean containerMakesInstances)
            throws DeploymentException {
        if (!ServerAnnotations.isServerEndpoint(endpointClass)) {
            throw EndpointRule.SERVER_ANNOTATION.brokenBy(endpointClass, "it does not");
        }
        if (!Modifier.isPublic(endpointClass.getModifiers())) {
            throw EndpointRule.PUBLIC_CLASS.brokenBy(endpointClass, "it is not");
        }
        if (containerMakesInstances) {
            requireInstantiable(endpointClass);
        }
    }

    /**
     * Checks that a class given to connectToServer, or the class of an instance, is annotated for a client (Jakarta
     * WebSocket 4.2).
     */
    public static void requireClientEndpoint(Class<?> endpointClass) throws DeploymentException {
        if (!endpointClass.isAnnotationPresent(ClientEndpoint.class)) {
            throw EndpointRule.CLIENT_ANNOTATION.brokenBy(endpointClass, "it does not");
        }
    }

    /**
     * Checks that the container can make instances of a class: it is concrete, and has a public constructor without
     * parameters or one with injection. Whether the environment can inject is known only when an instance is needed.
     */
    public static void requireInstantiable(Class<?> endpointClass) throws DeploymentException {
        if (endpointClass.isInterface() || Modifier.isAbstract(endpointClass.getModifiers())) {
            throw EndpointRule.CONCRETE_CLASS.brokenBy(endpointClass, "it is abstract");
        }
        if (Arrays.stream(endpointClass.getConstructors()).noneMatch(c -> c.getParameterCount() == 0)
                && !Components.hasInjectedConstructor(endpointClass)) {
            throw EndpointRule.NO_ARG_CONSTRUCTOR.brokenBy(endpointClass, "it has none");
        }
    }

    /** The class of the plan. */
    public Class<?> endpointClass() {
        return endpointClass;
    }

    /**
     * Whether a message method reads a stream while the message arrives, and so cannot run on an event loop. Handlers
     * that a session adds later are not known here: see {@link #bind}.
     */
    public boolean needsBlockingThread() {
        return onMessage.stream()
                .flatMap(plan -> plan.intakes().stream())
                .anyMatch(intake -> intake.delivery() == Delivery.STREAM);
    }

    /**
     * Binds an instance to a session. It does not call the application: {@link BoundEndpoint#onOpen} makes the coders.
     *
     * @param endpoint the application's object, released when the endpoint is destroyed
     * @param components makes the coders, and the scope around callbacks
     * @param pathParameters the values of the template's variables, decoded
     * @param mayBlock whether callbacks run on a thread that may wait, so that handlers that read streams can be added
     * @throws IllegalArgumentException if the instance is not of the endpoint class; a Configurator may return such a
     *     one
     */
    public BoundEndpoint bind(
            Component<?> endpoint,
            Components components,
            Session session,
            EndpointConfig config,
            Map<String, String> pathParameters,
            boolean mayBlock) {
        Object instance = endpoint.object();
        if (!endpointClass.isInstance(instance)) {
            throw new IllegalArgumentException(
                    "The endpoint instance is of %s, which is not a subclass of the endpoint class %s"
                            .formatted(instance.getClass().getTypeName(), endpointClass.getTypeName()));
        }
        BoundEndpoint bound = new SessionEndpoint(
                this, endpoint, components, session, config, path.convert(pathParameters), mayBlock);
        CallbackScope scope = components.callbackScope();
        return scope == null ? bound : new ScopedEndpoint(bound, scope);
    }

    /** Whether the class has annotated methods, and is not an {@link Endpoint}. */
    boolean isAnnotated() {
        return !Endpoint.class.isAssignableFrom(endpointClass);
    }

    Lifecycle lifecycle() {
        return lifecycle;
    }

    Encoders sessionEncoders(Components components) {
        return noEncoders == null ? new Encoders(encoders, components) : noEncoders;
    }

    Decoders sessionDecoders(Components components) {
        return noDecoders == null ? new Decoders(decoders, components) : noDecoders;
    }

    DecoderList decoders() {
        return decoders;
    }

    /** Whether these are its coders, in this order. */
    public boolean isOf(List<Class<? extends Encoder>> encoderClasses, List<Class<? extends Decoder>> decoderClasses) {
        return encoders.isOf(encoderClasses) && decoders.isOf(decoderClasses);
    }

    boolean hasCoders() {
        return !encoders.isEmpty() || !decoders.isEmpty();
    }

    /** Whether an annotated method takes such messages. */
    boolean takes(MessageKind kind) {
        return annotatedKinds.contains(kind);
    }

    /** The message methods of one session, by the kind of message that they take. */
    Map<MessageKind, BoundHandler> annotatedHandlers(
            Object instance, Session session, PathParameters.Values values, Decoders sessionDecoders) {
        Map<MessageKind, BoundHandler> handlers = new EnumMap<>(MessageKind.class);
        for (OnMessagePlan plan : onMessage) {
            for (MessageIntake intake : plan.intakes()) {
                handlers.put(
                        intake.kind(),
                        new AnnotatedInvoker(
                                plan,
                                intake.delivery(),
                                intake.conversion(sessionDecoders),
                                instance,
                                session,
                                values));
            }
        }
        return handlers;
    }
}
