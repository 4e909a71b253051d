package dev.hawser.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Three applications, each with its own copy of Hawser, have one account; one of them is deployed again and again. */
class MemoryBudgetOverLoadersTest {
    private static final int REDEPLOYMENTS = 100;
    private static final String KEY = "dev.hawser.test.loaders";

    /** A new copy of all classes but the JDK's. What it reads of a class file, the next one need not read again. */
    private static final class CopyingLoader extends ClassLoader {
        private static final Map<String, byte[]> FILES = new ConcurrentHashMap<>();
        private static final ClassLoader ORIGINAL = MemoryBudgetOverLoadersTest.class.getClassLoader();

        CopyingLoader() {
            super(ClassLoader.getPlatformClassLoader());
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            byte[] file = FILES.computeIfAbsent(name, CopyingLoader::read);
            if (file.length == 0) {
                throw new ClassNotFoundException(name);
            }
            return defineClass(name, file, 0, file.length);
        }

        /** Returns an empty array if there is no such class. */
        private static byte[] read(String name) {
            try (InputStream file = ORIGINAL.getResourceAsStream(name.replace('.', '/') + ".class")) {
                return file == null ? new byte[0] : file.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        protected URL findResource(String name) {
            return ORIGINAL.getResource(name);
        }

        @Override
        protected Enumeration<URL> findResources(String name) throws IOException {
            return ORIGINAL.getResources(name);
        }
    }

    /** An application of a new copy of all classes. */
    private static Object deploy() throws Exception {
        ClassLoader loader = new CopyingLoader();
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

    /** It defines all classes a hundred times, which takes seconds where nothing else runs. */
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
