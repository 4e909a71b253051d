package dev.hawser.injection;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;

/** Application-scoped endpoints, each of which gets another endpoint, which is a bean as well, in one of three ways. */
final class ScopedEndpoints {
    private ScopedEndpoints() {}

    /** Answers peers, and is injected into the others. */
    @ApplicationScoped
    @ServerEndpoint("/injected")
    public static class Injected {
        @OnMessage
        public String answer(String text) {
            return text + " answered";
        }
    }

    @ApplicationScoped
    @ServerEndpoint("/by-field")
    public static class ByField {
        @Inject
        private Injected injected;

        @OnMessage
        public String answer(String text) {
            return injected == null ? "nothing injected" : injected.answer(text);
        }
    }

    @ApplicationScoped
    @ServerEndpoint("/by-method")
    public static class ByMethod {
        private Injected injected;

        @Inject
        private void setInjected(Injected injected) {
            this.injected = injected;
        }

        @OnMessage
        public String answer(String text) {
            return injected == null ? "nothing injected" : injected.answer(text);
        }
    }

    @ApplicationScoped
    @ServerEndpoint("/by-constructor")
    public static class ByConstructor {
        private final Injected injected;

        /** For the proxies of CDI, and what plain Java would call. */
        public ByConstructor() {
            this(null);
        }

        @Inject
        public ByConstructor(Injected injected) {
            this.injected = injected;
        }

        @OnMessage
        public String answer(String text) {
            return injected == null ? "nothing injected" : injected.answer(text);
        }
    }
}
