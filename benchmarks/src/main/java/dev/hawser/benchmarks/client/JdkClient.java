package dev.hawser.benchmarks.client;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's {@code java.net.http.WebSocket}. Its one client has one selector thread, which also calls the listeners if
 * {@code client.onSelector} is set; otherwise the client's own pool does.
 */
public final class JdkClient implements Client {
    private static final long CONNECT_SECONDS = 30;

    private final HttpClient http;

    public JdkClient() {
        HttpClient.Builder builder = HttpClient.newBuilder();
        if (Boolean.getBoolean("client.onSelector")) {
            Executor calling = Runnable::run;
            builder.executor(calling);
        }
        SSLContext trusted = Trust.context();
        if (trusted != null) {
            builder.sslContext(trusted);
        }
        http = builder.build();
    }

    @Override
    public Connection connect(URI uri, Listener listener) throws Exception {
        return new Open(http.newWebSocketBuilder()
                .buildAsync(uri, new Receiving(listener))
                .get(CONNECT_SECONDS, TimeUnit.SECONDS));
    }

    /** A send may not begin before the last one is done, and an echo may arrive before that. */
    private static final class Open implements Connection {
        private final WebSocket socket;
        /** Guarded by this. What is not sent has no echo, which is noticed. */
        private CompletableFuture<WebSocket> last;

        private Open(WebSocket socket) {
            this.socket = socket;
            this.last = CompletableFuture.completedFuture(socket);
        }

        @Override
        public synchronized void send(String text) {
            last = last.isDone() ? socket.sendText(text, true) : last.thenCompose(sent -> sent.sendText(text, true));
        }

        @Override
        public void close() {
            CompletableFuture<WebSocket> unused = socket.sendClose(WebSocket.NORMAL_CLOSURE, "");
        }
    }

    /** Puts the parts of a message together, and asks for the next one. */
    private static final class Receiving implements WebSocket.Listener {
        private final Listener listener;
        private @Nullable StringBuilder begun;

        private Receiving(Listener listener) {
            this.listener = listener;
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            StringBuilder before = begun;
            if (!last) {
                begun = (before == null ? new StringBuilder() : before).append(data);
            } else {
                begun = null;
                listener.received(
                        before == null ? data.toString() : before.append(data).toString());
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            listener.ended(code + " " + reason);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            listener.ended(error.toString());
        }
    }
}
