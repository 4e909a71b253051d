package dev.hawser.internal.connection;

import dev.hawser.internal.dispatch.Turn;

/** Parses on a worker what a reading has left, when callbacks have caught up, or others have had their turn. */
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
        return Weight.HEAVY; // there would be no rest if the reading had not been cut
    }
}
