package dev.hawser.benchmarks.load;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The opening handshake of one connection: a fixed request, and a check of the response. */
final class OpeningHandshake {
    // Key and accept value are those of the example in RFC 6455, 1.3.
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
    private static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
    private static final int MOST = 8192;

    private final Compression compression;
    private final StringBuilder response = new StringBuilder(256);

    OpeningHandshake(Compression compression) {
        this.compression = compression;
    }

    ByteBuffer request(String path, int port) {
        String offer = compression.offer() == null ? "" : "Sec-WebSocket-Extensions: " + compression.offer() + "\r\n";
        String request = "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port
                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: " + KEY
                + "\r\nSec-WebSocket-Version: 13\r\n" + offer + "\r\n";
        return ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII));
    }

    /** Reads bytes up to the end of the response, and returns whether it is complete. */
    boolean read(ByteBuffer bytes) throws BadReplyException {
        while (bytes.hasRemaining()) {
            response.append((char) bytes.get());
            int length = response.length();
            if (response.charAt(length - 1) == '\n' && length >= 4 && response.indexOf("\r\n\r\n", length - 4) >= 0) {
                check(response.toString());
                return true;
            }
            if (length > MOST) {
                throw new BadReplyException("Handshake response longer than " + MOST + " bytes");
            }
        }
        return false;
    }

    private void check(String text) throws BadReplyException {
        String first = text.substring(0, text.indexOf('\r'));
        if (!first.startsWith("HTTP/1.1 101") || !text.contains(ACCEPT)) {
            throw new BadReplyException("Handshake refused: " + first);
        }
        String objection = compression.objection(text);
        if (objection != null) {
            throw new BadReplyException("Handshake agreed on other parameters: " + objection);
        }
    }
}
