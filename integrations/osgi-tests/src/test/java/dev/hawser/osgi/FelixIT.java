package dev.hawser.osgi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;

/** The jar is a bundle: endpoints are served by a servlet of the HTTP Whiteboard, and the client is a service. */
class FelixIT {
    private static final String WITHOUT_LOGIN = "dev.hawser.closeWithAnonymousHttpSession";

    private static Felix felix;

    private final HttpClient http =
            HttpClient.newBuilder().cookieHandler(new CookieManager()).build();

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        System.setProperty(WITHOUT_LOGIN, "true");
        felix = Felix.start(folder);
    }

    @AfterAll
    static void stop() throws Exception {
        System.clearProperty(WITHOUT_LOGIN);
        felix.close();
    }

    @Test
    void anEndpointOfABundleIsServedByHawser() throws Exception {
        Received received = new Received();
        WebSocket client = connect("echo", received);
        client.sendText("hello", true).join();
        assertEquals("Hawser: hello", received.next());
        client.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
        assertEquals("close 1000", received.next());
    }

    @Test
    void aBundleConnectsWithTheClientThatIsAService() {
        UnaryOperator<String> asking = askingOf(felix);
        assertEquals("Hawser: from a bundle", asking.apply(ws() + "echo"));
    }

    @Test
    void everythingElseIsNotFoundOrServedByOthers() throws Exception {
        assertEquals("done", get("login").body());
        assertEquals(404, get("echo").statusCode(), "an endpoint takes no plain request");
        for (String path : List.of("nothing", "rooms/a/b")) {
            CompletionException refused =
                    assertThrows(CompletionException.class, () -> connect(path, new Received()), path);
            assertEquals(
                    404,
                    ((WebSocketHandshakeException) refused.getCause())
                            .getResponse()
                            .statusCode());
        }
    }

    @Test
    void aTemplateBelowAPatternOfTheServletHasItsParameters() throws Exception {
        Received received = new Received();
        WebSocket client = connect("rooms/blue%20one", received);
        assertEquals("room blue one", received.next());
        client.abort();
    }

    @Test
    void theEndOfAnHttpSessionClosesItsWebSockets() throws Exception {
        get("login");
        Received received = new Received();
        WebSocket client = connect("echo", received);
        client.sendText("hello", true).join();
        assertEquals("Hawser: hello", received.next());
        get("login?out");
        assertEquals("close 1008", received.next());
        client.abort();
    }

    @Test
    void sessionsAreToldThatTheirBundleStopsAndItStartsAgain() throws Exception {
        Received received = new Received();
        WebSocket client = connect("echo", received);
        Bundle user = felix.user();
        user.stop();
        assertEquals("close 1001", received.next());
        client.abort();
        user.start();
        Received again = new Received();
        WebSocket second = Felix.await("the endpoint again", () -> {
            try {
                return connect("echo", again);
            } catch (CompletionException e) {
                return null;
            }
        });
        second.sendText("again", true).join();
        assertEquals("Hawser: again", again.next());
        second.abort();
    }

    @Test
    void theBundleExportsWhatThePublicApiIsAndNothingElse() {
        Bundle bundle = felix.bundle("dev.hawser.websocket");
        assertEquals(Bundle.ACTIVE, bundle.getState());
        String exported = bundle.getHeaders().get("Export-Package");
        assertTrue(exported.contains("dev.hawser.servlet;"), exported);
        assertTrue(!exported.contains("internal") && !exported.contains("shaded"), exported);
        String imported = bundle.getHeaders().get("Import-Package");
        assertTrue(!imported.contains("tlschannel") && !imported.contains("sun."), imported);
    }

    @SuppressWarnings("unchecked") // the bundle registers nothing else as such a function
    private static UnaryOperator<String> askingOf(Felix felix) {
        return felix.service(UnaryOperator.class);
    }

    private WebSocket connect(String path, Received received) {
        return http.newWebSocketBuilder()
                .buildAsync(URI.create(ws() + path), received)
                .join();
    }

    private static String ws() {
        return felix.http().replaceFirst("http", "ws");
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(felix.http() + path)).build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** Keeps what a client receives. */
    private static final class Received implements WebSocket.Listener {
        private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
            events.add(text.toString());
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            events.add("close " + code);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            events.add("error " + error);
        }

        String next() throws InterruptedException {
            return events.poll(30, TimeUnit.SECONDS);
        }
    }
}
