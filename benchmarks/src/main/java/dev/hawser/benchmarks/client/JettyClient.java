package dev.hawser.benchmarks.client;

import javax.net.ssl.SSLContext;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.ee11.websocket.jakarta.client.JakartaWebSocketClientContainer;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.websocket.core.client.WebSocketCoreClient;

/** Jetty's Jakarta client, with the threads that it chooses itself. */
public final class JettyClient extends JakartaClient {
    public JettyClient() throws Exception {
        super(started());
    }

    private static JakartaWebSocketClientContainer started() throws Exception {
        HttpClient http = new HttpClient();
        SSLContext trusted = Trust.context();
        if (trusted != null) {
            SslContextFactory.Client tls = new SslContextFactory.Client();
            tls.setSslContext(trusted);
            http.setSslContextFactory(tls);
        }
        http.setMaxConnectionsPerDestination(Integer.MAX_VALUE);
        Container container = new Container(http);
        container.start();
        container.getWebSocketCoreClient(); // starts it, which the first connects would all do at the same time
        return container;
    }

    private static final class Container extends JakartaWebSocketClientContainer {
        private Container(HttpClient http) {
            super(http);
        }

        @Override
        protected WebSocketCoreClient getWebSocketCoreClient() {
            return super.getWebSocketCoreClient();
        }
    }
}
