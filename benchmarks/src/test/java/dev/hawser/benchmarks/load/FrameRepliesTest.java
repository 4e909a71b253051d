package dev.hawser.benchmarks.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;

/**
 * A reply that differs in one bit from what it should be is seen; one that is right is not taken for wrong, however it
 * arrives.
 */
class FrameRepliesTest {
    private static final int TEXT = 0x81; // FIN and opcode 1
    private static final int TEXT_BEGINS = 0x01;
    private static final int CONTINUATION_ENDS = 0x80;
    private static final int COMPRESSED_TEXT = 0xC1; // FIN, RSV1 and opcode 1
    private static final Workload WORKLOAD = Workload.echo(Content.ASCII, 200, 1, 2);

    private final ClientFrames frames = new ClientFrames(WORKLOAD);
    private final FrameReplies replies = new FrameReplies(true, new PlainPayloads(frames, 0));

    private static byte[] frame(int first, byte[] payload, int from, int to) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(first);
        int length = to - from;
        if (length < 126) {
            out.write(length);
        } else {
            out.write(126);
            out.write(length >> 8);
            out.write(length);
        }
        out.write(payload, from, length);
        return out.toByteArray();
    }

    private byte[] message(int number) {
        return frame(TEXT, frames.payload(number), 0, 200);
    }

    private void assertRefused(String reason, byte[] bytes) {
        BadReplyException thrown = assertThrows(BadReplyException.class, () -> replies.read(ByteBuffer.wrap(bytes)));
        assertTrue(thrown.getMessage().contains(reason), thrown.getMessage());
    }

    @Test
    void echoesInOrderAreCounted() throws Exception {
        assertEquals(1, replies.read(ByteBuffer.wrap(message(0))));
        assertEquals(1, replies.read(ByteBuffer.wrap(message(1))));
    }

    @Test
    void echoesByteByByteAreCounted() throws Exception {
        int count = 0;
        for (int number = 0; number < 3; number++) {
            for (byte b : message(number)) {
                count += replies.read(ByteBuffer.wrap(new byte[] {b}));
            }
        }
        assertEquals(3, count);
    }

    @Test
    void aMessageInFragmentsIsOneMessage() throws Exception {
        byte[] payload = frames.payload(0);
        assertEquals(0, replies.read(ByteBuffer.wrap(frame(TEXT_BEGINS, payload, 0, 150))));
        assertEquals(0, replies.read(ByteBuffer.wrap(frame(0, payload, 150, 200))));
        assertEquals(1, replies.read(ByteBuffer.wrap(frame(CONTINUATION_ENDS, payload, 200, 200))));
    }

    @Test
    void oneWrongBitIsSeen() {
        byte[] corrupted = message(0);
        corrupted[100] ^= 1;
        assertRefused("differs at byte 96", corrupted); // after 4 bytes of header
    }

    @Test
    void aShortEchoIsSeen() {
        assertRefused("has 199 bytes, expected 200", frame(TEXT, frames.payload(0), 0, 199));
    }

    @Test
    void aLongEchoIsSeen() {
        byte[] longer = Arrays.copyOf(frames.payload(0), 201);
        assertRefused("longer than 200", frame(TEXT, longer, 0, 201));
    }

    @Test
    void anotherOpcodeIsSeen() {
        byte[] binary = message(0);
        binary[0] = (byte) 0x82; // FIN and opcode 2
        assertRefused("Opcode 2, expected 1", binary);
    }

    @Test
    void theEchoOfAnotherMessageIsSeen() {
        assertRefused("differs at byte", message(1));
    }

    @Test
    void aCloseFrameWithAnErrorIsSeen() {
        assertRefused("code 1011", new byte[] {(byte) 0x88, 2, 0x03, (byte) 0xF3});
    }

    @Test
    void aPingIsOwedItsPong() throws Exception {
        replies.read(ByteBuffer.wrap(new byte[] {(byte) 0x89, 1, 7}));
        ByteBuffer pong = replies.takePong();
        assertEquals(7, pong.get(6) ^ pong.get(2)); // the payload after two bytes of header and the mask
        assertEquals((byte) 0x8A, pong.get(0)); // FIN and opcode 10
    }

    @Test
    void compressedEchoesAreComparedInflated() throws Exception {
        FrameReplies compressed = new FrameReplies(true, new CompressedPayloads(frames, 0));
        byte[] echo = deflated(frames.payload(0));
        assertEquals(1, compressed.read(ByteBuffer.wrap(frame(COMPRESSED_TEXT, echo, 0, echo.length))));
        byte[] wrong = frames.payload(1).clone();
        wrong[0] ^= 1;
        byte[] corrupted = deflated(wrong);
        assertThrows(
                BadReplyException.class,
                () -> compressed.read(ByteBuffer.wrap(frame(COMPRESSED_TEXT, corrupted, 0, corrupted.length))));
    }

    private static byte[] deflated(byte[] payload) {
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        deflater.setInput(payload);
        byte[] out = new byte[payload.length + 64];
        int length = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
        deflater.end();
        return Arrays.copyOf(out, length - 4); // without 00 00 ff ff
    }
}
