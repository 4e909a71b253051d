package dev.hawser.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.backplane.Backplane;
import dev.hawser.backplane.BackplaneListener;
import dev.hawser.topic.Topics;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** A backplane of the application is taken before all others. */
class BackplaneBeansTest {
    /** Remembers what it is told to do. */
    private static final class Own implements Backplane {
        private final List<String> calls = Collections.synchronizedList(new ArrayList<>());

        @Override
        public void start(BackplaneListener listener) {
            calls.add("start");
            listener.connected(true);
        }

        @Override
        public void subscribe(String topic) {}

        @Override
        public void unsubscribe(String topic) {}

        @Override
        public CompletionStage<Void> publish(String topic, byte[] message) {
            return CompletableFuture.completedStage(null);
        }

        @Override
        public void close() {
            calls.add("close");
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import(TopicsTest.App.class)
    static class App {
        @Bean
        Backplane own() {
            return new Own();
        }
    }

    @Test
    void theApplicationsOwnBackplaneIsConnectedAndClosed() {
        Own own;
        try (SpringApp app = SpringApp.start(App.class, "hawser.topics.redis.enabled=true")) {
            own = (Own) app.bean(Backplane.class);
            assertEquals(List.of("start"), own.calls);
            assertTrue(app.bean(Topics.class).backplane().connected());
        }
        assertTrue(own.calls.contains("close"), own.calls::toString);
    }
}
