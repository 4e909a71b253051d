package dev.hawser.micrometer;

import dev.hawser.HawserContainer;
import dev.hawser.servlet.HawserInitializer;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.websocket.ClientEndpoint;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerContainer;
import jakarta.websocket.server.ServerEndpoint;
import java.net.URI;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.ee11.servlet.FilterHolder;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** A real Jetty with one endpoint, which echoes. */
final class RoomServer implements AutoCloseable {
    static final String ENDPOINT = "/room/{name}";

    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server, 1, 1);
    private final ServletContextHandler context = new ServletContextHandler("/");

    /** Echoes, after what the test wants to happen in the callback. */
    @ServerEndpoint(ENDPOINT)
    public static class Room {
        static volatile Runnable inCallback = () -> {};

        @OnMessage
        public String said(String text) {
            inCallback.run();
            return text;
        }
    }

    /** A client that keeps what it gets. */
    @ClientEndpoint
    public static class Guest {
        final BlockingQueue<String> received = new LinkedBlockingQueue<>();

        @OnMessage
        public void heard(String text) {
            received.add(text);
        }

        @OnClose
        public void closed() {
            received.add("closed");
        }

        String next() throws InterruptedException {
            String text = received.poll(30, TimeUnit.SECONDS);
            if (text == null) {
                throw new AssertionError("nothing came in 30 s");
            }
            return text;
        }
    }

    private RoomServer() {}

    /** @param filters run in front of it */
    static RoomServer start(List<Filter> filters, String... settings) throws Exception {
        RoomServer made = new RoomServer();
        made.connector.setHost("127.0.0.1");
        made.server.addConnector(made.connector);
        for (String setting : settings) {
            String[] pair = setting.split("=", 2);
            made.context.setInitParameter("dev.hawser." + pair[0], pair[1]);
        }
        for (Filter filter : new ArrayList<>(filters)) {
            FilterHolder holder = new FilterHolder(filter);
            holder.setAsyncSupported(true);
            made.context.addFilter(holder, "/*", EnumSet.of(DispatcherType.REQUEST));
        }
        made.context.addServletContainerInitializer(new HawserInitializer(), Room.class);
        made.server.setHandler(made.context);
        made.server.start();
        Room.inCallback = () -> {};
        return made;
    }

    HawserContainer container() {
        return (HawserContainer) made(context.getServletContext().getAttribute(ServerContainer.class.getName()));
    }

    private static Object made(Object container) {
        if (!(container instanceof HawserContainer)) {
            throw new AssertionError("Hawser does not serve, but " + container);
        }
        return container;
    }

    int port() {
        return connector.getLocalPort();
    }

    URI uri(String path) {
        return URI.create("ws://127.0.0.1:" + port() + path);
    }

    /** A session of the server's own client, after its first echo. What it sends must not be logged. */
    Session join(Guest guest, String path) throws Exception {
        Session session = container().connectToServer(guest, uri(path));
        session.getBasicRemote().sendText("pl4nt"); // five octets
        if (!guest.next().equals("pl4nt")) {
            throw new AssertionError("no echo");
        }
        return session;
    }

    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("not in 30 s: " + what);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Override
    public void close() throws Exception {
        server.stop();
    }
}
