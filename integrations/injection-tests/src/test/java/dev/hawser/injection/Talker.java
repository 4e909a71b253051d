package dev.hawser.injection;

import dev.hawser.HawserSession;
import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.internal.client.EndpointClientContainer;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.CloseReason;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.Session;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client that asks and waits for the answer. */
final class Talker extends Endpoint implements AutoCloseable {
    private final EndpointClientContainer container = new EndpointClientContainer();
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Session session;

    Talker(URI uri) throws Exception {
        container.setSettings(Settings.builder()
                .set(Setting.CONNECT_TIMEOUT, Duration.ofSeconds(30))
                .build());
        session = container.connectToServer(
                this, ClientEndpointConfig.Builder.create().build(), uri);
        if (!(session instanceof HawserSession)) {
            throw new AssertionError("a session of " + session.getClass());
        }
    }

    @Override
    public void onOpen(Session opened, EndpointConfig config) {
        opened.addMessageHandler(String.class, (MessageHandler.Whole<String>) answers::add);
    }

    @Override
    public void onClose(Session ended, CloseReason reason) {
        answers.add("closed " + reason.getCloseCode().getCode());
        closed.countDown();
    }

    String ask(String text) throws IOException, InterruptedException {
        session.getBasicRemote().sendText(text);
        return next();
    }

    /** The next message. */
    String next() throws InterruptedException {
        return String.valueOf(answers.poll(30, TimeUnit.SECONDS));
    }

    @Override
    public void close() throws Exception {
        session.close();
        closed.await(30, TimeUnit.SECONDS);
        container.close();
    }
}
