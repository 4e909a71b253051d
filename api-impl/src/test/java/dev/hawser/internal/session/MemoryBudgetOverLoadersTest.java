package dev.hawser.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.File;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Three applications, each with its own copy of Hawser, have one account; one of them is deployed again and again. */
class MemoryBudgetOverLoadersTest {
    private static final int REDEPLOYMENTS = 100;
    private static final String KEY = "dev.hawser.test.loaders";

    /** A new copy of all classes but the JDK's, and an application of it. */
    private static Object deploy() throws Exception {
        List<URL> path = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            path.add(new File(entry).toURI().toURL());
        }
        ClassLoader loader = new URLClassLoader(path.toArray(new URL[0]), ClassLoader.getPlatformClassLoader());
        Class<?> type = loader.loadClass(HoldingApplication.class.getName());
        assertNotSame(HoldingApplication.class, type);
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(loader);
        try {
            return type.getConstructor(String.class).newInstance(KEY);
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    private static long heldByAll(Object application) {
        return ((LongSupplier) application).getAsLong();
    }

    private static void undeploy(Object application) throws Exception {
        ((AutoCloseable) application).close();
    }

    private static void awaitHeld(int applications, Object... seenBy) {
        for (Object each : seenBy) {
            long least = (long) applications * HoldingApplication.HELD;
            SessionHarness.await(
                    applications + " applications hold something",
                    () -> heldByAll(each) >= least && heldByAll(each) < least + HoldingApplication.HELD);
        }
    }

    /** It loads all classes a hundred times, which takes half a minute where nothing else runs. */
    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void oneAccountForAllAndNothingIsLeftOfAnApplicationThatIsGone() throws Exception {
        List<WeakReference<ClassLoader>> gone = new ArrayList<>();
        Object first = deploy();
        Object second = deploy();
        awaitHeld(2, first, second);
        for (int i = 0; i < REDEPLOYMENTS; i++) {
            Object third = deploy();
            awaitHeld(3, first, second, third);
            undeploy(third);
            awaitHeld(2, first);
            gone.add(new WeakReference<>(third.getClass().getClassLoader()));
        }
        SessionHarness.await("the class loaders of what was undeployed are collected", () -> {
            System.gc();
            return gone.stream().allMatch(loader -> loader.get() == null);
        });
        awaitHeld(2, first, second);
        undeploy(first);
        awaitHeld(1, second);
        undeploy(second);
        assertNull(System.getProperty(KEY));
        assertEquals(REDEPLOYMENTS, gone.size());
    }
}
