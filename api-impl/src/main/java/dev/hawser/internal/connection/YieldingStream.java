package dev.hawser.internal.connection;

import dev.hawser.CloseCause;
import jakarta.websocket.CloseReason.CloseCodes;
import org.jspecify.annotations.Nullable;

/** Ends the session whose handler waits for a streamed message, because others need its thread. Thread-safe. */
final class YieldingStream {
    private final ConnectionEnd end;
    private final Runnable errand;
    private volatile @Nullable MessagePipe stream;

    YieldingStream(ConnectionEnd end, Errand.Maker errands) {
        this.end = end;
        this.errand = errands.of(this::yieldNow);
    }

    /** Called by the monitor. */
    void giveWay(@Nullable MessagePipe handedOver) {
        stream = handedOver;
        errand.run();
    }

    private void yieldNow() {
        MessagePipe slow = stream;
        if (slow != null) {
            stream = null;
            end.closeForFault(
                    CloseCodes.VIOLATED_POLICY, "a message comes too slowly while others wait", CloseCause.SLOW_SENDER);
            slow.fail("the message came too slowly while others waited for a thread");
        }
    }
}
