package dev.hawser.internal.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.internal.protocol.handshake.RequestLines;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.OnOpen;
import jakarta.websocket.server.PathParam;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code ServerContainer.upgradeHttpToWebSocket}. */
class UpgradeWithoutAPathTest {
    private final TestContainer test = new TestContainer();
    private final EndpointServerContainer container = test.container;

    @AfterEach
    void close() {
        test.close();
    }

    /** Has a path parameter that only the call knows. */
    @ServerEndpoint("/{other}")
    public static final class WithPathParameter {
        @OnOpen
        public void onOpen(@PathParam("room") String room) {}
    }

    private final ServerEndpointConfig config = ServerEndpointConfig.Builder.create(WithPathParameter.class, "/ignored")
            .build();

    @Test
    void usesTheGivenParametersAndDeploysNothing() throws Exception {
        UpgradeDecision decision =
                container.upgrade(TestUpgradeRequest.of("/front/controller"), config, Map.of("room", "blue"));

        UpgradeDecision.Accepted accepted = assertInstanceOf(UpgradeDecision.Accepted.class, decision);
        assertEquals(Map.of("room", "blue"), accepted.session().getPathParameters());
        assertTrue(container.isEmpty());
    }

    @Test
    void aRequestThatIsNoHandshakeIsTheCallersFault() {
        TestUpgradeRequest page = new TestUpgradeRequest(RequestLines.of("GET", "HTTP/1.1", "Host: a"), "/front", null);

        assertThrows(IllegalStateException.class, () -> container.upgrade(page, config, Map.of()));
    }

    @Test
    void aBadEndpointFailsAlone() throws Exception {
        container.addEndpoint(TestContainer.Good.class);
        ServerEndpointConfig bad = ServerEndpointConfig.Builder.create(
                        EndpointServerContainerTest.TwoOnMessageOfOneKind.class, "/x")
                .build();

        assertThrows(DeploymentException.class, () -> container.upgrade(TestUpgradeRequest.of("/x"), bad, Map.of()));
        assertFalse(container.isEmpty());
    }

    @Test
    void whoeverUpgradesHasDecidedOnTheOrigin() throws Exception {
        UpgradeDecision decision =
                container.upgrade(TestUpgradeRequest.of("/front", "Origin: http://page.example"), config, Map.of());

        assertInstanceOf(UpgradeDecision.Accepted.class, decision);
    }

    @Test
    void allowedOriginsThatSomebodyHasSetHoldAllTheSame() throws Exception {
        Settings.builder().set(Setting.ALLOWED_ORIGINS, "same-origin").build().applyTo(config.getUserProperties());

        UpgradeDecision decision =
                container.upgrade(TestUpgradeRequest.of("/front", "Origin: http://evil.example"), config, Map.of());

        assertEquals(
                403, assertInstanceOf(UpgradeDecision.Rejected.class, decision).status());
    }

    @Test
    void needsServlets() {
        assertThrows(
                UnsupportedOperationException.class,
                () -> container.upgradeHttpToWebSocket("request", "response", config, Map.of()));
    }
}
