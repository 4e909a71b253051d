package dev.hawser.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

class ActuatorTest {
    private static String get(SpringApp app, String path) throws IOException, InterruptedException {
        HttpResponse<String> response = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(app.http(path)).build(), HttpResponse.BodyHandlers.ofString());
        assertEquals(200, response.statusCode(), response::body);
        return response.body();
    }

    @Test
    void healthAndTheOpenSessionsAreShown() throws Exception {
        try (SpringApp app = SpringApp.start(
                        WebSocketHandlersTest.App.class,
                        "management.endpoints.web.exposure.include=health,websockets",
                        "management.endpoint.health.show-details=always");
                Peer peer = Peer.connect(app.ws("/echo?token=secret"))) {
            assertEquals("true", peer.send("hawser").receive());
            String health = get(app, "/actuator/health/hawser");
            assertTrue(health.contains("\"status\":\"UP\"") && health.contains("\"sessions\":1"), health);
            String sessions = get(app, "/actuator/websockets");
            assertTrue(sessions.contains("\"count\":1"), sessions);
            assertTrue(sessions.contains("\"path\":\"/echo\""), sessions);
            assertTrue(sessions.matches("(?s).*\"since\":\"20\\d\\d-.*"), sessions);
            assertFalse(sessions.contains("secret"), sessions);
        }
    }

    @Test
    void theEndpointIsNotOnTheWebUnlessItIsExposed() throws Exception {
        try (SpringApp app = SpringApp.start(WebSocketHandlersTest.App.class)) {
            HttpResponse<Void> response = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(app.http("/actuator/websockets"))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding());
            assertEquals(404, response.statusCode());
        }
    }
}
