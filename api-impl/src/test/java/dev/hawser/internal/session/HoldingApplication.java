package dev.hawser.internal.session;

import dev.hawser.Settings;
import dev.hawser.extension.Opcode;
import dev.hawser.internal.memory.MemoryAccount;
import java.util.function.LongSupplier;

/**
 * An application with one session that holds an unfinished message. A test loads it with a class loader of its own, so
 * it is used as types of the JDK: it gives what all applications hold, and ends when it is closed.
 */
public final class HoldingApplication implements LongSupplier, AutoCloseable {
    static final int HELD = 50_000;

    private final SessionHarness harness;

    /** @param key of the account */
    public HoldingApplication(String key) {
        harness = new SessionHarness(
                new RecordingEndpoint(),
                Settings.defaults(),
                System::nanoTime,
                new MemoryAccount(key, System::nanoTime));
        harness.read(SessionHarness.frame(Opcode.TEXT, false, new byte[HELD]));
    }

    @Override
    public long getAsLong() {
        return harness.runtime.resources().memory().counts().heldByAllBytes();
    }

    @Override
    public void close() {
        harness.close();
    }
}
