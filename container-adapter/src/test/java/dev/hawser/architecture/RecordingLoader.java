package dev.hawser.architecture;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Loads all classes of Hawser anew, tests too, and has those that are no tests tell {@link CallTrace} what they do. */
public final class RecordingLoader extends ClassLoader {
    private static final String TRACE = CallTrace.class.getName().replace('.', '/');
    private static final String ALL = "dev.hawser.";
    /** Tests of the recording: recorded like main code. */
    private static final String SEEDED = "dev.hawser.architecture.recorded.";

    private RecordingLoader() {
        super("recording", RecordingLoader.class.getClassLoader());
    }

    /** Runs a scenario, a public class with a public constructor without parameters, with all of ours that it uses. */
    public static void run(Class<? extends Callable<?>> scenario) throws Exception {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        RecordingLoader loader = new RecordingLoader();
        thread.setContextClassLoader(loader);
        try {
            Object made = Class.forName(scenario.getName(), true, loader)
                    .getConstructor()
                    .newInstance();
            ((Callable<?>) made).call();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** Whether a class of ours is no test. */
    static boolean isMain(String name) {
        URL file = RecordingLoader.class.getClassLoader().getResource(name.replace('.', '/') + ".class");
        return name.startsWith(SEEDED) || file != null && !file.getPath().contains("/test-classes/");
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(ALL) || name.startsWith(CallTrace.class.getName())) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded != null ? loaded : define(name);
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            byte[] bytes = in.readAllBytes();
            byte[] code = isMain(name) ? recording(bytes) : bytes;
            return defineClass(name, code, 0, code.length);
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }

    private static byte[] recording(byte[] classFile) {
        ClassReader reader = new ClassReader(classFile);
        ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
        boolean sink = Arrays.stream(reader.getInterfaces()).anyMatch(name -> name.endsWith("/MessageSink"));
        String type = reader.getClassName().replace('/', '.');
        reader.accept(
                new ClassVisitor(Opcodes.ASM9, writer) {
                    @Override
                    public MethodVisitor visitMethod(
                            int access, String name, String descriptor, String signature, String[] exceptions) {
                        MethodVisitor next = super.visitMethod(access, name, descriptor, signature, exceptions);
                        return new Telling(next, type + "." + name, descriptor, sink && name.equals("onText"));
                    }
                },
                0);
        return writer.toByteArray();
    }

    /** Tells where a method begins, and before each branch which way it goes. */
    private static final class Telling extends MethodVisitor {
        private final String method;
        private final String descriptor;
        private final boolean handsOver;
        private int branches;

        Telling(MethodVisitor next, String method, String descriptor, boolean handsOver) {
            super(Opcodes.ASM9, next);
            this.method = method;
            this.descriptor = descriptor;
            this.handsOver = handsOver;
        }

        @Override
        public void visitCode() {
            super.visitCode();
            super.visitLdcInsn(method);
            tell("enters", "Ljava/lang/String;");
            if (handsOver) {
                tell("handsOver", "");
            }
        }

        @Override
        public void visitJumpInsn(int opcode, Label label) {
            switch (opcode) {
                case Opcodes.GOTO, Opcodes.JSR -> {}
                case Opcodes.IFNULL, Opcodes.IFNONNULL -> jump(Opcodes.DUP, opcode, "Ljava/lang/Object;");
                case Opcodes.IF_ACMPEQ, Opcodes.IF_ACMPNE ->
                    jump(Opcodes.DUP2, opcode, "Ljava/lang/Object;Ljava/lang/Object;");
                default -> {
                    boolean two = opcode >= Opcodes.IF_ICMPEQ && opcode <= Opcodes.IF_ICMPLE;
                    jump(two ? Opcodes.DUP2 : Opcodes.DUP, opcode, two ? "II" : "I");
                }
            }
            super.visitJumpInsn(opcode, label);
        }

        private void jump(int copying, int opcode, String operands) {
            super.visitInsn(copying);
            super.visitIntInsn(Opcodes.SIPUSH, opcode);
            super.visitLdcInsn(place());
            tell("jump", operands + "ILjava/lang/String;");
        }

        @Override
        public void visitTableSwitchInsn(int min, int max, Label other, Label... labels) {
            int[] keys = new int[max - min + 1];
            Arrays.setAll(keys, i -> min + i);
            selects(keys);
            super.visitTableSwitchInsn(min, max, other, labels);
        }

        @Override
        public void visitLookupSwitchInsn(Label other, int[] keys, Label[] labels) {
            selects(keys);
            super.visitLookupSwitchInsn(other, keys, labels);
        }

        private void selects(int[] keys) {
            super.visitInsn(Opcodes.DUP);
            super.visitLdcInsn(
                    Arrays.toString(keys).replaceAll("[\\[\\] ]", ",").replace(",,", ","));
            super.visitLdcInsn(place());
            tell("selects", "ILjava/lang/String;Ljava/lang/String;");
        }

        private String place() {
            return method + descriptor + "#" + branches++;
        }

        private void tell(String what, String parameters) {
            super.visitMethodInsn(Opcodes.INVOKESTATIC, TRACE, what, "(" + parameters + ")V", false);
        }
    }
}
