package dev.hawser.locks;

import java.lang.instrument.Instrumentation;
import java.util.Arrays;

/** What the machine calls when {@link LockRecording} has it load an agent: on another thread, and by its name. */
public final class LockAgent {
    /** Set by the thread that loads the agent, which ends before the other goes on. */
    private static volatile Instrumentation machine;

    private static final LockInstrumentation LOCKS = new LockInstrumentation();

    private LockAgent() {}

    /** Classes that are there already are made anew. */
    public static void agentmain(String arguments, Instrumentation instrumentation) throws Exception {
        machine = instrumentation;
        instrumentation.addTransformer(LOCKS, true);
        Class<?>[] loaded = Arrays.stream(instrumentation.getAllLoadedClasses())
                .filter(type -> type.getName().startsWith("dev.hawser.internal.") && !type.isArray())
                .filter(instrumentation::isModifiableClass)
                .toArray(Class<?>[]::new);
        instrumentation.retransformClasses(loaded);
    }

    /** All main classes are there. */
    static void end() {
        machine.removeTransformer(LOCKS);
    }
}
