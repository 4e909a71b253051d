package dev.hawser.threads;

import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.WeakHashMap;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A test class that leaves a thread of Hawser behind fails: it has not closed a container, or a closed one has started
 * a thread. Otherwise a later class in the same JVM fails, one that counts threads. JUnit finds it as a service, in the
 * modules whose resources name it; Spring keeps the contexts of its tests.
 */
public final class ThreadsLeft implements AfterAllCallback {
    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(20);

    /** Threads for which a class has failed. */
    private static final Set<Thread> TOLD = Collections.newSetFromMap(new WeakHashMap<>());

    @Override
    public void afterAll(ExtensionContext context) {
        if (context.getRequiredTestClass().isMemberClass()) {
            return; // its outer class may go on with the container
        }
        Set<String> left = leftAfter(LONGEST);
        if (!left.isEmpty()) {
            throw new AssertionError(context.getDisplayName() + " left threads: " + left);
        }
    }

    /** The names of the threads that are there after so long a time, and for which no class has failed yet. */
    static synchronized Set<String> leftAfter(Duration longest) {
        long deadline = System.nanoTime() + longest.toNanos();
        Set<Thread> left = now();
        while (!left.isEmpty() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(PAUSE.toNanos());
            left = now();
        }
        TOLD.addAll(left);
        Set<String> names = new TreeSet<>();
        left.forEach(thread -> names.add(thread.getName()));
        return names;
    }

    private static Set<Thread> now() {
        Set<Thread> all = new HashSet<>(Thread.getAllStackTraces().keySet());
        all.removeIf(thread -> !thread.getName().startsWith("hawser"));
        all.removeAll(TOLD);
        return all;
    }
}
