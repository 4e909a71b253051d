package dev.hawser.internal.protocol.handshake;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** {@code Sec-WebSocket-Key} and the {@code Sec-WebSocket-Accept} that answers it (RFC 6455 4.2.2, item 5.4). */
public final class AcceptKey {
    /** The fixed string of RFC 6455 1.3: a server that hashes it shows that it knows WebSocket. */
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    /** A key of the RFC has 24 characters. The bound limits what is hashed for a stranger. */
    private static final int MAX_KEY_LENGTH = 128;

    private AcceptKey() {}

    /** The value of {@code Sec-WebSocket-Accept} for a key. */
    public static String of(String key) {
        byte[] digest = sha1().digest((key + GUID).getBytes(StandardCharsets.ISO_8859_1));
        return Base64.getEncoder().encodeToString(digest);
    }

    /**
     * Whether a key is answered: it is base64 of 1 to 128 characters. RFC 6455 4.2.1, item 5, wants it to decode to 16
     * bytes, but by 4.2.2, item 5.4, a server need not decode it. Some clients send longer keys, which all other
     * servers accept, so a key of another length is accepted here, too.
     */
    static boolean isAnswerable(String key) {
        int length = key.length();
        if (length == 0 || length > MAX_KEY_LENGTH || length % 4 != 0) {
            return false;
        }
        int symbols = key.endsWith("==") ? length - 2 : key.endsWith("=") ? length - 1 : length;
        for (int i = 0; i < symbols; i++) {
            char c = key.charAt(i);
            boolean base64 =
                    (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
            if (!base64) {
                return false;
            }
        }
        return true;
    }

    private static MessageDigest sha1() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("RFC 6455 needs SHA-1, which every Java platform must have", e);
        }
    }
}
