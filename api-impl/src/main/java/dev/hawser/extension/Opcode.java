package dev.hawser.extension;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The opcodes of RFC 6455 section 5.2; all others are reserved.
 *
 * <pre>{@code
 * Opcode.PING.isControl() // true
 * }</pre>
 *
 * @since 0.1.0
 */
public enum Opcode {
    CONTINUATION(0x0),
    TEXT(0x1),
    BINARY(0x2),
    CLOSE(0x8),
    PING(0x9),
    PONG(0xA);

    private static final @Nullable Opcode[] BY_CODE = new @Nullable Opcode[16];

    static {
        for (Opcode opcode : values()) {
            BY_CODE[opcode.code] = opcode;
        }
    }

    private final int code;
    private final String word;

    Opcode(int code) {
        this.code = code;
        this.word = name().toLowerCase(Locale.ROOT);
    }

    /** The four bits on the wire. */
    public int code() {
        return code;
    }

    /** Whether frames of this opcode are control frames: never fragmented, at most 125 bytes (RFC 6455 5.5). */
    public boolean isControl() {
        return code >= 0x8;
    }

    /** The opcode of the four lowest bits of {@code code}, or null if it is reserved. */
    public static @Nullable Opcode of(int code) {
        return BY_CODE[code & 0xF];
    }

    /** The name for use in a sentence, such as {@code text}. */
    public String word() {
        return word;
    }
}
