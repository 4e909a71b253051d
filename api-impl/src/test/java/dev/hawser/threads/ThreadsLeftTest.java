package dev.hawser.threads;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What the tests of all modules are watched for is seen. */
class ThreadsLeftTest {
    @Test
    void aThreadOfHawserThatStaysIsToldOnceAndOneThatEndsIsNot() throws InterruptedException {
        CountDownLatch end = new CountDownLatch(1);
        Thread stays = new Thread(() -> awaitQuietly(end), "hawser-/left-timer");
        Thread other = new Thread(() -> awaitQuietly(end), "another");
        stays.start();
        other.start();
        try {
            assertEquals(Set.of("hawser-/left-timer"), ThreadsLeft.leftAfter(Duration.ofMillis(1)));
            assertEquals(Set.of(), ThreadsLeft.leftAfter(Duration.ofMillis(1)), "no other class fails for it");
        } finally {
            end.countDown();
            stays.join();
            other.join();
        }
        CountDownLatch soon = new CountDownLatch(1);
        Thread ends = new Thread(() -> awaitQuietly(soon), "hawser-/ends-timer");
        ends.start();
        Thread ender = new Thread(soon::countDown);
        ender.start();
        assertEquals(Set.of(), ThreadsLeft.leftAfter(Duration.ofMinutes(1)));
        ends.join();
        ender.join();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
