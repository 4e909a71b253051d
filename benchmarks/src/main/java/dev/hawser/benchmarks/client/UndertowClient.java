package dev.hawser.benchmarks.client;

import io.undertow.websockets.jsr.DefaultWebSocketClientSslProvider;
import jakarta.websocket.ContainerProvider;
import java.util.Map;
import javax.net.ssl.SSLContext;

/** Undertow's client. Its I/O threads call endpoints if {@code io.undertow.websockets.invoke-in-io-thread} is set. */
public final class UndertowClient extends JakartaClient {
    public UndertowClient() {
        super(ContainerProvider.getWebSocketContainer(), properties());
    }

    private static Map<String, Object> properties() {
        SSLContext trusted = Trust.context();
        return trusted == null ? Map.of() : Map.of(DefaultWebSocketClientSslProvider.SSL_CONTEXT, trusted);
    }
}
