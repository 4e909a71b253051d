package org.example;

import jakarta.websocket.ClientEndpoint;
import jakarta.websocket.OnMessage;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

@ClientEndpoint
public class ChatClient {
    static final BlockingQueue<String> RECEIVED = new LinkedBlockingQueue<>();

    @OnMessage
    public void message(String message) {
        RECEIVED.add(message);
    }
}
