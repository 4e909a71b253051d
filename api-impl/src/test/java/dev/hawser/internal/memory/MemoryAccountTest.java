package dev.hawser.internal.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The account of the JVM, as its users see it. */
class MemoryAccountTest {
    private static final String KEY = "dev.hawser.test.memory";

    private final AtomicLong now = new AtomicLong();
    private final MemoryAccount first = new MemoryAccount(KEY, now::get);
    private final MemoryAccount second = new MemoryAccount(KEY, now::get);

    @AfterEach
    void forget() {
        System.clearProperty(KEY);
    }

    @Test
    void eachSeesWhatAllHold() {
        assertEquals(MemoryTotals.NOTHING, first.all());
        first.write(new MemoryTotals(100, 90, 5, 3));
        assertEquals(new MemoryTotals(107, 96, 7, 5), second.write(new MemoryTotals(7, 6, 2, 2)));
        assertEquals(new MemoryTotals(107, 96, 7, 5), first.all());
        assertEquals(new MemoryTotals(7, 6, 2, 2), first.others());
        first.write(new MemoryTotals(1, 1, 1, 1));
        assertEquals(new MemoryTotals(8, 7, 3, 3), second.all());
    }

    @Test
    void nothingIsLeftOfWhatWasClosed() {
        first.write(new MemoryTotals(100, 100, 0, 1));
        second.write(new MemoryTotals(7, 7, 0, 1));
        first.close();
        assertEquals(new MemoryTotals(7, 7, 0, 1), second.all());
        second.close();
        assertNull(System.getProperty(KEY));
        first.close();
        assertNull(System.getProperty(KEY));
    }

    @Test
    void whatIsNotWrittenAnyMoreIsForgotten() {
        first.write(new MemoryTotals(100, 100, 0, 1));
        now.addAndGet(TimeUnit.SECONDS.toNanos(9));
        assertEquals(100, second.others().held());
        now.addAndGet(TimeUnit.SECONDS.toNanos(2));
        assertEquals(0, second.others().held());
        second.write(new MemoryTotals(7, 7, 0, 1));
        assertEquals(1, System.getProperty(KEY).split(";").length);
        first.write(new MemoryTotals(100, 100, 0, 1));
        assertEquals(107, second.all().held());
    }

    @Test
    void aTextThatNobodyOfOursHasWrittenHarmsNobody() {
        for (String text : new String[] {"", ";", "nonsense", "a b c;;d", "1 2 3 4 5"}) {
            System.setProperty(KEY, text);
            assertEquals(7, first.write(new MemoryTotals(7, 7, 0, 1)).held(), text);
        }
        System.getProperties().put(KEY, new Object());
        assertEquals(7, first.write(new MemoryTotals(7, 7, 0, 1)).held());
    }

    @Test
    void noLineIsLostIfManyWriteAtOnce() throws InterruptedException {
        List<MemoryAccount> accounts = IntStream.range(0, 8)
                .mapToObj(i -> new MemoryAccount(KEY, now::get))
                .toList();
        List<Thread> threads = new ArrayList<>();
        for (MemoryAccount account : accounts) {
            Thread writer = new Thread(() -> {
                for (int i = 1; i <= 500; i++) {
                    account.write(new MemoryTotals(i, i, 0, 1));
                }
            });
            threads.add(writer);
            writer.start();
        }
        for (Thread writer : threads) {
            writer.join();
        }
        assertEquals(new MemoryTotals(8 * 500, 8 * 500, 0, 8), first.all());
    }
}
