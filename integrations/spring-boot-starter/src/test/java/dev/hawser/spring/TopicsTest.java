package dev.hawser.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.topic.Topics;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.PathParam;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.util.ClassUtils;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Topics where applications live: in endpoints, controllers, jobs and filters of Spring Boot. */
class TopicsTest {
    @Component
    @ServerEndpoint(value = "/news/{place}", subprotocols = "hawser.topics.v1")
    static class News {
        private final Topics topics;

        News(Topics topics) {
            this.topics = topics;
        }

        @OnOpen
        void open(Session session, @PathParam("place") String place) {
            topics.subscribe(session, "news/" + place);
        }

        /** The answer says that the session has subscribed. */
        @OnMessage
        String answer(String question) {
            return question;
        }
    }

    // docs/spring.md shows this class.
    @RestController
    public static class Desk {
        private final Topics topics;

        public Desk(Topics topics) {
            this.topics = topics;
        }

        @PostMapping("/news/{place}")
        public void publish(@PathVariable("place") String place, @RequestBody String text) {
            topics.publish("news/" + place, text);
        }
    }

    @Component
    public static class Agency {
        private final BlockingQueue<String> reports = new LinkedBlockingQueue<>();
        private final Topics topics;

        Agency(Topics topics) {
            this.topics = topics;
        }

        @Scheduled(fixedDelay = 20)
        public void publish() {
            String report = reports.poll();
            if (report != null) {
                topics.publish("news/here", report);
            }
        }
    }

    /** Made before the web server has started. */
    @Component
    static class Counting extends HttpFilter {
        private final Topics topics;
        private final Throwable early;

        Counting(Topics topics) {
            this.topics = topics;
            this.early = assertThrows(IllegalStateException.class, topics::counts);
        }

        @Override
        protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws IOException, ServletException {
            response.setHeader("Subscribers", "" + topics.subscribers("news/here"));
            super.doFilter(request, response, chain);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @EnableScheduling
    @Import({News.class, Desk.class, Agency.class, Counting.class})
    static class App {}

    /** A peer that gets offsets, and whose subscription has begun. */
    static Peer reader(SpringApp app) throws InterruptedException {
        Peer reader = Peer.connect(app.ws("/news/here"), "Sec-WebSocket-Protocol", "hawser.topics.v1");
        String subscribed = reader.receive();
        assertTrue(subscribed.contains("\"kind\":\"subscribed\""), subscribed);
        return reader;
    }

    static void assertReceives(Peer reader, int offset, String text) throws InterruptedException {
        String received = reader.receive();
        assertTrue(received.contains("\"offset\":" + offset + ",") && received.endsWith("\n" + text), received);
    }

    @Test
    void topicsAreInjectedIntoEndpointsControllersJobsAndFilters() throws Exception {
        try (SpringApp app = SpringApp.start(
                App.class,
                "hawser.topics.patterns[0].pattern=news/*",
                "hawser.topics.patterns[0].history-messages=10",
                "hawser.topics.patterns[0].history-age=10m")) {
            app.assertIsOnServerOfThisModule();
            try (Peer plain = Peer.connect(app.ws("/news/here"));
                    Peer reader = reader(app)) {
                assertEquals("?", plain.send("?").receive());
                assertEquals("2", post(app, "/news/here", "rain").orElseThrow());
                assertEquals("rain", plain.receive());
                assertReceives(reader, 1, "rain");
                app.bean(Agency.class).reports.add("sun");
                assertEquals("sun", plain.receive());
                assertReceives(reader, 2, "sun");
            }
            String early = app.bean(Counting.class).early.getMessage();
            assertTrue(
                    early.startsWith("Hawser does not serve this application: the web server has not started"), early);
            assertFalse(app.bean(Topics.class).backplane().connected());
        }
    }

    /** Sends a text, and returns what the filter says. */
    private static Optional<String> post(SpringApp app, String path, String text) throws Exception {
        HttpResponse<Void> response = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(app.http(path))
                                .header("Content-Type", "text/plain")
                                .POST(HttpRequest.BodyPublishers.ofString(text))
                                .build(),
                        HttpResponse.BodyHandlers.discarding());
        assertEquals(200, response.statusCode());
        return response.headers().firstValue("Subscribers");
    }

    @Test
    void aBackplaneWhoseJarIsMissingStopsTheStartAndTheJarIsNamed() {
        Assumptions.assumeFalse(ClassUtils.isPresent("dev.hawser.nats.NatsBackplane", null), "it is here");
        FailureAnalysis analysis = ReportedFailures.of(App.class, "hawser.topics.nats.url=nats://127.0.0.1");
        assertEquals(
                "hawser.topics.nats.url is given, but dev.hawser.nats.NatsBackplane is not on the class path.",
                analysis.getDescription());
        assertTrue(analysis.getAction().startsWith("Add dev.hawser:hawser-nats"), analysis.getAction());
    }
}
