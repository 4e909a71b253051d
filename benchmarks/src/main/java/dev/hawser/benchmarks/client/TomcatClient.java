package dev.hawser.benchmarks.client;

import org.apache.tomcat.websocket.WsWebSocketContainer;

/** Tomcat's client. The threads of its asynchronous channels call endpoints. */
public final class TomcatClient extends JakartaClient {
    public TomcatClient() {
        super(new WsWebSocketContainer());
    }
}
