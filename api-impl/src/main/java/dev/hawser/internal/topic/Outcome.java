package dev.hawser.internal.topic;

import dev.hawser.topic.Published;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** How many sessions accepted a message, how many did not, and what became of it on its way to other nodes. */
record Outcome(int delivered, int failed, CompletionStage<@Nullable Void> elsewhere) implements Published {
    /** For a message that goes to no other node. */
    static final CompletionStage<@Nullable Void> NOWHERE_ELSE = CompletableFuture.completedStage(null);

    static final Outcome NOBODY = new Outcome(0, 0, NOWHERE_ELSE);

    Outcome and(CompletionStage<@Nullable Void> sent) {
        return new Outcome(delivered, failed, sent);
    }
}
