package dev.hawser.internal.server;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.Dispatch;
import dev.hawser.EndpointSettings;
import dev.hawser.Setting;
import dev.hawser.Settings;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;
import org.junit.jupiter.api.Test;

/**
 * Whoever asks for virtual threads gets them, or is told at deployment why not: less silently would be a limit that
 * nobody has asked for.
 */
class VirtualThreadsDeploymentTest {
    private static final Settings VIRTUAL =
            Settings.builder().parse(Setting.DISPATCH, "virtual-threads").build();

    @ServerEndpoint("/virtual")
    @EndpointSettings("dispatch=virtual-threads")
    public static class OnVirtualThreads {
        @OnMessage
        public void onText(String message) {}
    }

    @ServerEndpoint("/worker")
    @EndpointSettings("dispatch=worker")
    public static class OnWorkers {
        @OnMessage
        public void onText(String message) {}
    }

    @Test
    void anEndpointThatAsksForThemIsDeployedOrRefused() throws Exception {
        try (TestContainer test = new TestContainer()) {
            deployedOrRefused(test, OnVirtualThreads.class);
        }
    }

    @Test
    void anApplicationThatAsksForThemIsToldByItsFirstEndpoint() throws Exception {
        try (TestContainer test = new TestContainer(VIRTUAL)) {
            deployedOrRefused(test, TestContainer.Good.class);
        }
    }

    @Test
    void anEndpointWithAnotherDispatchIsDeployedAnywhere() throws Exception {
        try (TestContainer test = new TestContainer(VIRTUAL)) {
            test.container.addEndpoint(OnWorkers.class);
            test.accept(TestUpgradeRequest.of("/worker"));
        }
    }

    private static void deployedOrRefused(TestContainer test, Class<?> endpoint) throws Exception {
        if (Dispatch.VIRTUAL_THREADS.isSupported()) {
            test.container.addEndpoint(endpoint);
            test.accept(TestUpgradeRequest.of(
                    endpoint.getAnnotation(ServerEndpoint.class).value()));
            return;
        }
        DeploymentException e = assertThrows(DeploymentException.class, () -> test.container.addEndpoint(endpoint));
        int version = Runtime.version().feature();
        assertTrue(e.getMessage().contains(endpoint.getName()), e.getMessage());
        assertTrue(e.getMessage().contains("needs Java 21 or later, and this is Java " + version), e.getMessage());
        assertTrue(e.getMessage().contains("dispatch=worker"), e.getMessage());
    }
}
