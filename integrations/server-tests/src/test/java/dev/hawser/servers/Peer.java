package dev.hawser.servers;

import dev.hawser.logs.SecretsInLogs;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A client that is not ours: the one of the JDK. */
final class Peer implements WebSocket.Listener, AutoCloseable {
    private static final long DEADLINE_SECONDS = 60;

    private final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closeCode = new CompletableFuture<>();
    private final StringBuilder text = new StringBuilder(); // confined to the listener
    private @Nullable WebSocket socket; // set once, by connect

    private Peer() {}

    static Peer connect(int port, String path) throws Exception {
        Peer peer = new Peer();
        peer.socket = SecretsInLogs.addTo(HttpClient.newHttpClient().newWebSocketBuilder())
                .buildAsync(URI.create("ws://127.0.0.1:" + port + path), peer)
                .get(DEADLINE_SECONDS, TimeUnit.SECONDS);
        return peer;
    }

    /** The status that a handshake is refused with. */
    static int refusal(int port, String path) throws Exception {
        try (Peer peer = connect(port, path)) {
            throw new AssertionError("not refused: " + peer.socket);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof WebSocketHandshakeException refused) {
                return refused.getResponse().statusCode();
            }
            throw e;
        }
    }

    /** Sends a text, and gives the next one that comes. */
    String ask(String question) throws Exception {
        send(question);
        return await();
    }

    void send(String message) throws Exception {
        socket.sendText(message, true).get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    /** The next text. */
    String await() throws InterruptedException {
        String answer = texts.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
        if (answer == null) {
            throw new AssertionError("no text within " + DEADLINE_SECONDS + " s");
        }
        return answer;
    }

    /** Begins the closing handshake. */
    void sayGoodbye() throws Exception {
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    int awaitClose() throws Exception {
        return closeCode.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    /** How many texts have come for which nobody has asked. */
    int unasked() {
        return texts.size();
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
        text.append(data);
        if (last) {
            texts.add(text.toString());
            text.setLength(0);
        }
        webSocket.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
        closeCode.complete(statusCode);
        return null;
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
        closeCode.completeExceptionally(error);
    }

    @Override
    public void close() {
        socket.abort();
    }
}
