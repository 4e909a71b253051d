package dev.hawser.faults;

import dev.hawser.locks.LockRecording;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.List;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Loads all classes of Hawser anew, tests too, and has those that are no tests and whose names begin with one of the
 * given ones call {@link Faults}.
 */
final class FaultyLoader extends ClassLoader {
    private static final String FAULTS = Faults.class.getName().replace('.', '/');

    private static final String ALL = "dev.hawser.";
    private static final String INTERNAL = "dev.hawser.internal.";

    private final List<String> instrumented;

    /** @param instrumented how the names of the classes begin, behind {@code dev.hawser.internal.} */
    FaultyLoader(List<String> instrumented) {
        super("faulty", FaultyLoader.class.getClassLoader());
        this.instrumented = instrumented;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(ALL) || name.startsWith(ALL + "faults.") || name.startsWith(ALL + "locks.")) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded != null ? loaded : define(name);
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        String file = name.replace('.', '/') + ".class";
        URL found = getParent().getResource(file);
        if (found == null) {
            throw new ClassNotFoundException(name);
        }
        try (InputStream in = found.openStream()) {
            byte[] bytes = in.readAllBytes();
            boolean isTest = found.getPath().contains("/test-classes/");
            boolean spared = isTest || !isChosen(name);
            byte[] code = spared ? bytes : instrumented(bytes);
            code = isTest ? code : LockRecording.recorded(code);
            return defineClass(name, code, 0, code.length);
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }

    private boolean isChosen(String name) {
        return instrumented.isEmpty() || instrumented.stream().anyMatch(each -> name.startsWith(INTERNAL + each));
    }

    private static byte[] instrumented(byte[] classFile) {
        ClassReader reader = new ClassReader(classFile);
        ClassWriter writer = new ClassWriter(reader, 0);
        reader.accept(
                new ClassVisitor(Opcodes.ASM9, writer) {
                    @Override
                    public MethodVisitor visitMethod(
                            int access, String name, String descriptor, String signature, String[] exceptions) {
                        MethodVisitor next = super.visitMethod(access, name, descriptor, signature, exceptions);
                        // An initializer that fails breaks its class for good, as no later memory helps.
                        return name.equals("<clinit>") ? next : new Instrumented(next);
                    }
                },
                0);
        return writer.toByteArray();
    }

    /** A call that takes and leaves nothing on the stack can stand anywhere. */
    private static final class Instrumented extends MethodVisitor {
        Instrumented(MethodVisitor next) {
            super(Opcodes.ASM9, next);
        }

        private void call(String hook) {
            super.visitMethodInsn(Opcodes.INVOKESTATIC, FAULTS, hook, "()V", false);
        }

        @Override
        public void visitCode() {
            super.visitCode();
            call("enters");
        }

        @Override
        public void visitTypeInsn(int opcode, String type) {
            super.visitTypeInsn(opcode, type);
            if (opcode == Opcodes.NEW || opcode == Opcodes.ANEWARRAY) {
                call("allocates"); // behind it, since a stack map frame knows the place of the instruction
            }
        }

        @Override
        public void visitIntInsn(int opcode, int operand) {
            if (opcode == Opcodes.NEWARRAY) {
                call("allocates");
            }
            super.visitIntInsn(opcode, operand);
        }

        @Override
        public void visitMultiANewArrayInsn(String descriptor, int dimensions) {
            call("allocates");
            super.visitMultiANewArrayInsn(descriptor, dimensions);
        }

        @Override
        public void visitInvokeDynamicInsn(String name, String descriptor, Handle bootstrap, Object... arguments) {
            call("allocates"); // a lambda, or a String
            super.visitInvokeDynamicInsn(name, descriptor, bootstrap, arguments);
        }
    }
}
