package dev.hawser.locks;

import java.lang.instrument.Instrumentation;
import java.util.Arrays;

/** What the machine calls when {@link LockRecording} has it load an agent: on another thread, and by its name. */
public final class LockAgent {
    private LockAgent() {}

    /** Classes that are there already are made anew. */
    public static void agentmain(String arguments, Instrumentation instrumentation) throws Exception {
        instrumentation.addTransformer(new LockInstrumentation(), true);
        Class<?>[] loaded = Arrays.stream(instrumentation.getAllLoadedClasses())
                .filter(type -> type.getName().startsWith("dev.hawser.internal.") && !type.isArray())
                .filter(instrumentation::isModifiableClass)
                .toArray(Class<?>[]::new);
        instrumentation.retransformClasses(loaded);
    }
}
