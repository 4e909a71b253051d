package dev.hawser.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hawser.logs.SecretsInLogs;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The JDK's own WebSocket client, which shares no code with Hawser. */
final class Peer implements WebSocket.Listener, AutoCloseable {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final LinkedBlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final StringBuilder partial = new StringBuilder();
    private WebSocket socket;

    /** Connects with headers, as names and values in turn, and with what must not be logged. */
    static Peer connect(URI uri, String... headers) {
        WebSocket.Builder builder = SecretsInLogs.addTo(HTTP.newWebSocketBuilder(), headers);
        for (int i = 0; i < headers.length; i += 2) {
            if (headers[i].equals("Sec-WebSocket-Protocol")) {
                builder.subprotocols(headers[i + 1]);
            } else {
                builder.header(headers[i], headers[i + 1]);
            }
        }
        Peer peer = new Peer();
        peer.socket = builder.buildAsync(uri, peer).join();
        return peer;
    }

    /** The HTTP status with which a server refuses the handshake. */
    static int refusal(URI uri, String... headers) {
        try {
            connect(uri, headers).close();
            return 101;
        } catch (CompletionException e) {
            return ((WebSocketHandshakeException) e.getCause()).getResponse().statusCode();
        }
    }

    Peer send(String text) {
        socket.sendText(text, true).join();
        return this;
    }

    String receive() throws InterruptedException {
        String text = received.poll(30, TimeUnit.SECONDS);
        if (text == null) {
            throw new AssertionError("nothing came in 30 s");
        }
        return text;
    }

    /** The next message; null if there is none within a second. */
    String receiveInASecond() throws InterruptedException {
        return received.poll(1, TimeUnit.SECONDS);
    }

    void assertClosedWith(int code) throws Exception {
        assertEquals(code, closed.get(30, TimeUnit.SECONDS));
    }

    @Override
    public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
        partial.append(data);
        if (last) {
            received.add(partial.toString());
            partial.setLength(0);
        }
        webSocket.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
        closed.complete(statusCode);
        return null;
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
        closed.completeExceptionally(error);
    }

    @Override
    public void close() {
        socket.abort();
    }
}
