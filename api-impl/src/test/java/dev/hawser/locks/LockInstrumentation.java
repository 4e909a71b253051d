package dev.hawser.locks;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.instrument.ClassFileTransformer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.ProtectionDomain;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Has the classes of Hawser tell {@link LockOrder} of each lock before they take it, and of each call that must not be
 * made under a lock. Nothing is told when a lock is given back: whether it is held can be asked.
 */
final class LockInstrumentation implements ClassFileTransformer {
    private static final String RECORDER = LockOrder.class.getName().replace('.', '/');
    private static final String OURS = "dev/hawser/";

    private static final Path CLASSES = Path.of("target/classes");

    private static final Set<String> LOCKS =
            Set.of("java/util/concurrent/locks/Lock", "java/util/concurrent/locks/ReentrantLock");
    private static final Set<String> LOCKING = Set.of("lock", "tryLock", "lockInterruptibly");

    private final Set<String> main = mainClasses();

    @Override
    public byte[] transform(
            ClassLoader loader, String name, Class<?> redefined, ProtectionDomain domain, byte[] classFile) {
        if (name == null || !main.contains(name) || loader != getClass().getClassLoader()) {
            return null;
        }
        try {
            return instrumented(classFile);
        } catch (RuntimeException e) { // which the machine would not tell
            System.Logger log = System.getLogger(LockInstrumentation.class.getName());
            log.log(System.Logger.Level.ERROR, "no locks are recorded in " + name, e);
            throw e;
        }
    }

    /** The names of the main classes, as in class files. */
    static Set<String> mainClasses() {
        try (Stream<Path> files = Files.walk(CLASSES)) {
            return files.map(file -> CLASSES.relativize(file).toString().replace(File.separatorChar, '/'))
                    .filter(file -> file.endsWith(".class"))
                    .map(file -> file.substring(0, file.length() - ".class".length()))
                    .collect(Collectors.toUnmodifiableSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] instrumented(byte[] classFile) {
        ClassReader reader = new ClassReader(classFile);
        ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
        reader.accept(new Places(writer, new TreeSet<>()), 0);
        return writer.toByteArray();
    }

    /** The names of the places where a class takes locks. */
    static Set<String> placesOf(byte[] classFile) {
        Set<String> places = new TreeSet<>();
        new ClassReader(classFile).accept(new Places(null, places), 0);
        return places;
    }

    /** As in the code: {@code Outer.Inner}. */
    private static String nested(String internalName) {
        return internalName.substring(internalName.lastIndexOf('/') + 1).replace('$', '.');
    }

    private static final class Places extends ClassVisitor {
        private final Set<String> found;
        private String owner = "";

        Places(ClassVisitor next, Set<String> found) {
            super(Opcodes.ASM9, next);
            this.found = found;
        }

        @Override
        public void visit(
                int version, int access, String name, String signature, String superName, String[] interfaces) {
            owner = name;
            super.visit(version, access, name, signature, superName, interfaces);
        }

        @Override
        public MethodVisitor visitMethod(
                int access, String name, String descriptor, String signature, String[] exceptions) {
            MethodVisitor next = super.visitMethod(access, name, descriptor, signature, exceptions);
            return new Code(next == null ? new MethodVisitor(Opcodes.ASM9) {} : next, access);
        }

        /** What is on the stack when a lock is taken was put there last: a field, or the object itself. */
        private final class Code extends MethodVisitor {
            private final int access;
            private String loaded = "a local variable";

            Code(MethodVisitor next, int access) {
                super(Opcodes.ASM9, next);
                this.access = access;
            }

            private void takes(String place) {
                found.add(place);
                super.visitLdcInsn(place);
                super.visitMethodInsn(
                        Opcodes.INVOKESTATIC, RECORDER, "takes", "(Ljava/lang/Object;Ljava/lang/String;)V", false);
            }

            @Override
            public void visitCode() {
                super.visitCode();
                if ((access & Opcodes.ACC_SYNCHRONIZED) != 0) {
                    if ((access & Opcodes.ACC_STATIC) != 0) {
                        super.visitLdcInsn(Type.getObjectType(owner));
                    } else {
                        super.visitVarInsn(Opcodes.ALOAD, 0);
                    }
                    takes(nested(owner));
                }
            }

            @Override
            public void visitVarInsn(int opcode, int index) {
                if (opcode == Opcodes.ALOAD) {
                    loaded = index == 0 && (access & Opcodes.ACC_STATIC) == 0 ? nested(owner) : "a local variable";
                }
                super.visitVarInsn(opcode, index);
            }

            @Override
            public void visitFieldInsn(int opcode, String of, String name, String descriptor) {
                super.visitFieldInsn(opcode, of, name, descriptor);
                boolean ours = descriptor.startsWith("L" + OURS);
                loaded = ours ? nested(Type.getType(descriptor).getInternalName()) : nested(of) + "." + name;
            }

            @Override
            public void visitInsn(int opcode) {
                if (opcode == Opcodes.MONITORENTER) {
                    super.visitInsn(Opcodes.DUP);
                    takes(loaded);
                }
                super.visitInsn(opcode);
            }

            @Override
            public void visitMethodInsn(int opcode, String of, String name, String descriptor, boolean isInterface) {
                if (LOCKS.contains(of) && LOCKING.contains(name) && descriptor.startsWith("()")) {
                    super.visitInsn(Opcodes.DUP);
                    takes(loaded);
                }
                String callee = Callees.of(of, name);
                if (callee != null) {
                    super.visitLdcInsn(callee);
                    super.visitMethodInsn(Opcodes.INVOKESTATIC, RECORDER, "calls", "(Ljava/lang/String;)V", false);
                }
                super.visitMethodInsn(opcode, of, name, descriptor, isInterface);
            }
        }
    }
}
