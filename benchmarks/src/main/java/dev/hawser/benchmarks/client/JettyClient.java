package dev.hawser.benchmarks.client;

import javax.net.ssl.SSLContext;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.ee11.websocket.jakarta.client.JakartaWebSocketClientContainer;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** Jetty's Jakarta client. Its threads call endpoints and read in turn, so that no thread is woken for a message. */
public final class JettyClient extends JakartaClient {
    public JettyClient() throws Exception {
        super(started());
    }

    private static JakartaWebSocketClientContainer started() throws Exception {
        HttpClient http = new HttpClient();
        SSLContext trusted = trusted();
        if (trusted != null) {
            SslContextFactory.Client tls = new SslContextFactory.Client();
            tls.setSslContext(trusted);
            http.setSslContextFactory(tls);
        }
        http.setMaxConnectionsPerDestination(Integer.MAX_VALUE);
        JakartaWebSocketClientContainer container = new JakartaWebSocketClientContainer(http);
        container.start();
        return container;
    }
}
