package dev.hawser.internal.session;

import dev.hawser.internal.dispatch.Turn;

/** Parses on a worker what a reading has left, when callbacks have caught up, or others have had their turn. */
final class ParsingTurn implements Turn {
    private final WebSocketConnection connection;

    ParsingTurn(WebSocketConnection connection) {
        this.connection = connection;
    }

    @Override
    public void run() {
        connection.parseRest();
    }

    @Override
    public boolean mayBlock() {
        return false;
    }

    @Override
    public boolean wantsVirtualThread() {
        return false;
    }

    @Override
    public Weight weight() {
        return Weight.HEAVY; // there would be no rest if the reading had not been cut
    }

    @Override
    public void flushDeferredSince(long since) {
        // Only callbacks send, in turns of their own.
    }

    @Override
    public boolean runsOn(Thread thread) {
        return false;
    }

    @Override
    public boolean runsOnEventLoop(Thread thread) {
        return false;
    }
}
