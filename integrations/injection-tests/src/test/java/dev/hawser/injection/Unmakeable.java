package dev.hawser.injection;

import dev.hawser.HandshakeRejectedException;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.spi.Extension;
import jakarta.enterprise.inject.spi.ProcessAnnotatedType;
import jakarta.enterprise.inject.spi.WithAnnotations;
import jakarta.inject.Inject;
import jakarta.websocket.ClientEndpoint;
import jakarta.websocket.Decoder;
import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Classes of which no object can be made, each for one reason. */
final class Unmakeable {
    private Unmakeable() {}

    /** There is no bean of this type. */
    public interface Nowhere {}

    /** A bean with the default scope, which is made for each session. */
    @Dependent
    @ServerEndpoint("/constructor")
    public static class Constructor {
        public Constructor() {
            throw new IllegalStateException("no licence");
        }

        @OnMessage
        public void message(String text) {}
    }

    /** One for the application, made when it is first used. */
    @ApplicationScoped
    @ServerEndpoint("/scoped-constructor")
    public static class ScopedConstructor extends Constructor {}

    /** No bean. */
    @ServerEndpoint("/plain-constructor")
    public static class PlainConstructor extends Constructor {}

    @ServerEndpoint("/dependency")
    public static class Dependency {
        @Inject
        Nowhere nowhere;

        @OnMessage
        public void message(String text) {}
    }

    @ServerEndpoint("/post-construct")
    public static class AfterConstruction {
        @PostConstruct
        public void made() {
            throw new IllegalStateException("no licence");
        }

        @OnMessage
        public void message(String text) {}
    }

    @Dependent
    @ServerEndpoint("/teapot")
    public static class Teapot {
        public Teapot() {
            throw new HandshakeRejectedException(418, "short and stout");
        }

        @OnMessage
        public void message(String text) {}
    }

    @ApplicationScoped
    @ServerEndpoint("/scoped-teapot")
    public static class ScopedTeapot extends Teapot {}

    public static class BadDecoder implements Decoder.Text<StringBuilder> {
        @Inject
        Nowhere nowhere;

        @Override
        public StringBuilder decode(String text) {
            return new StringBuilder(text);
        }

        @Override
        public boolean willDecode(String text) {
            return true;
        }
    }

    @ServerEndpoint(value = "/coder", decoders = BadDecoder.class)
    public static class WithBadCoder {
        @OnMessage
        public void message(StringBuilder text) {}
    }

    public static class BadConfigurator extends ServerEndpointConfig.Configurator {
        @Inject
        Nowhere nowhere;
    }

    @ServerEndpoint(value = "/configurator", configurator = BadConfigurator.class)
    public static class WithBadConfigurator {
        @OnMessage
        public String message(String text) {
            return text;
        }
    }

    @ClientEndpoint
    public static class Client {
        @Inject
        Nowhere nowhere;
    }

    /** Marks the bean that is only there in the test that asks for it, because CDI does not start with it. */
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.TYPE)
    public @interface OnRequest {}

    @OnRequest
    @Dependent
    @ServerEndpoint("/bean")
    public static class BeanWithDependency extends Dependency {}

    public static class Choice implements Extension {
        static volatile boolean wanted;

        void choose(@Observes @WithAnnotations(OnRequest.class) ProcessAnnotatedType<?> type) {
            if (!wanted) {
                type.veto();
            }
        }
    }
}
