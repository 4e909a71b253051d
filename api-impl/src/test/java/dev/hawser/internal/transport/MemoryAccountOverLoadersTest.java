package dev.hawser.internal.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.session.SessionHarness;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Three applications, each with its own copy of Hawser, have one account; one of them is deployed again and again. */
class MemoryAccountOverLoadersTest {
    private static final int REDEPLOYMENTS = 100;
    private static final long EACH = 1_000_000;

    /** The account of one application, in its own class loader, which has only the JDK beside it. */
    private static final class Application {
        final Object account;

        Application() throws Exception {
            URL classes =
                    MemoryAccount.class.getProtectionDomain().getCodeSource().getLocation();
            ClassLoader loader = new URLClassLoader(new URL[] {classes}, ClassLoader.getPlatformClassLoader());
            Class<?> type = loader.loadClass(MemoryAccount.class.getName());
            assertNotSame(MemoryAccount.class, type);
            account = type.getConstructor(long.class).newInstance(0L);
            type.getMethod("connectionOpened").invoke(account);
            type.getMethod("add", long.class).invoke(account, EACH);
        }

        long heldByAll() throws Exception {
            return (Long) account.getClass().getMethod("heldByAll").invoke(account);
        }

        void close() throws Exception {
            account.getClass().getMethod("close").invoke(account);
        }

        WeakReference<ClassLoader> loader() {
            return new WeakReference<>(account.getClass().getClassLoader());
        }
    }

    @Test
    void oneAccountForAllAndNothingIsLeftOfAnApplicationThatIsGone() throws Exception {
        List<WeakReference<ClassLoader>> gone = new ArrayList<>();
        try (MemoryAccount here = new MemoryAccount(0)) {
            long others = here.heldByAll();
            Application first = new Application();
            Application second = new Application();
            assertEquals(others + 2 * EACH, here.heldByAll());
            assertEquals(others + 2 * EACH, first.heldByAll());
            for (int i = 0; i < REDEPLOYMENTS; i++) {
                gone.add(deployAndUndeploy(i % 2 == 0));
            }
            SessionHarness.await("the class loaders of what was undeployed are collected", () -> {
                System.gc();
                return gone.stream().allMatch(loader -> loader.get() == null);
            });
            long left = here.heldByAll(); // less than before, if an account of another test was collected, too
            assertTrue(left >= 2 * EACH && left <= others + 2 * EACH, () -> left + " bytes, others " + others);
            first.close();
            second.close();
            assertEquals(left - 2 * EACH, here.heldByAll());
        }
    }

    /** @param inOrder whether the application is stopped, and not only forgotten */
    private static WeakReference<ClassLoader> deployAndUndeploy(boolean inOrder) throws Exception {
        Application third = new Application();
        if (inOrder) {
            third.close();
        }
        return third.loader();
    }
}
