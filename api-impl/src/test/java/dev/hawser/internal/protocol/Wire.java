package dev.hawser.internal.protocol;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Bytes for tests: hex literals, and frames written the plain way, independently of the code under test. */
public final class Wire {
    private static final byte[] KEY = {0x37, (byte) 0xfa, 0x21, 0x3d}; // that of the examples in RFC 6455 5.7

    private Wire() {}

    /** Hex with blanks for the eye. */
    public static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }

    public static String hex(byte[] bytes) {
        return HexFormat.ofDelimiter(" ").formatHex(bytes);
    }

    public static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** {@code byte0} is FIN, RSV and opcode as on the wire; the length form is the shortest. */
    public static byte[] frame(Role sender, int byte0, byte[] payload) {
        int n = payload.length;
        String length = n <= 125 ? "%02x".formatted(n) : n <= 65535 ? "7e%04x".formatted(n) : "7f%016x".formatted(n);
        return frame(sender, byte0, hex(length), payload);
    }

    /** The same with a given length field, which need not be true; its MASK bit is set as the sender's role demands. */
    public static byte[] frame(Role sender, int byte0, byte[] lengthField, byte[] payload) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(byte0);
        byte[] length = lengthField.clone();
        if (sender == Role.CLIENT) {
            length[0] |= (byte) 0x80;
        }
        out.writeBytes(length);
        if (sender == Role.SERVER) {
            out.writeBytes(payload);
            return out.toByteArray();
        }
        out.writeBytes(KEY);
        byte[] masked = payload.clone();
        for (int i = 0; i < masked.length; i++) {
            masked[i] ^= KEY[i % 4];
        }
        out.writeBytes(masked);
        return out.toByteArray();
    }

    public static byte[] join(byte[]... pieces) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] piece : pieces) {
            out.writeBytes(piece);
        }
        return out.toByteArray();
    }

    public static ByteBuffer direct(byte[] bytes) {
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    public static Role other(Role role) {
        return role == Role.CLIENT ? Role.SERVER : Role.CLIENT;
    }
}
