package dev.hawser.injection;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.websocket.Decoder;
import jakarta.websocket.HandshakeResponse;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.HandshakeRequest;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;

/** Classes with what Tomcat's InstanceManager injects: {@link Names}. */
final class TomcatResources {
    static final BlockingQueue<String> LIFE = new LinkedBlockingQueue<>();

    private TomcatResources() {}

    /** A text that a coder makes. */
    public record Greeted(String text) {}

    public static class Greeting implements Decoder.Text<Greeted> {
        @Resource(name = "greeting")
        private String greeting;

        @PreDestroy
        public void gone() {
            LIFE.add("decoder gone");
        }

        @Override
        public Greeted decode(String text) {
            return new Greeted(greeting + " " + text);
        }

        @Override
        public boolean willDecode(String text) {
            return true;
        }
    }

    public static class Timed extends ServerEndpointConfig.Configurator {
        @Resource(name = "greeting")
        private String greeting;

        @Override
        public void modifyHandshake(ServerEndpointConfig config, HandshakeRequest request, HandshakeResponse response) {
            config.getUserProperties().put("greeting", String.valueOf(greeting));
        }
    }

    @ServerEndpoint(value = "/resources", decoders = Greeting.class, configurator = Timed.class)
    public static class Endpoint {
        @Resource(name = "greeting")
        private String greeting;

        private Supplier<String> clock;
        private String made = "not made";

        @Resource(name = "tools/clock")
        public void setClock(Supplier<String> clock) {
            this.clock = clock;
        }

        @PostConstruct
        void made() {
            made = greeting + " at " + clock.get();
        }

        @PreDestroy
        void gone() {
            LIFE.add("endpoint gone");
        }

        @OnMessage
        public String message(Greeted text, Session session) {
            return made + ", " + text.text() + ", "
                    + session.getUserProperties().get("greeting");
        }
    }

    /** There is no such name. */
    @ServerEndpoint("/missing")
    public static class Missing {
        @Resource(name = "nowhere")
        private String nowhere;

        @OnMessage
        public String message(String text) {
            return nowhere;
        }
    }

    @ServerEndpoint("/failing")
    public static class Failing {
        @PostConstruct
        public void made() {
            throw new IllegalStateException("no licence");
        }

        @OnMessage
        public void message(String text) {}
    }

    public static class FailingConfigurator extends ServerEndpointConfig.Configurator {
        @PostConstruct
        public void made() {
            throw new IllegalStateException("no licence");
        }
    }

    @ServerEndpoint(value = "/configurator", configurator = FailingConfigurator.class)
    public static class WithFailingConfigurator {
        @OnMessage
        public String message(String text) {
            return text;
        }
    }
}
