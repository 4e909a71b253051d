package dev.hawser.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.HawserContainer;
import jakarta.websocket.CloseReason;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

class ShutdownTest {
    private static final BlockingQueue<String> EVENTS = new LinkedBlockingQueue<>();

    static class Store implements DisposableBean {
        @Override
        public void destroy() {
            EVENTS.add("store destroyed");
        }
    }

    @ServerEndpoint("/stopping")
    static class StoppingEndpoint {
        StoppingEndpoint(Store store) {}

        @OnMessage
        String echo(String text) {
            return text;
        }

        @OnClose
        void close(CloseReason reason) {
            EVENTS.add("closed " + reason.getCloseCode().getCode());
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import({Store.class, StoppingEndpoint.class})
    static class App {}

    @Test
    void peersGet1001BeforeTheBeansThatEndpointsUseAreDestroyed() throws Exception {
        EVENTS.clear();
        try (SpringApp app = SpringApp.start(App.class);
                Peer peer = Peer.connect(app.ws("/stopping"))) {
            assertEquals("here", peer.send("here").receive());
            assertEquals(
                    1,
                    app.bean(HawserServer.class).container().getOpenSessions().size());
            app.close();
            peer.assertClosedWith(1001);
            assertEquals("closed 1001", EVENTS.poll(30, TimeUnit.SECONDS));
            assertEquals("store destroyed", EVENTS.poll(30, TimeUnit.SECONDS));
        }
    }

    @Test
    void aPeerThatDoesNotAnswerHoldsTheStopNoLongerThanItsTimeout() throws Exception {
        SpringApp app = SpringApp.start(App.class, "hawser.stop-timeout=300ms");
        try (SilentPeer peer = SilentPeer.connect(Integer.parseInt(app.port()), "/stopping")) {
            HawserContainer container = app.bean(HawserServer.class).container();
            long begun = System.nanoTime();
            app.bean(HawserShutdown.class).stop();
            assertTrue(container.getOpenSessions().isEmpty());
            assertTrue(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun) < 10);
            assertEquals(503, Peer.refusal(app.ws("/stopping")));
        } finally {
            app.close();
        }
    }
}
