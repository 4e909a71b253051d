package dev.hawser.war;

import dev.hawser.internal.servlet.RawClient;
import dev.hawser.servlet.HawserInitializer;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import jakarta.websocket.HandshakeResponse;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.HandshakeRequest;
import jakarta.websocket.server.ServerContainer;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.Principal;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.security.ConstraintMapping;
import org.eclipse.jetty.ee10.servlet.security.ConstraintSecurityHandler;
import org.eclipse.jetty.security.Constraint;
import org.eclipse.jetty.security.HashLoginService;
import org.eclipse.jetty.security.UserStore;
import org.eclipse.jetty.security.authentication.BasicAuthenticator;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.security.Password;

/**
 * A program of Jakarta EE 10: what works in a JVM whose class path is that of Jetty's environment ee10. Prints a line
 * for each. Its arguments are the initializers of other implementations, which the container calls first.
 */
public final class OnEe10 {
    private static final String ADA = "Authorization: Basic YWRhOnNlY3JldA=="; // ada:secret

    private OnEe10() {}

    /** Remembers the role, which can be asked for during the handshake only. */
    public static class Roles extends ServerEndpointConfig.Configurator {
        @Override
        public void modifyHandshake(ServerEndpointConfig config, HandshakeRequest request, HandshakeResponse response) {
            config.getUserProperties().put("sailor", request.isUserInRole("sailor"));
        }
    }

    @ServerEndpoint(value = "/safe", configurator = Roles.class)
    public static class Safe {
        @OnMessage
        public String who(String text, Session session) {
            Principal user = session.getUserPrincipal();
            return (user == null ? "nobody" : user.getName()) + " "
                    + session.getUserProperties().get("sailor");
        }
    }

    @ServerEndpoint("/late/{room}")
    public static class Late {
        @OnMessage
        public String echo(String text, Session session) {
            return session.getPathParameters().get("room") + " " + text;
        }
    }

    @ServerEndpoint("/echo")
    public static class EchoEndpoint {
        @OnMessage
        public String echo(String text) {
            return text;
        }
    }

    public static void main(String[] arguments) throws Exception {
        embed(0);
        serve(arguments);
        System.out.println("end");
    }

    private static void embed(int port) throws Exception {
        // begin jetty
        Server server = new Server(port);
        ServletContextHandler context = new ServletContextHandler("/");
        context.addServletContainerInitializer(new HawserInitializer(), EchoEndpoint.class);
        server.setHandler(context);
        server.start();
        // end jetty
        try (RawClient client = new RawClient(((ServerConnector) server.getConnectors()[0]).getLocalPort(), "/echo")) {
            System.out.println("embedded " + answer(client, "hello"));
        }
        server.stop();
    }

    private static void serve(String... arguments) throws Exception {
        Server server = new Server(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        ServletContextHandler context = new ServletContextHandler("/");
        for (String other : arguments) {
            context.addServletContainerInitializer(Class.forName(other)
                    .asSubclass(ServletContainerInitializer.class)
                    .getConstructor()
                    .newInstance());
        }
        context.addServletContainerInitializer(new HawserInitializer(), WarEcho.class, Safe.class);
        context.setSecurityHandler(security());
        server.setHandler(context);
        server.start();
        int port = ((ServerConnector) server.getConnectors()[0]).getLocalPort();
        ServletContext servletContext = context.getServletContext();
        ServerContainer container =
                (ServerContainer) servletContext.getAttribute("jakarta.websocket.server.ServerContainer");
        System.out.println("servlet " + servletContext.getMajorVersion() + "." + servletContext.getMinorVersion());
        System.out.println("container " + container.getClass().getName());
        try (RawClient client = new RawClient(port, "/echo")) {
            System.out.println("where " + answer(client, "where"));
            client.sendFrame(0x88, new byte[] {0x0f, (byte) 0xa2}); // 4002
            System.out.println("close " + client.readCloseCode());
        }
        container.addEndpoint(Late.class);
        try (RawClient client = new RawClient(port, "/late/deck%209")) {
            System.out.println("added " + answer(client, "hello"));
        }
        System.out.println("anonymous " + status(port));
        try (RawClient client = new RawClient(port)) {
            client.send(RawClient.handshake("/safe", ADA));
            client.readHead();
            System.out.println("user " + answer(client, "who"));
        }
        try (RawClient client = new RawClient(port, "/echo")) {
            answer(client, "hello");
            CompletableFuture<Void> stop = CompletableFuture.runAsync(() -> stop(server));
            System.out.println("stop " + client.readCloseCode());
            client.sendFrame(0x88, new byte[] {0x03, (byte) 0xe9}); // 1001
            stop.join();
        }
    }

    private static ConstraintSecurityHandler security() {
        UserStore users = new UserStore();
        users.addUser("ada", new Password("secret"), new String[] {"sailor"});
        HashLoginService login = new HashLoginService("test");
        login.setUserStore(users);
        ConstraintMapping mapping = new ConstraintMapping();
        mapping.setPathSpec("/safe");
        mapping.setConstraint(Constraint.from("sailor"));
        ConstraintSecurityHandler security = new ConstraintSecurityHandler();
        security.setAuthenticator(new BasicAuthenticator());
        security.setLoginService(login);
        security.addConstraintMapping(mapping);
        return security;
    }

    private static int status(int port) throws IOException {
        try (RawClient client = new RawClient(port, "/safe")) {
            return client.status();
        }
    }

    private static String answer(RawClient client, String text) throws IOException {
        client.upgraded().sendText(text);
        return client.readFrame().text();
    }

    private static void stop(Server server) {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
