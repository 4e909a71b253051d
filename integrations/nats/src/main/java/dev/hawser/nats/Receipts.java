package dev.hawser.nats;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Tells when the server has what was sent. NATS does not acknowledge live messages and subscriptions; but it handles
 * what a connection sends in order, so an own message that comes back says that it has all before. One is under way at
 * a time. Thread-safe.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what follows a future handles its failure
final class Receipts {
    private final NatsLink link;

    // Guarded by this.
    private List<CompletableFuture<@Nullable Void>> waiting = new ArrayList<>();
    private boolean underWay;

    Receipts(NatsLink link) {
        this.link = link;
    }

    /** Complete when the server has all that was sent before this call; failed if the connection breaks before. */
    CompletableFuture<@Nullable Void> next() {
        CompletableFuture<@Nullable Void> receipt = new CompletableFuture<>();
        synchronized (this) {
            waiting.add(receipt);
            if (underWay) {
                return receipt;
            }
            underWay = true;
        }
        ask();
        return receipt;
    }

    private void ask() {
        List<CompletableFuture<@Nullable Void>> asked;
        synchronized (this) {
            asked = waiting;
            waiting = new ArrayList<>();
        }
        link.echo().whenComplete((back, failure) -> {
            boolean more;
            synchronized (this) {
                more = !waiting.isEmpty();
                underWay = more;
            }
            if (more) {
                ask();
            }
            for (CompletableFuture<@Nullable Void> each : asked) {
                if (failure == null) {
                    each.complete(null);
                } else {
                    each.completeExceptionally(failure);
                }
            }
        });
    }
}
