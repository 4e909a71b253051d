package dev.hawser.internal.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.extension.Opcode;
import dev.hawser.extension.OutboundExtension;
import dev.hawser.internal.memory.MemoryGuard;
import dev.hawser.internal.observe.ConnectionEvents;
import dev.hawser.internal.protocol.Role;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
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
    void theContentsOfEqualKeysAreComparedOnlyForTheFirstMessage() throws IOException {
        AtomicInteger compared = new AtomicInteger();
        List<OutboundQueue> queues = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            queues.add(queue(new Counting(new Key(compared), encoded), 1000));
        }
        for (int i = 0; i < 5; i++) {
            SharedMessage message = new SharedMessage(Opcode.TEXT, new byte[] {'a'});
            for (OutboundQueue queue : queues) {
                assertTrue(queue.offer(message) > 0);
            }
        }
        assertEquals(5, encoded.get());
        assertEquals(9, compared.get());
    }

    /** Equal to all others, and counts who asks. */
    private record Key(AtomicInteger compared) {
        @Override
        public boolean equals(@Nullable Object other) {
            compared.incrementAndGet();
            return other instanceof Key;
        }

        @Override
        public int hashCode() {
            return 1;
        }
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

    @Test
    void queuesOfServersReferToOneFrame() throws IOException {
        SharedMessage message = new SharedMessage(Opcode.TEXT, new byte[] {'a'});
        Set<byte[]> arrays = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int i = 0; i < 100; i++) {
            FakeTransport wire = new FakeTransport();
            wire.holdWrites();
            OutboundQueue queue = queue(i % 2 == 0 ? null : new Counting("same", encoded), 1000);
            queue.open(wire);
            queue.offer(message);
            queue.flush();
            arrays.add(wire.outstanding()[0].array());
        }
        assertEquals(2, arrays.size(), "one as it is, one encoded");
    }

    @Test
    void framesOfAllLengthsStandWholeAndInOrderBetweenPingsAndOtherMessages() throws IOException {
        for (Role role : Role.values()) {
            OutboundQueue queue = new OutboundQueue(
                    role,
                    () -> 0x01020304,
                    BUFFERS,
                    null,
                    1 << 24,
                    1000,
                    MemoryGuard.NONE,
                    ConnectionEvents.unwatched(),
                    Clock.SYSTEM,
                    NOBODY);
            FakeTransport wire = new FakeTransport();
            queue.open(wire);
            List<String> sent = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                byte[] payload = new byte[new int[] {0, 1, 125, 126, 8192, 8193, 65_536}[i % 7]];
                Arrays.fill(payload, (byte) i);
                SharedMessage message = new SharedMessage(Opcode.BINARY, payload);
                assertTrue(queue.offer(message) > 0);
                sent.add(described(payload));
                if (i % 3 == 0) {
                    queue.append(MessagePart.WHOLE, Opcode.BINARY, payload, 0, payload.length);
                    sent.add(described(payload));
                }
                if (i % 5 == 0) {
                    queue.control().append(Opcode.PING, new byte[] {(byte) i});
                }
                if (i % 13 == 0) {
                    queue.flush();
                }
                assertArrayEquals(payload, bytes(message), "a queue never changes what is shared");
            }
            queue.flush();
            assertEquals(sent, dataFrames(role, wire.written()));
            assertTrue(queue.progress().isWritten(0));
            assertEquals(0, queue.progress().bufferedBytes());
            assertEquals(0, queue.progress().bufferedMessages());
        }
    }

    @Test
    void aPingStandsAtTheBorderOfAFrameOfABigBatch() throws IOException {
        OutboundQueue queue = queue(null, 1 << 24);
        transport.holdWrites();
        queue.open(transport);
        queue.offer(new SharedMessage(Opcode.BINARY, new byte[1]));
        queue.flush();
        List<String> sent = new ArrayList<>(List.of(described(new byte[1])));
        for (int i = 0; i < 70; i++) {
            // a write takes 262,144 bytes: behind a big payload that border is inside a shared frame
            byte[] payload = new byte[i % 8 == 0 ? 259_000 : 8_000];
            Arrays.fill(payload, (byte) i);
            queue.offer(new SharedMessage(Opcode.BINARY, payload));
            sent.add(described(payload));
        }
        while (queue.progress().bufferedBytes() > 0) {
            queue.control().append(Opcode.PING, new byte[] {1});
            transport.endWrite();
        }
        assertEquals(sent, dataFrames(Role.SERVER, transport.written()));
    }

    @Test
    void whatIsWrittenNoLongerCounts() throws IOException {
        OutboundQueue queue = queue(null, 20_000);
        queue.open(transport);
        SharedMessage message = new SharedMessage(Opcode.TEXT, "x".repeat(600).getBytes(StandardCharsets.ISO_8859_1));
        for (int round = 0; round < 50; round++) {
            transport.holdWrites();
            queue.flush();
            int taken = 0;
            while (queue.offer(message) > 0) {
                taken++;
            }
            assertTrue(taken >= 20 && taken <= 20_000 / 600, taken + " fit in round " + round);
            transport.releaseWrite();
            queue.flush();
        }
    }

    /** The payloads of all data frames, without the pings of one octet. */
    private static List<String> dataFrames(Role from, byte[] wire) {
        List<String> found = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(wire);
        while (in.hasRemaining()) {
            int first = in.get() & 0xFF;
            int length = in.get() & 0x7F;
            long real = length == 126 ? in.getShort() & 0xFFFF : length == 127 ? in.getLong() : length;
            int key = from == Role.CLIENT ? in.getInt() : 0;
            byte[] payload = new byte[(int) real];
            in.get(payload);
            for (int i = 0; i < payload.length; i++) {
                payload[i] ^= (byte) (key >> 8 * (3 - i % 4));
            }
            if (first == (0x80 | Opcode.BINARY.code())) {
                found.add(described(payload));
            } else {
                assertEquals(0x80 | Opcode.PING.code(), first, "neither a message nor a ping");
                assertEquals(1, payload.length);
            }
        }
        return found;
    }

    private static String described(byte[] payload) {
        return payload.length + " bytes, " + Arrays.hashCode(payload);
    }

    private static byte[] bytes(SharedMessage message) {
        byte[] payload = new byte[message.length()];
        message.payload().get(payload);
        return payload;
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
        return new OutboundQueue(
                Role.SERVER,
                () -> 0,
                BUFFERS,
                extension,
                maxBytes,
                1000,
                MemoryGuard.NONE,
                ConnectionEvents.unwatched(),
                Clock.SYSTEM,
                NOBODY);
    }

    /** Adds one to each octet, and counts how often it is asked to. */
    private record Counting(@Nullable Object key, AtomicInteger count) implements OutboundExtension {
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
