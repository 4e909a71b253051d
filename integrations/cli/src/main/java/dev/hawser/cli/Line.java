package dev.hawser.cli;

import jakarta.websocket.CloseReason;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.PongMessage;
import jakarta.websocket.Session;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** One connection: tells a receiver what comes, and who waits for it when it ends. */
final class Line extends Endpoint {
    private final Receiver receiver;
    private final CompletableFuture<CloseReason> end = new CompletableFuture<>();

    /** Is told what a connection receives, one after another. */
    interface Receiver {
        default void text(Session session, String message) {}

        default void binary(Session session, ByteBuffer message) {}

        default void pong(ByteBuffer payload) {}

        /** Something went wrong; the connection may go on. */
        default void failed(Throwable error) {}

        default void ended() {}
    }

    Line(Receiver receiver) {
        this.receiver = receiver;
    }

    @Override
    public void onOpen(Session session, EndpointConfig config) {
        session.addMessageHandler(String.class, message -> receiver.text(session, message));
        session.addMessageHandler(ByteBuffer.class, message -> receiver.binary(session, message));
        session.addMessageHandler(PongMessage.class, message -> receiver.pong(message.getApplicationData()));
    }

    @Override
    public void onError(Session session, Throwable error) {
        receiver.failed(error);
    }

    @Override
    public void onClose(Session session, CloseReason reason) {
        end.complete(reason);
        receiver.ended();
    }

    CompletableFuture<CloseReason> end() {
        return end;
    }

    CloseReason awaitEnd() throws InterruptedException {
        try {
            return end.get();
        } catch (ExecutionException e) {
            throw new AssertionError("the future never fails", e);
        }
    }

    /** The exit code for an end: all is done after 1000, and after a close frame without a code. */
    static int exitCode(CloseReason reason) {
        int code = reason.getCloseCode().getCode();
        return code == CloseReason.CloseCodes.NORMAL_CLOSURE.getCode()
                        || code == CloseReason.CloseCodes.NO_STATUS_CODE.getCode()
                ? ExitCode.DONE
                : ExitCode.BROKEN;
    }

    /** In words, of which the phrase is the peer's. */
    static String words(CloseReason reason) {
        String phrase = reason.getReasonPhrase();
        return "closed with " + reason.getCloseCode().getCode()
                + (phrase == null || phrase.isEmpty() ? "" : " " + phrase);
    }
}
