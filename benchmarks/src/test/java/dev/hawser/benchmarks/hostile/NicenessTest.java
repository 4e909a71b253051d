package dev.hawser.benchmarks.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class NicenessTest {
    private static <T> T onAThreadOfItsOwn(Callable<T> task) throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            return thread.submit(task).get();
        } finally {
            thread.shutdown();
        }
    }

    @Test
    void oneThreadIsNiceAndTheOthersAreAsBefore() throws Exception {
        int before = Niceness.get();
        int nice = onAThreadOfItsOwn(() -> {
            boolean set = Niceness.set(before + 5);
            assumeTrue(set, "there is no renice");
            return Niceness.get();
        });
        assertEquals(before + 5, nice);
        assertEquals(before, Niceness.get());
    }
}
