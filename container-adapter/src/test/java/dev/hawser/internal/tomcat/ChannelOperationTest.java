package dev.hawser.internal.tomcat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who goes on with the result of an operation: the call that began it, or nobody else than the channel's thread. */
class ChannelOperationTest {
    private final List<String> calls = new ArrayList<>();
    private final ChannelOperation operation =
            new ChannelOperation(landed -> calls.add("landed"), () -> calls.add("continued"));

    @Test
    void aResultInTheStackOfTheCallIsLeftToIt() {
        assertTrue(operation.begin(() -> operation.completed(7L, null)));
        assertEquals(7, operation.count());
        assertEquals(List.of(), calls);
        assertFalse(operation.isInFlight());
    }

    @Test
    void aResultOfAnotherThreadGoesOnThereAlsoIfTheCallHasNotReturned() {
        assertFalse(operation.begin(() -> inAnotherThread(() -> operation.completed(7L, null))));
        assertEquals(List.of("landed", "continued"), calls);
        assertEquals(7, operation.count());
    }

    @Test
    void aResultThatComesLaterOnTheSameThreadGoesOn() {
        assertFalse(operation.begin(() -> {}));
        assertTrue(operation.isInFlight());
        operation.completed(7L, null);
        assertEquals(List.of("landed", "continued"), calls);
    }

    @Test
    void whatTheCallThrowsIsItsResult() {
        Error failure = new StackOverflowError("as the test will have it");
        assertTrue(operation.begin(() -> {
            throw failure;
        }));
        assertSame(failure, operation.failure());
        assertEquals(-1, operation.count());
        assertEquals(List.of(), calls);
    }

    @Test
    void aSecondOperationHasItsOwnResult() {
        operation.begin(() -> operation.failed(new IllegalStateException("first"), null));
        assertFalse(operation.begin(() -> {}));
        operation.completed(3L, null);
        assertEquals(3, operation.count());
        assertSame(null, operation.failure());
    }

    @Test
    void anInterruptIsNotLostInAResultThatComesAtOnce() {
        Thread.currentThread().interrupt();
        operation.begin(() -> {
            operation.completed(1L, null);
            assertTrue(Thread.interrupted(), "the JDK clears it");
        });
        assertTrue(Thread.interrupted());
    }

    private static void inAnotherThread(Runnable work) {
        Thread thread = new Thread(work, "channel");
        thread.start();
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
