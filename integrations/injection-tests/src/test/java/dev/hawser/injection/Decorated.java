package dev.hawser.injection;

import jakarta.annotation.Priority;
import jakarta.decorator.Decorator;
import jakarta.decorator.Delegate;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Any;
import jakarta.inject.Inject;
import jakarta.interceptor.Interceptor;
import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;

/** What CDI's decorators, which are written for interfaces, decorate: a bean of an endpoint, and endpoints. */
final class Decorated {
    private Decorated() {}

    public interface Phrase {
        String about(String text);
    }

    @ApplicationScoped
    public static class Plain implements Phrase {
        @Override
        public String about(String text) {
            return text;
        }
    }

    @Decorator
    @Priority(Interceptor.Priority.APPLICATION)
    public static class Polite implements Phrase {
        @Inject
        @Delegate
        @Any
        Phrase phrase;

        @Override
        public String about(String text) {
            return "please " + phrase.about(text);
        }
    }

    public interface Answering {
        String answer(String text);
    }

    @Decorator
    @Priority(Interceptor.Priority.APPLICATION)
    public static class Signing implements Answering {
        @Inject
        @Delegate
        @Any
        Answering answering;

        @Override
        public String answer(String text) {
            return answering.answer(text) + ", signed";
        }
    }

    /** No bean: what is injected is decorated. */
    @ServerEndpoint("/decorated-bean")
    public static class WithBean {
        @Inject
        Phrase phrase;

        @OnMessage
        public String answer(String text) {
            return phrase.about(text);
        }
    }

    /** Decorated itself, by the interface of its callback. */
    @Dependent
    @ServerEndpoint("/decorated")
    public static class Each implements Answering {
        @Inject
        Phrase phrase;

        @Override
        @OnMessage
        public String answer(String text) {
            return phrase.about(text);
        }
    }

    @ApplicationScoped
    @ServerEndpoint("/decorated-scoped")
    public static class Scoped implements Answering {
        @Override
        @OnMessage
        public String answer(String text) {
            return text;
        }
    }
}
