package dev.hawser.injection;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.RequestScoped;
import jakarta.enterprise.inject.spi.CDI;
import jakarta.inject.Inject;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InterceptorBinding;
import jakarta.interceptor.InvocationContext;
import jakarta.websocket.ClientEndpoint;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.Decoder;
import jakarta.websocket.Encoder;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.HandshakeResponse;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.HandshakeRequest;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** What the application is made of. */
final class Beans {
    /** What was constructed, initialised and destroyed. */
    static final BlockingQueue<String> LIFE = new LinkedBlockingQueue<>();

    private Beans() {}

    @ApplicationScoped
    public static class Greeter {
        public String greet(String name) {
            return "hello " + name;
        }
    }

    /** Another one in each request context. */
    @RequestScoped
    public static class Counter {
        private final AtomicInteger calls = new AtomicInteger();

        public int next() {
            return calls.incrementAndGet();
        }
    }

    @InterceptorBinding
    @Retention(RetentionPolicy.RUNTIME)
    @Target({ElementType.TYPE, ElementType.METHOD})
    public @interface Loud {}

    @Loud
    @Interceptor
    @Priority(Interceptor.Priority.APPLICATION)
    public static class LoudInterceptor {
        @AroundInvoke
        public Object louder(InvocationContext call) throws Exception {
            Object answer = call.proceed();
            return answer instanceof String text ? text + "!" : answer;
        }
    }

    /**
     * Field, method and constructor injection, an interceptor, and a request-scoped bean that is called twice in each
     * callback.
     */
    @ServerEndpoint("/everything")
    public static class Everything {
        private final Greeter fromConstructor;

        @Inject
        Greeter fromField;

        @Inject
        Counter counter;

        private Greeter fromMethod;

        @Inject
        public Everything(Greeter greeter) {
            fromConstructor = greeter;
        }

        /** For the proxies of CDI. */
        public Everything() {
            fromConstructor = null;
        }

        @Inject
        public void greeter(Greeter greeter) {
            fromMethod = greeter;
        }

        @PostConstruct
        public void made() {
            LIFE.add("made");
        }

        @PreDestroy
        public void gone() {
            LIFE.add("gone");
        }

        @Loud
        @OnMessage
        public String message(String text) {
            counter.next();
            return fromConstructor.greet(fromField.greet(fromMethod.greet(text))) + " " + counter.next();
        }
    }

    /** One for all sessions. */
    @ApplicationScoped
    @ServerEndpoint("/scoped")
    public static class Scoped {
        private final AtomicInteger messages = new AtomicInteger();

        @Inject
        Greeter greeter;

        @PreDestroy
        public void gone() {
            LIFE.add("scoped gone");
        }

        @OnMessage
        public String message(String text) {
            return greeter.greet(text) + " " + messages.incrementAndGet();
        }
    }

    /** What a coder makes. */
    public record Name(String name) {
        public static class NameDecoder implements Decoder.Text<Name> {
            @Inject
            Greeter greeter;

            @PreDestroy
            public void gone() {
                LIFE.add("decoder gone");
            }

            @Override
            public Name decode(String text) {
                return new Name(greeter.greet(text));
            }

            @Override
            public boolean willDecode(String text) {
                return true;
            }
        }

        public static class NameEncoder implements Encoder.Text<Name> {
            private final Greeter greeter;

            @Inject
            public NameEncoder(Greeter greeter) {
                this.greeter = greeter;
            }

            @Override
            public String encode(Name name) {
                return greeter.greet(name.name());
            }
        }
    }

    @ServerEndpoint(value = "/coders", decoders = Name.NameDecoder.class, encoders = Name.NameEncoder.class)
    public static class Coders {
        @OnMessage
        public Name message(Name name) {
            return name;
        }
    }

    /** Makes the instances itself, so nobody else does. */
    public static class OwnConfigurator extends ServerEndpointConfig.Configurator {
        @Override
        public <T> T getEndpointInstance(Class<T> type) {
            return type.cast(new OwnInstances());
        }
    }

    @ServerEndpoint(value = "/own", configurator = OwnConfigurator.class)
    public static class OwnInstances {
        @Inject
        Greeter greeter;

        @OnMessage
        public String message(String text) {
            return "greeter " + greeter;
        }
    }

    /** Says which CDI implementation the application has. */
    @ServerEndpoint("/who")
    public static class Who {
        @OnMessage
        public String message(String text) {
            return CDI.current().getBeanManager().getClass().getName();
        }
    }

    /** Its own injection point is used in the handshake. */
    public static class GreetingConfigurator extends ServerEndpointConfig.Configurator {
        @Inject
        Greeter greeter;

        @Override
        public void modifyHandshake(ServerEndpointConfig config, HandshakeRequest request, HandshakeResponse response) {
            config.getUserProperties().put("greeting", String.valueOf(greeter == null ? null : greeter.greet("you")));
        }
    }

    @ServerEndpoint(value = "/configured", configurator = GreetingConfigurator.class)
    public static class Configured {
        @OnMessage
        public String message(String text, Session session) {
            return String.valueOf(session.getUserProperties().get("greeting"));
        }
    }

    /** A client endpoint, and its configurator. */
    @ClientEndpoint(configurator = InjectedClient.Marking.class)
    public static class InjectedClient {
        static final BlockingQueue<String> TOLD = new LinkedBlockingQueue<>();

        public static class Marking extends ClientEndpointConfig.Configurator {
            @Inject
            Greeter greeter;

            @Override
            public void afterResponse(HandshakeResponse response) {
                TOLD.add(greeter.greet("configurator"));
            }
        }

        @Inject
        Greeter greeter;

        @PreDestroy
        public void gone() {
            LIFE.add("client gone");
        }

        @OnOpen
        public void open(Session session, EndpointConfig config) {
            TOLD.add(greeter.greet("client"));
        }
    }
}
