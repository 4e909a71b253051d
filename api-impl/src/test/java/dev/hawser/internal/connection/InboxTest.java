package dev.hawser.internal.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * The sums of the inbox pass 2 GiB where its bound is as large as it can be set; events say their sizes here, and hold
 * nothing.
 */
class InboxTest {
    private static final int LARGEST = Integer.MAX_VALUE;

    private final AtomicInteger resumed = new AtomicInteger();
    private final Inbox inbox = new Inbox(LARGEST, 1000, resumed::incrementAndGet);

    private static InboundEvent message(int size) {
        return new InboundEvent(InboundEvent.Kind.BINARY, new byte[0], size);
    }

    @Test
    void twoMessagesOfTwoGigabytesAreOverTheBound() {
        inbox.add(message(LARGEST));
        inbox.add(message(LARGEST));
        assertTrue(inbox.isOverBounds(0));
        assertTrue(inbox.isHalfFull());
        assertTrue(inbox.roomForBytes(LARGEST) < 0);
        assertEquals(14, inbox.mayRead(0), "no more than a header");
        assertTrue(inbox.pauseReading(0));
        deliver(1);
        assertEquals(0, resumed.get(), "the other one alone is as much as there may be");
        deliver(1);
        assertEquals(1, resumed.get());
        assertFalse(inbox.isOverBounds(LARGEST), "alone, what is unparsed is welcome");
    }

    @Test
    void manyMessagesOfOneTurnAreSettledTogether() {
        for (int i = 0; i < 100; i++) {
            inbox.add(message(LARGEST));
        }
        assertTrue(inbox.isOverBounds(0));
        deliver(100);
        inbox.settle();
        assertFalse(inbox.isHalfFull());
        assertEquals(LARGEST, inbox.roomForBytes(0));
    }

    @Test
    void whatIsUnparsedCountsBesideWhatWaits() {
        inbox.add(message(1));
        assertFalse(inbox.isOverBounds(0));
        assertTrue(inbox.isOverBounds(LARGEST));
        assertTrue(inbox.pauseReading(LARGEST));
        deliver(1);
        assertEquals(1, resumed.get());
    }

    @Test
    void whatLiesInStreamsIsReadInOneGoThoughItIsMoreThanTwoGigabytes() {
        inbox.streamGrew(LARGEST);
        inbox.streamGrew(LARGEST);
        assertTrue(inbox.isOverBounds(0));
        assertTrue(inbox.pauseReading(0));
        inbox.streamRead(2L * LARGEST);
        assertEquals(1, resumed.get());
        assertFalse(inbox.isHalfFull());
    }

    /** The running turn's side. */
    private void deliver(int count) {
        for (int i = 0; i < count; i++) {
            InboundEvent event = inbox.peek();
            if (event == null) {
                throw new AssertionError("nothing waits");
            }
            inbox.take(event);
        }
    }
}
