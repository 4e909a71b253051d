package dev.hawser.internal.connection;

import dev.hawser.internal.transport.OutboundListener;
import dev.hawser.internal.transport.PendingSend;
import dev.hawser.internal.transport.Transport;
import org.jspecify.annotations.Nullable;

/**
 * What the parts of a connection ask one another. Some of them need each other, so they are made with this object, and
 * it learns of the connection before anything happens: none is called before all are complete.
 */
final class ConnectionWiring
        implements OutboundListener,
                ConnectionParts,
                WatchedConnection,
                MessageSender.Turns,
                CompletedSends.Place,
                Reading {
    private final ConnectionListener listener;

    /** Written once, before the transport or the session knows the connection. */
    private @Nullable WebSocketConnection complete;

    ConnectionWiring(ConnectionListener listener) {
        this.listener = listener;
    }

    /** Called once all parts are made. */
    void completes(WebSocketConnection connection) {
        complete = connection;
    }

    private WebSocketConnection connection() {
        if (complete == null) {
            throw new IllegalStateException("the connection is not yet complete");
        }
        return complete;
    }

    private TransportReader reader() {
        return connection().reader();
    }

    @Override
    public ConnectionListener listener() {
        return listener;
    }

    @Override
    public void forget() {
        connection().forget();
        listener.forget();
    }

    @Override
    public Deadlines timeouts() {
        return connection().timeouts();
    }

    @Override
    public @Nullable Transport transport() {
        return reader().transport();
    }

    @Override
    public void endInput(String why) {
        reader().end(why);
    }

    @Override
    public boolean enqueue(InboundEvent event) {
        return connection().dispatcher().enqueue(event);
    }

    @Override
    public void scheduleCompletedSends() {
        CompletedSends sends = completedSends();
        if (sends != null) {
            sends.schedule();
        }
        connection().dispatcher().passOnFollowing(System.nanoTime());
    }

    @Override
    public void payOwedTurn() {
        connection().dispatcher().turns.payOwed();
    }

    @Override
    public boolean isInExtension() {
        return connection().outbound().encoding().isOnStack() || reader().isInExtension();
    }

    @Override
    public void onRoom() {
        connection().dispatcher().outputHasRoom();
    }

    @Override
    public void onWritePending() {
        connection().timeouts().sendPending();
    }

    @Override
    public void onCompleted(PendingSend ended) {
        if (ended.runsApplicationCode()) {
            needCompletedSends().add(ended);
        } else {
            ended.complete();
        }
    }

    @Override
    public @Nullable CompletedSends completedSends() {
        return connection().completedSends();
    }

    @Override
    public CompletedSends needCompletedSends() {
        return connection().needCompletedSends();
    }

    @Override
    public void onEncoded() {
        connection().end().extensionReturned();
    }

    @Override
    public void onWriteFailed(Throwable cause) {
        connection().end().broken(cause);
    }

    @Override
    public boolean inTurn() {
        return connection().dispatcher().inTurn();
    }

    @Override
    public boolean mayHoldBack() {
        return connection().dispatcher().mayHoldBack();
    }

    @Override
    public boolean isReadingPaused() {
        return connection().isReadingPaused();
    }

    @Override
    public boolean isReadingThread() {
        return reader().isReadingThread();
    }

    @Override
    public void oweTurn() {
        reader().oweTurn();
    }

    @Override
    public void resumeReading() {
        reader().resumeReading();
    }

    @Override
    public void pinged(byte[] payload) {
        reader().pinged(payload);
    }

    @Override
    public int sizeOf(String text) {
        return reader().sizeOf(text);
    }
}
