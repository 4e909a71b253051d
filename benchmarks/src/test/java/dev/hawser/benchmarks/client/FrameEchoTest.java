package dev.hawser.benchmarks.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the server of all clients answers. */
class FrameEchoTest {
    private static final int TEXT = 0x81;
    private static final int CLOSE = 0x88;

    private static byte[] payload(int length) {
        byte[] payload = new byte[length];
        new Random(length).nextBytes(payload);
        return payload;
    }

    private static byte[] masked(int first, byte[] payload) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(first);
        putLength(frame, 0x80, payload.length);
        byte[] key = payload(4);
        frame.writeBytes(key);
        for (int i = 0; i < payload.length; i++) {
            frame.write(payload[i] ^ key[i % 4]);
        }
        return frame.toByteArray();
    }

    private static byte[] plain(int first, byte[] payload) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(first);
        putLength(frame, 0, payload.length);
        frame.writeBytes(payload);
        return frame.toByteArray();
    }

    private static void putLength(ByteArrayOutputStream frame, int mask, int length) {
        if (length < 126) {
            frame.write(mask | length);
        } else {
            frame.write(mask | 126);
            frame.write(length >>> 8);
            frame.write(length);
        }
    }

    private static byte[] echo(byte[] frames) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(frames);
        ByteBuffer out = ByteBuffer.allocate(frames.length);
        assertTrue(FrameEcho.echo(in, out));
        assertFalse(in.hasRemaining());
        return bytes(out);
    }

    private static byte[] bytes(ByteBuffer out) {
        byte[] bytes = new byte[out.flip().remaining()];
        out.get(bytes);
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 7, 8, 9, 125, 126, 127, 128, 1001, 32_767, 32_768, 65_000})
    void aFrameComesBackWithoutItsMask(int length) throws IOException {
        assertArrayEquals(plain(TEXT, payload(length)), echo(masked(TEXT, payload(length))));
    }

    @Test
    void severalFramesComeBackInOrder() throws IOException {
        ByteArrayOutputStream in = new ByteArrayOutputStream();
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        for (int first : new int[] {0x01, 0x00, 0x80, 0x82}) { // a text in three frames, and binary
            in.writeBytes(masked(first, payload(first + 5)));
            expected.writeBytes(plain(first, payload(first + 5)));
        }
        assertArrayEquals(expected.toByteArray(), echo(in.toByteArray()));
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 130})
    void theBeginningOfAFrameStaysWhereverItEnds(int length) throws IOException {
        byte[] frame = masked(TEXT, payload(length));
        for (int end = 0; end < frame.length; end++) {
            ByteBuffer in = ByteBuffer.wrap(frame, 0, end);
            ByteBuffer out = ByteBuffer.allocate(frame.length);
            assertTrue(FrameEcho.echo(in, out));
            assertEquals(end, in.remaining());
            assertEquals(0, out.position());
        }
    }

    @Test
    void aPingIsAnsweredWithItsPongAndAPongWithNothing() throws IOException {
        assertArrayEquals(plain(0x8A, payload(20)), echo(masked(0x89, payload(20))));
        assertEquals(0, echo(masked(0x8A, payload(20))).length);
    }

    @Test
    void nothingIsReadBehindAClose() throws IOException {
        byte[] normal = {0x03, (byte) 0xE8};
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        frames.writeBytes(masked(CLOSE, normal));
        frames.writeBytes(masked(TEXT, payload(5)));
        ByteBuffer out = ByteBuffer.allocate(100);
        assertFalse(FrameEcho.echo(ByteBuffer.wrap(frames.toByteArray()), out));
        assertArrayEquals(plain(CLOSE, normal), bytes(out));
    }

    @Test
    void wrongFramesAreRefused() {
        byte[] endless = new byte[14];
        endless[0] = (byte) 0x82;
        endless[1] = (byte) 0xFF;
        endless[5] = 1;
        for (byte[] wrong : new byte[][] {plain(TEXT, payload(5)), masked(0xC1, payload(5)), endless}) {
            ByteBuffer out = ByteBuffer.allocate(100);
            assertThrows(IOException.class, () -> FrameEcho.echo(ByteBuffer.wrap(wrong), out));
        }
    }

    @Test
    void theHandshakeIsThatOfTheStandardsExample() throws IOException {
        String request = String.join(
                "\r\n",
                "GET /chat HTTP/1.1",
                "Host: server.example.com",
                "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
                "",
                "");
        ByteBuffer part = ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII), 0, request.length() - 1);
        ByteBuffer out = ByteBuffer.allocate(1000);
        assertFalse(HandshakeReply.answer(part, out));
        assertEquals(0, part.position());
        ByteBuffer whole = ByteBuffer.wrap((request + "rest").getBytes(StandardCharsets.US_ASCII));
        assertTrue(HandshakeReply.answer(whole, out));
        assertEquals(4, whole.remaining());
        String response = new String(bytes(out), StandardCharsets.US_ASCII);
        assertTrue(response.startsWith("HTTP/1.1 101 "), response);
        assertTrue(response.contains("\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"), response);
    }

    @Test
    void aRequestWithoutAKeyIsRefused() {
        ByteBuffer request = ByteBuffer.wrap("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        assertThrows(IOException.class, () -> HandshakeReply.answer(request, ByteBuffer.allocate(1000)));
    }
}
