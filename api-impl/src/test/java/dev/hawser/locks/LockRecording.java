package dev.hawser.locks;

import static org.junit.jupiter.api.Assertions.fail;

import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Records the locks of all tests of this module; JUnit finds it as a service. A class in whose time a lock was taken,
 * or something called under one, against docs/concurrency.md, fails. Where the machine does not let itself be
 * instrumented, as in a development environment that does not give it the options of pom.xml, nothing is recorded, and
 * {@code LockOrderTest} says so.
 */
public final class LockRecording implements BeforeAllCallback, AfterAllCallback {
    private static final boolean RECORDS = begin();

    static boolean records() {
        return RECORDS;
    }

    private static boolean begin() {
        if (!Boolean.getBoolean("jdk.attach.allowAttachSelf")) {
            return false;
        }
        try {
            Path agent = agent();
            VirtualMachine machine =
                    VirtualMachine.attach(Long.toString(ProcessHandle.current().pid()));
            try {
                machine.loadAgent(agent.toString());
            } finally {
                machine.detach();
                Files.delete(agent);
            }
            loadAll();
            LockAgent.end();
            return true;
        } catch (Exception e) {
            throw new IllegalStateException("the locks cannot be recorded", e);
        }
    }

    /**
     * A class file that records as all main classes do, for loaders that make classes of their own; the same where
     * nothing is recorded.
     */
    public static byte[] recorded(byte[] classFile) {
        return RECORDS ? LockInstrumentation.instrumented(classFile) : classFile;
    }

    /** All main classes, now: else a test that counts what its thread allocates would count their instrumentation. */
    private static void loadAll() throws ClassNotFoundException {
        for (String name : LockInstrumentation.mainClasses()) {
            if (!name.equals("module-info")) {
                Class.forName(name.replace('/', '.'), false, LockRecording.class.getClassLoader());
            }
        }
    }

    /** A jar that names {@link LockAgent}, which is on the class path already. */
    private static Path agent() throws IOException {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.put(new Attributes.Name("Agent-Class"), LockAgent.class.getName());
        attributes.put(new Attributes.Name("Can-Retransform-Classes"), "true");
        Path jar = Files.createTempFile("locks", ".jar");
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream written = new JarOutputStream(out, manifest)) {
            written.finish();
        }
        return jar;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        // The first class is preceded by all of this class's static part.
    }

    @Override
    public void afterAll(ExtensionContext context) {
        List<String> violations = LockOrder.takeViolations();
        if (!violations.isEmpty()) {
            fail(String.join("\n", violations));
        }
    }
}
