package dev.hawser.war;

import dev.hawser.servlet.HawserInitializer;
import jakarta.websocket.ClientEndpoint;
import jakarta.websocket.ContainerProvider;
import jakarta.websocket.HandshakeResponse;
import jakarta.websocket.OnMessage;
import jakarta.websocket.SendResult;
import jakarta.websocket.Session;
import jakarta.websocket.server.HandshakeRequest;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;
import java.net.URI;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * Server and client in a JVM with one version of the WebSocket API, which {@link ApiVersionsIT} chooses: what they said
 * to each other, a line each on standard output. It calls nothing directly that the oldest version does not have.
 */
public final class EchoOnApi {
    static final BlockingQueue<String> RECEIVED = new LinkedBlockingQueue<>();

    private EchoOnApi() {}

    /** Echoes. */
    @ServerEndpoint(value = "/echo", configurator = Requests.class)
    public static final class Echo {
        @OnMessage
        public String onMessage(String message, Session session) {
            return message + " " + session.getUserProperties().get("address") + " "
                    + session.getUserProperties().get("getters");
        }
    }

    /** Asks for what version 2.3 has added, if it is there. */
    public static final class Requests extends ServerEndpointConfig.Configurator {
        private static final List<String> GETTERS = List.of(
                "getRemoteAddress",
                "getRemoteHostName",
                "getRemotePort",
                "getLocalAddress",
                "getLocalHostName",
                "getLocalPort",
                "getPreferredLocale",
                "getUserX509CertificateChain");

        @Override
        public void modifyHandshake(ServerEndpointConfig config, HandshakeRequest request, HandshakeResponse response) {
            String address = "-";
            int getters = 0;
            for (String getter : GETTERS) {
                try {
                    Object answer = HandshakeRequest.class.getMethod(getter).invoke(request);
                    address = getter.equals("getRemoteAddress") ? String.valueOf(answer) : address;
                    getters++;
                } catch (NoSuchMethodException e) {
                    // this version does not have it
                } catch (ReflectiveOperationException e) {
                    throw new IllegalStateException(e);
                }
            }
            config.getUserProperties().put("address", address);
            config.getUserProperties().put("getters", getters);
        }
    }

    /** Listens. */
    @ClientEndpoint
    public static final class Client {
        @OnMessage
        public void onMessage(String message) {
            RECEIVED.add(message);
        }
    }

    /** Without arguments. Exit code 0 if it came to its end. */
    public static void main(String[] arguments) throws Exception {
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server, 1, 1);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler("/");
        context.addServletContainerInitializer(new HawserInitializer(), Echo.class);
        server.setHandler(context);
        server.start();
        try (Session session = ContainerProvider.getWebSocketContainer()
                .connectToServer(Client.class, URI.create("ws://127.0.0.1:" + connector.getLocalPort() + "/echo"))) {
            BlockingQueue<SendResult> results = new LinkedBlockingQueue<>();
            session.getAsyncRemote().sendText("hello", results::add);
            SendResult result = results.poll(30, TimeUnit.SECONDS);
            System.out.println("sent " + (result != null && result.isOK() && result.getException() == null));
            System.out.println("session " + sessionOf(result, session));
            System.out.println("received " + RECEIVED.poll(30, TimeUnit.SECONDS));
        }
        server.stop();
        System.exit(0);
    }

    /** Version 2.2 has added {@code SendResult.getSession}. */
    private static String sessionOf(SendResult result, Session session) throws ReflectiveOperationException {
        try {
            return String.valueOf(SendResult.class.getMethod("getSession").invoke(result) == session);
        } catch (NoSuchMethodException e) {
            return "-";
        }
    }
}
