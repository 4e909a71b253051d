package dev.hawser.internal.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.observe.RecordingObserver;
import dev.hawser.internal.protocol.handshake.RequestLines;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Observers of a server learn how each handshake for an endpoint was decided, and nothing of its query and headers. */
class ObservedHandshakesTest {
    private final RecordingObserver told = new RecordingObserver();

    @Test
    void acceptedAndRefusedOnesAreTold() throws Exception {
        try (TestContainer test = new TestContainer()) {
            test.container.addEndpoint(TestContainer.Good.class);
            test.container.addObserver(told);
            UpgradeDecision.Accepted accepted =
                    test.accept(TestUpgradeRequest.of("/good?token=secret", "Cookie: secret"));
            test.reject(TestUpgradeRequest.of("/good?token=secret", "Origin: https://elsewhere.example"));
            test.reject(new TestUpgradeRequest(RequestLines.example().without("Connection"), "/good", null));
            test.container.upgrade(TestUpgradeRequest.of("/elsewhere"));
            assertEquals(
                    List.of("handshake /good 101", "handshake /good 403", "handshake /good 400"), told.of("handshake"));
            assertEquals(told.begun, told.ended, "on one thread");
            assertEquals(accepted.session().getId(), told.handshakes.get(0).sessionId());
            assertNull(told.handshakes.get(1).sessionId());
            assertTrue(told.handshakes.get(0).accepted());
            assertFalse(told.handshakes.get(1).accepted());
            assertTrue(
                    told.handshakes.stream().noneMatch(each -> each.toString().contains("secret")));
        }
    }

    @Test
    void thoseThatTheApplicationUpgradesItselfAreTold() throws Exception {
        try (TestContainer test = new TestContainer()) {
            test.container.addObserver(told);
            test.container.upgrade(
                    TestUpgradeRequest.of("/any"),
                    jakarta.websocket.server.ServerEndpointConfig.Builder.create(TestContainer.Programmatic.class, "/p")
                            .build(),
                    Map.of());
            assertEquals(List.of("handshake /p 101"), told.of("handshake"));
        }
    }
}
