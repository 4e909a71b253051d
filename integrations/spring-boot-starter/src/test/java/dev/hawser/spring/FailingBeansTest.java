package dev.hawser.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.HandshakeRejectedException;
import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** An endpoint bean that cannot be made, when the application starts or when a session needs one. */
class FailingBeansTest {
    private static final AtomicInteger LICENCES = new AtomicInteger();

    /** There is no such bean. */
    interface Nowhere {}

    @ServerEndpoint("/missing")
    static class Missing {
        Missing(Nowhere nowhere) {}

        @OnMessage
        void message(String text) {}
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(Missing.class)
    static class AppWithMissing {}

    /** Can be made once, which the start of the application does. */
    @ServerEndpoint("/once")
    static class Once {
        Once() {
            if (LICENCES.getAndDecrement() <= 0) {
                throw new IllegalStateException("no licence");
            }
        }

        @OnMessage
        void message(String text) {}
    }

    @ServerEndpoint("/teapot")
    static class Teapot {
        Teapot() {
            if (LICENCES.getAndDecrement() <= 0) {
                throw new HandshakeRejectedException(418, "short and stout");
            }
        }

        @OnMessage
        void message(String text) {}
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import({Once.class, Teapot.class})
    static class App {}

    /** What Hawser says of handshakes, from WARNING on. */
    private static final class HandshakeLog extends Handler implements AutoCloseable {
        private final Logger logger = Logger.getLogger("dev.hawser.handshake");
        private final List<LogRecord> told = new CopyOnWriteArrayList<>();

        HandshakeLog() {
            logger.addHandler(this);
        }

        @Override
        public void publish(LogRecord entry) {
            if (entry.getLevel().intValue() >= Level.WARNING.intValue()) {
                told.add(entry);
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {
            logger.removeHandler(this);
        }
    }

    @Test
    void aBeanWithoutItsDependencyStopsTheStartAndBootNamesWhatIsMissing() {
        FailureAnalysis analysis = ReportedFailures.of(AppWithMissing.class);
        assertTrue(analysis.getDescription().contains(Missing.class.getName()), analysis.getDescription());
        assertTrue(
                analysis.getDescription().contains("required a bean of type '" + Nowhere.class.getName()),
                analysis.getDescription());
    }

    @Test
    void aBeanThatCannotBeMadeForASessionRefusesTheHandshakeAndTheReasonIsToldOnce() {
        LICENCES.set(2);
        try (HandshakeLog log = new HandshakeLog();
                SpringApp app = SpringApp.start(App.class)) {
            assertEquals(500, Peer.refusal(app.ws("/once")));
            assertEquals(1, log.told.size());
            Throwable thrown = log.told.get(0).getThrown();
            assertEquals(
                    "The bean for an endpoint of " + Once.class.getName()
                            + " cannot be made: IllegalStateException: no licence",
                    thrown.getMessage());
        }
    }

    @Test
    void theConstructorOfABeanChoosesTheAnswer() {
        LICENCES.set(2);
        try (HandshakeLog log = new HandshakeLog();
                SpringApp app = SpringApp.start(App.class)) {
            assertEquals(418, Peer.refusal(app.ws("/teapot")));
            assertEquals(List.of(), log.told);
        }
    }
}
