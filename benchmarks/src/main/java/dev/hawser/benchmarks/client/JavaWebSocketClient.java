package dev.hawser.benchmarks.client;

import java.io.IOException;
import java.net.URI;
import javax.net.ssl.SSLContext;
import org.java_websocket.client.WebSocketClient;
import org.java_websocket.handshake.ServerHandshake;
import org.jspecify.annotations.Nullable;

/** Java-WebSocket's client, which has two threads for each connection. */
public final class JavaWebSocketClient implements Client {
    private final @Nullable SSLContext trusted = Trust.context();

    @Override
    public Connection connect(URI uri, Listener listener) throws Exception {
        Socket socket = new Socket(uri, listener);
        socket.setTcpNoDelay(true);
        socket.setConnectionLostTimeout(0); // the others send no pings either
        if (trusted != null && uri.getScheme().equals("wss")) {
            socket.setSocketFactory(trusted.getSocketFactory());
        }
        if (!socket.connectBlocking()) {
            throw new IOException("No connection to " + uri);
        }
        return socket;
    }

    private static final class Socket extends WebSocketClient implements Connection {
        private final Listener listener;

        private Socket(URI uri, Listener listener) {
            super(uri);
            this.listener = listener;
        }

        @Override
        public void onOpen(ServerHandshake response) {}

        @Override
        public void onMessage(String text) {
            listener.received(text);
        }

        @Override
        public void onClose(int code, String reason, boolean remote) {
            listener.ended(code + " " + reason);
        }

        @Override
        public void onError(Exception error) {
            error.printStackTrace(); // to the log of this contestant
        }
    }
}
