package dev.hawser.internal.connection;

import dev.hawser.internal.dispatch.Turn;

/**
 * Parses on a worker what a reading has left, when callbacks have caught up, or other connections have had their turn.
 */
final class ParsingTurn implements Turn {
    private final Runnable parsing;

    ParsingTurn(Runnable parsing) {
        this.parsing = parsing;
    }

    @Override
    public void run() {
        parsing.run();
    }

    @Override
    public Weight weight() {
        return Weight.HEAVY; // its peer sends much, or is new
    }
}
