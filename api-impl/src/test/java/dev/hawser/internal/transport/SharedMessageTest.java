package dev.hawser.internal.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.extension.Opcode;
import dev.hawser.extension.OutboundExtension;
import dev.hawser.internal.protocol.Role;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SharedMessageTest {
    private static final BufferPool BUFFERS = new BufferPool(BufferPool.WRITE_SIZE);
    private static final OutboundListener NOBODY = new OutboundListener() {
        @Override
        public void onRoom() {}

        @Override
        public void onWritePending() {}

        @Override
        public void onCompleted(PendingSend ended) {
            ended.complete();
        }

        @Override
        public void onEncoded() {}

        @Override
        public void onWriteFailed(Throwable cause) {}
    };

    private final FakeTransport transport = new FakeTransport();
    private final AtomicInteger encoded = new AtomicInteger();

    @Test
    void extensionsWithEqualKeysEncodeItOnceForAll() throws IOException {
        SharedMessage message = new SharedMessage(Opcode.TEXT, new byte[] {'a', 'b'});
        for (int i = 0; i < 10; i++) {
            FakeTransport wire = new FakeTransport();
            OutboundQueue queue = queue(new Counting("same", encoded), 1000);
            queue.open(wire);
            assertTrue(queue.offer(message) > 0);
            queue.flush();
            assertArrayEquals(new byte[] {(byte) 0xC1, 2, 'b', 'c'}, wire.written()); // FIN, RSV1, TEXT; 2 octets
        }
        assertEquals(1, encoded.get());
    }

    @Test
    void extensionsWithHistoryOrOtherKeysEncodeItForThemselves() throws IOException {
        SharedMessage message = new SharedMessage(Opcode.TEXT, new byte[] {'a'});
        for (String key : new @Nullable String[] {null, null, "one", "other", "one"}) {
            queue(new Counting(key, encoded), 1000).offer(message);
        }
        assertEquals(4, encoded.get());
    }

    @Test
    void itNeverStandsInTheMiddleOfAnotherMessage() throws IOException {
        OutboundQueue queue = queue(null, 1000);
        queue.open(transport);
        SharedMessage message = new SharedMessage(Opcode.BINARY, new byte[] {7});
        queue.append(MessagePart.MORE, Opcode.TEXT, new byte[] {'a'}, 0, 1);
        assertEquals(OutboundQueue.MID_MESSAGE, queue.offer(message));
        queue.append(MessagePart.LAST, Opcode.TEXT, new byte[] {'b'}, 0, 1);
        assertTrue(queue.offer(message) > 0);
        queue.flush();
        assertArrayEquals(
                new byte[] {1, 1, 'a', (byte) 0x80, 1, 'b', (byte) 0x82, 1, 7}, // TEXT; FIN, CONTINUATION; FIN, BINARY
                transport.written());
    }

    @Test
    void itIsRefusedWhereAnyOtherMessageWouldBe() throws IOException {
        OutboundQueue queue = queue(null, 1000);
        transport.holdWrites();
        queue.open(transport);
        SharedMessage message = new SharedMessage(Opcode.TEXT, "x".repeat(600).getBytes(StandardCharsets.ISO_8859_1));
        assertTrue(queue.offer(message) > 0);
        assertEquals(OutboundQueue.FULL_OF_BYTES, queue.offer(message));
    }

    @Test
    void whoAsksIsToldOnceAllThatWasQueuedIsWritten() throws IOException {
        OutboundQueue queue = queue(null, 1000);
        queue.open(transport);
        List<String> told = new ArrayList<>();
        assertFalse(queue.onWritten(new PendingSend(Long.MAX_VALUE / 4, completion(told))));
        transport.holdWrites();
        queue.offer(new SharedMessage(Opcode.TEXT, new byte[] {'a'}));
        queue.flush();
        assertTrue(queue.onWritten(new PendingSend(Long.MAX_VALUE / 4, completion(told))));
        assertEquals(List.of(), told);
        transport.releaseWrite();
        assertEquals(List.of("written"), told);
    }

    private static PendingSend.Completion completion(List<String> told) {
        return new PendingSend.Completion() {
            @Override
            public boolean runsApplicationCode() {
                return false;
            }

            @Override
            public void ended(@Nullable Throwable failure) {
                told.add(failure == null ? "written" : "failed");
            }
        };
    }

    private static OutboundQueue queue(@Nullable OutboundExtension extension, int maxBytes) {
        return new OutboundQueue(Role.SERVER, () -> 0, BUFFERS, extension, maxBytes, 1000, NOBODY);
    }

    /** Adds one to each octet, and counts how often it is asked to. */
    private record Counting(@Nullable String key, AtomicInteger count) implements OutboundExtension {
        @Override
        public int rsv() {
            return 4;
        }

        @Override
        public Encoded encode(Opcode opcode, boolean fin, byte[] payload, int offset, int length) {
            count.incrementAndGet();
            byte[] bytes = new byte[length];
            for (int i = 0; i < length; i++) {
                bytes[i] = (byte) (payload[offset + i] + 1);
            }
            return new Encoded(4, bytes, 0, length);
        }

        @Override
        public @Nullable Object sharingKey() {
            return key;
        }

        @Override
        public void close() {}
    }
}
