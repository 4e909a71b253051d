package dev.hawser.internal.client;

import dev.hawser.internal.transport.SelectorLoop;
import java.lang.reflect.Field;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.Selector;

/** What a connect, failed or ended, must give back. */
final class ClientLeftovers {
    private ClientLeftovers() {}

    /**
     * Waits until no socket is registered, no lease is held and no connect is under way for the calling thread's class
     * loader.
     */
    static void awaitNone() throws InterruptedException {
        ClientCore core = ClientCore.of(Thread.currentThread().getContextClassLoader());
        if (core != null) {
            SocketTransportTest.await(
                    () -> areNone(core.loop()) && read(core, "users").equals(0));
        }
    }

    /** Whether no lease of the loop is held and no socket is registered with it. */
    static boolean areNone(SelectorLoop loop) {
        if (loop.leases() > 0) {
            return false;
        }
        Object running = read(loop, "running");
        try {
            return running == null
                    || ((Selector) read(running, "selector")).keys().isEmpty();
        } catch (ClosedSelectorException e) { // the loop has just ended
            return true;
        }
    }

    private static Object read(Object of, String name) {
        try {
            Field field = of.getClass().getDeclaredField(name);
            field.setAccessible(true);
            return field.get(of);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(name + " of " + of, e);
        }
    }
}
