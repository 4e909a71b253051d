package dev.hawser.benchmarks.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;

/** Answers an opening handshake (RFC 6455, 4.2.2). No extension and no subprotocol is agreed on. */
final class HandshakeReply {
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final String KEY = "\nsec-websocket-key:";
    private static final int MOST = 8 * 1024;

    private HandshakeReply() {}

    /**
     * Reads a request, and writes its answer. Returns false, and reads nothing, if the request is not whole.
     *
     * @throws IOException if it has no key, or is longer than 8 KiB
     */
    static boolean answer(ByteBuffer in, ByteBuffer out) throws IOException {
        int end = endOf(in);
        if (end < 0) {
            if (in.remaining() > MOST) {
                throw new IOException("A request of more than " + MOST + " bytes");
            }
            return false;
        }
        byte[] bytes = new byte[end - in.position()];
        in.get(bytes);
        String request = new String(bytes, StandardCharsets.ISO_8859_1);
        int key = request.toLowerCase(Locale.ROOT).indexOf(KEY);
        if (key < 0) {
            throw new IOException(
                    "A request without a key: " + request.lines().findFirst().orElse(""));
        }
        key += KEY.length();
        out.put(("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Accept: "
                        + accept(request.substring(key, request.indexOf('\r', key))
                                .trim()) + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        return true;
    }

    /** The index behind the empty line, or -1. */
    private static int endOf(ByteBuffer in) {
        for (int i = in.position() + 3; i < in.limit(); i++) {
            if (in.get(i) == '\n' && in.get(i - 1) == '\r' && in.get(i - 2) == '\n') {
                return i + 1;
            }
        }
        return -1;
    }

    private static String accept(String key) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-1");
            return Base64.getEncoder().encodeToString(digest.digest((key + GUID).getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // each Java platform has it
        }
    }
}
