package dev.hawser.examples.client;

import jakarta.websocket.ClientEndpoint;
import jakarta.websocket.CloseReason;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/** The endpoint of one connection of {@link ReconnectingClient}. */
@ClientEndpoint(subprotocols = Positions.SUBPROTOCOL)
public final class Line {
    private final Consumer<String> out;
    private final Positions positions;
    private final CompletableFuture<CloseReason> end = new CompletableFuture<>();

    Line(Consumer<String> out, Positions positions) {
        this.out = out;
        this.positions = positions;
    }

    /** Called by the container for each text message. */
    @OnMessage
    public void message(String text) {
        Positions.Message message = positions.read(text);
        String kind = message.kind();
        if (kind == null || kind.equals("text")) {
            out.accept(message.text());
        } else {
            out.accept("-- " + message.topic() + ": " + kind + " " + message.text());
        }
    }

    /** Called by the container when something goes wrong; the connection may go on. */
    @OnError
    public void failed(Throwable error) {
        out.accept("-- " + error.getMessage());
    }

    /** Called by the container once, at the end, whatever its cause is. */
    @OnClose
    public void closed(CloseReason reason) {
        end.complete(reason);
    }

    CloseReason awaitEnd() throws InterruptedException {
        try {
            return end.get();
        } catch (ExecutionException e) {
            throw new AssertionError("the future never fails", e);
        }
    }
}
