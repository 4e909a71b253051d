package dev.hawser.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.CloseCause;
import dev.hawser.ObservedConnection;
import dev.hawser.ObservedFrame;
import dev.hawser.extension.Opcode;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The end of the log of frames. */
class FrameLogTest {
    private static final ObservedConnection CONNECTION = new ObservedConnection("1", "Echo", true);

    private final List<String> lines = new CopyOnWriteArrayList<>();

    @Test
    void framesThatAreToldAfterOnCloseAreWrittenBeforeTheToolEnds() throws Exception {
        FrameLog log = new FrameLog(lines::add);
        log.opened(CONNECTION);
        Thread closer = new Thread(() -> {
            try {
                log.close();
            } catch (InterruptedException e) {
                lines.add("interrupted");
            }
        });
        closer.start();
        while (closer.isAlive() && closer.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        log.frameSent(CONNECTION, new ObservedFrame(Opcode.CLOSE, true, 0, 2, 1000));
        log.frameReceived(CONNECTION, new ObservedFrame(Opcode.CLOSE, true, 0, 2, 1000));
        log.ended(CONNECTION, CloseCause.CLOSED_BY_APPLICATION, 1000);
        closer.join(TimeUnit.SECONDS.toMillis(30));
        assertEquals(2, lines.size(), lines::toString);
        assertTrue(lines.get(0).endsWith("> CLOSE        length=2 fin=1 rsv=0 code=1000"), lines::toString);
        assertTrue(lines.get(1).endsWith("< CLOSE        length=2 fin=1 rsv=0 code=1000"), lines::toString);
    }
}
