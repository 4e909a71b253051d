package org.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.catalina.Context;
import org.apache.catalina.startup.Tomcat;
import org.junit.jupiter.api.Test;

/** The server has no WebSocket of its own, so what answers is Hawser in the WAR. */
class ChatIT {
    @Test
    void theWarEchoesWhatAClientSends() throws Exception {
        File war = new File(System.getProperty("war"));
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(Files.createTempDirectory("tomcat").toString());
        tomcat.setPort(0);
        tomcat.getHost().setAppBase(war.getParent());
        Context context = tomcat.addWebapp("", war.getPath());
        tomcat.getConnector();
        tomcat.start();
        try {
            assertTrue(context.getState().isAvailable(), "the WAR is deployed");
            CompletableFuture<String> received = new CompletableFuture<>();
            WebSocket socket = HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .buildAsync(
                            URI.create("ws://localhost:" + tomcat.getConnector().getLocalPort() + "/chat"),
                            new WebSocket.Listener() {
                                @Override
                                public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
                                    received.complete(data.toString());
                                    return null;
                                }
                            })
                    .get(30, TimeUnit.SECONDS);
            socket.sendText("hello", true);
            assertEquals("hello", received.get(30, TimeUnit.SECONDS));
        } finally {
            tomcat.stop();
        }
    }
}
