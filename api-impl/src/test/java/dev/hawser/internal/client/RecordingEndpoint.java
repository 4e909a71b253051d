package dev.hawser.internal.client;

import jakarta.websocket.CloseReason;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.Session;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Keeps what it is told. */
public class RecordingEndpoint extends Endpoint {
    final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
    final BlockingQueue<Integer> closeCodes = new LinkedBlockingQueue<>();
    final BlockingQueue<Throwable> errors = new LinkedBlockingQueue<>();

    @Override
    public void onOpen(Session session, EndpointConfig config) {
        session.addMessageHandler(String.class, (MessageHandler.Whole<String>) messages::add);
    }

    @Override
    public void onClose(Session session, CloseReason reason) {
        closeCodes.add(reason.getCloseCode().getCode());
    }

    @Override
    public void onError(Session session, Throwable error) {
        errors.add(error);
    }

    String nextMessage() throws InterruptedException {
        String message = messages.poll(30, TimeUnit.SECONDS);
        if (message == null) {
            throw new AssertionError("no message came");
        }
        return message;
    }

    int nextCloseCode() throws InterruptedException {
        Integer code = closeCodes.poll(30, TimeUnit.SECONDS);
        if (code == null) {
            throw new AssertionError("onClose was not called");
        }
        return code;
    }
}
