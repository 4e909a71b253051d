package dev.hawser.osgi.bundle;

import jakarta.websocket.ClientEndpoint;
import jakarta.websocket.ContainerProvider;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.WebSocketContainer;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/** Asks the echo at a URI with the client that the registry of services has, and returns its answer. */
public final class Asking implements UnaryOperator<String> {
    private final BundleContext context;

    Asking(BundleContext context) {
        this.context = context;
    }

    @Override
    public String apply(String uri) {
        ServiceReference<ContainerProvider> provider = context.getServiceReference(ContainerProvider.class);
        if (provider == null) {
            return "no service " + ContainerProvider.class.getName();
        }
        // The API asks the ServiceLoader, which looks where the provider's classes are.
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(context.getService(provider).getClass().getClassLoader());
        try {
            WebSocketContainer client = ContainerProvider.getWebSocketContainer();
            Answers answers = new Answers();
            try (Session session = client.connectToServer(answers, URI.create(uri))) {
                session.getBasicRemote().sendText("from a bundle");
                return String.valueOf(answers.received.poll(30, TimeUnit.SECONDS));
            }
        } catch (DeploymentException | IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** Keeps what comes. */
    @ClientEndpoint
    public static class Answers {
        private final BlockingQueue<String> received = new LinkedBlockingQueue<>();

        @OnMessage
        public void onText(String text) {
            received.add(text);
        }
    }
}
