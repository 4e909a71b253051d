package org.example;

import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;

@ServerEndpoint("/chat")
public class Chat {
    @OnMessage
    public String echo(String message) {
        return message;
    }
}
