package dev.hawser.tck.assertions;

import dev.hawser.tck.app.Journal;
import dev.hawser.tck.app.JournalServlet;
import dev.hawser.tck.container.Deployments;
import dev.hawser.tck.wire.HandshakeResponse;
import dev.hawser.tck.wire.WireClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jboss.shrinkwrap.api.Archive;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.ClassLoaderAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** An application in the container, as its clients see it. */
final class Application {

    private final int port;
    private final String contextPath;

    /** The application of an archive, whether it started or not. */
    Application(Archive<?> archive) throws Exception {
        this(Deployments.port(), Deployments.contextPath(archive));
    }

    /** The application at a URL that Arquillian injected. */
    Application(java.net.URL url) {
        this(url.getPort(), url.getPath().replaceAll("/$", ""));
    }

    private Application(int port, String contextPath) {
        this.port = port;
        this.contextPath = contextPath;
    }

    /**
     * A WAR with these classes and the journal.
     *
     * <p>The endpoints are nested classes of a test. Nested classes may call each other's private members only if they
     * find their outermost class in the same loader, so that class file comes along, without its other nested classes.
     */
    static WebArchive war(String name, Class<?>... classes) {
        WebArchive war = ShrinkWrap.create(WebArchive.class, name + ".war")
                .addClasses(Journal.class, JournalServlet.class)
                .addClasses(classes);
        for (Class<?> type : classes) {
            String host = type.getNestHost().getName().replace('.', '/') + ".class";
            if (!war.contains("/WEB-INF/classes/" + host)) {
                war.addAsResource(new ClassLoaderAsset(host), host);
            }
        }
        return war;
    }

    /** Opens a WebSocket; the handshake must succeed. */
    WireClient open(String path, String... headers) throws IOException {
        WireClient client = new WireClient(port, contextPath + path, headers);
        if (client.response().status() != 101) {
            client.close();
            throw new IOException(
                    "No WebSocket at " + path + ": status " + client.response().status());
        }
        return client;
    }

    /** The answer to a handshake, whatever it is. */
    HandshakeResponse handshake(String path, String... headers) throws IOException {
        try (WireClient client = new WireClient(port, contextPath + path, headers)) {
            return client.response();
        }
    }

    /** Sends one text message on a new connection and returns the text that is answered. */
    String ask(String path, String message) throws IOException {
        try (WireClient client = open(path)) {
            return client.sendText(message).receiveText();
        }
    }

    /** The ws URI of a path in the application. */
    URI uri(String path) {
        return URI.create("ws://127.0.0.1:" + port + contextPath + path);
    }

    /** The next event of a topic of the application's journal. */
    String event(String topic) throws IOException {
        return get("/journal?topic=" + URLEncoder.encode(topic, StandardCharsets.UTF_8));
    }

    /** The body of an HTTP answer with status 200. */
    String get(String path, String... headers) throws IOException {
        HttpURLConnection http = (HttpURLConnection) URI.create("http://127.0.0.1:" + port + contextPath + path)
                .toURL()
                .openConnection();
        http.setReadTimeout(20_000);
        for (String header : headers) {
            http.setRequestProperty(
                    header.substring(0, header.indexOf(':')), header.substring(header.indexOf(':') + 2));
        }
        if (http.getResponseCode() != 200) {
            throw new IOException("Status " + http.getResponseCode() + " for " + path);
        }
        try (InputStream body = http.getInputStream()) {
            return new String(body.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The port of the server, and the path of the application on it: for handshakes that are not well-formed. */
    int port() {
        return port;
    }

    /** The context path. */
    String contextPath() {
        return contextPath;
    }
}
