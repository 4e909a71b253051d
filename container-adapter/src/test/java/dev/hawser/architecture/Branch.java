package dev.hawser.architecture;

import org.objectweb.asm.Opcodes;

/** The jumps of the JVM (JVMS 6.5): when they are taken. */
final class Branch {
    private Branch() {}

    /** Whether a jump that compares ints is taken; {@code second} is zero for one that compares with zero. */
    static boolean isTaken(int opcode, int first, int second) {
        return switch (opcode) {
            case Opcodes.IFEQ, Opcodes.IF_ICMPEQ -> first == second;
            case Opcodes.IFNE, Opcodes.IF_ICMPNE -> first != second;
            case Opcodes.IFLT, Opcodes.IF_ICMPLT -> first < second;
            case Opcodes.IFGE, Opcodes.IF_ICMPGE -> first >= second;
            case Opcodes.IFGT, Opcodes.IF_ICMPGT -> first > second;
            case Opcodes.IFLE, Opcodes.IF_ICMPLE -> first <= second;
            default -> throw new IllegalArgumentException("opcode " + opcode);
        };
    }

    /** Whether a jump that compares references is taken; {@code second} is null for one that asks for null. */
    static boolean isTaken(int opcode, Object first, Object second) {
        return switch (opcode) {
            case Opcodes.IFNULL, Opcodes.IF_ACMPEQ -> first == second;
            case Opcodes.IFNONNULL, Opcodes.IF_ACMPNE -> first != second;
            default -> throw new IllegalArgumentException("opcode " + opcode);
        };
    }
}
