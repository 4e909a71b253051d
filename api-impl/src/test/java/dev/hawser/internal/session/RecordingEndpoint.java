package dev.hawser.internal.session;

import jakarta.websocket.CloseReason;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/**
 * Echoes text, and writes down what it is called with. A message that begins with "block" waits for {@link #release}.
 */
@ServerEndpoint("/test")
public class RecordingEndpoint {
    public final List<String> calls = new CopyOnWriteArrayList<>();
    public final CountDownLatch release = new CountDownLatch(1);
    public volatile Session session;
    public volatile Thread callbackThread;

    @OnOpen
    public void onOpen(Session opened) {
        session = opened;
        calls.add("open");
    }

    @OnMessage
    public String onText(String message) throws InterruptedException {
        callbackThread = Thread.currentThread();
        calls.add("text:" + message);
        if (message.startsWith("block")) {
            release.await();
        }
        if (message.startsWith("throw")) {
            throw new IllegalArgumentException(message);
        }
        return message;
    }

    @OnClose
    public void onClose(CloseReason reason) {
        calls.add("close:" + reason.getCloseCode().getCode() + " " + reason.getReasonPhrase());
    }

    @OnError
    public void onError(Throwable error) {
        calls.add("error:" + error.getMessage());
    }

    public boolean ended() {
        return calls.stream().anyMatch(call -> call.startsWith("close:"));
    }
}
