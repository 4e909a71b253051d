package dev.hawser.internal.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.extension.Opcode;
import dev.hawser.internal.memory.MemoryGuard;
import dev.hawser.internal.observe.ConnectionEvents;
import dev.hawser.internal.protocol.FrameWriter;
import dev.hawser.internal.protocol.Role;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What was accepted is written in order and once, whatever the network takes when, and every position is told when it
 * was written.
 */
class OutboundQueueTest {
    private static final int MAX_BYTES = 1 << 20;

    private final FakeTransport transport = new FakeTransport();
    private final Recorder recorder = new Recorder();
    private final BufferPool buffers = new BufferPool(BufferPool.WRITE_SIZE);
    private final OutboundQueue queue = queue(MAX_BYTES);

    @BeforeEach
    void thePeerDoesNotRead() {
        transport.holdWrites();
    }

    private OutboundQueue unbounded(OutboundListener listener) {
        return new OutboundQueue(
                Role.SERVER,
                () -> 0,
                buffers,
                null,
                Integer.MAX_VALUE,
                Integer.MAX_VALUE,
                MemoryGuard.NONE,
                ConnectionEvents.unwatched(),
                Clock.SYSTEM,
                listener);
    }

    @Test
    void messagesOfAllSizesGoOutInOrderHoweverTheWritesEnd() throws IOException {
        for (long seed = 1; seed <= 20; seed++) {
            Random random = new Random(seed);
            FakeTransport wire = new FakeTransport();
            Recorder ends = new Recorder();
            OutboundQueue out = unbounded(ends);
            out.open(wire);
            Expected expected = new Expected();
            List<Long> positions = new ArrayList<>();
            for (int i = 0; i < 150; i++) {
                if (random.nextInt(3) > 0) {
                    wire.holdWrites();
                } else {
                    wire.writesEndOn(Runnable::run);
                }
                int size = switch (random.nextInt(4)) {
                    case 0 -> random.nextInt(126);
                    case 1 -> 8 * 1024 - 2 + random.nextInt(5);
                    case 2 -> random.nextInt(20_000);
                    default -> 256 * 1024 - 8 + random.nextInt(600 * 1024) / (1 + random.nextInt(100));
                };
                byte[] payload = new byte[size];
                random.nextBytes(payload);
                PendingSend told = new PendingSend(Long.MAX_VALUE / 4, ends.completion(i));
                long position = out.offer(MessagePart.WHOLE, Opcode.BINARY, payload, 0, size, told);
                expected.frame(Opcode.BINARY, payload);
                assertEquals(expected.size(), position);
                positions.add(position);
                if (random.nextInt(3) == 0) {
                    out.control().append(Opcode.PING, new byte[] {(byte) i});
                    out.flush();
                }
                if (random.nextInt(2) == 0) {
                    out.flush();
                }
                if (random.nextInt(3) == 0) {
                    wire.endWrite();
                }
                poison(buffers);
            }
            wire.releaseWrite();
            out.flush();
            assertArrayEquals(expected.bytes(), dataFrames(wire.written()), "seed " + seed);
            assertEquals(0, out.progress().bufferedBytes());
            assertEquals(150, ends.succeeded.size());
            for (int i = 0; i < 150; i++) {
                assertEquals(i, ends.succeeded.get(i));
                assertTrue(out.progress().isWritten(positions.get(i)));
            }
        }
    }

    @Test
    void aSendWithoutAnEndInSightHasNoDeadlineInThePast() throws IOException {
        queue.open(transport);
        PendingSend told = new PendingSend(System.nanoTime() + Long.MAX_VALUE / 2, recorder.completion(1));
        queue.offer(MessagePart.WHOLE, Opcode.BINARY, new byte[10], 0, 10, told);
        assertTrue(queue.untilDeadline(1_000_000, System.nanoTime()) > 0);
    }

    @Test
    void nothingFollowsTheCloseFrame() throws IOException {
        queue.open(transport);
        accept(300_000);
        queue.flush(); // takes the first 256 KiB of it
        queue.control().append(Opcode.PING, new byte[] {1});
        queue.flush();
        queue.control().owePong(new byte[] {2});
        queue.control().appendClose(FrameWriter.closePayload(1000, ""), new PendingSend(0, recorder.completion(1)));
        queue.flush();
        transport.releaseWrite();
        byte[] wire = transport.written();
        byte[] close = {(byte) 0x88, 2, 0x03, (byte) 0xE8}; // FIN CLOSE, 2 bytes, 1000
        assertArrayEquals(close, Arrays.copyOfRange(wire, wire.length - 4, wire.length));
    }

    @Test
    void pingsToAPeerThatDoesNotReadAreBounded() throws IOException {
        OutboundQueue small = queue(1000);
        small.open(transport);
        small.control().append(Opcode.PING, new byte[125]);
        small.flush();
        IOException full = assertThrows(IOException.class, () -> {
            for (int i = 0; i < 100; i++) {
                small.control().append(Opcode.PING, new byte[125]);
                small.flush();
            }
        });
        assertTrue(String.valueOf(full.getMessage()).contains("full"), full.getMessage());
    }

    @Test
    void aTransportThatThrowsFailsItsSendsInsteadOfLeavingThemOutstanding() throws IOException {
        transport.beforeWrite(() -> {
            throw new IllegalStateException("write pending");
        });
        queue.open(transport);
        accept(10);
        queue.flush();
        assertNotNull(recorder.writeFailure);
        queue.end("broken");
        assertThrows(IOException.class, () -> accept(1));
    }

    @Test
    void buffersOfAWriteThatIsOutstandingAtTheEndAreNotGivenBack() throws IOException {
        queue.open(transport);
        accept(100);
        queue.flush();
        accept(100);
        queue.end("ended");
        poison(buffers);
        byte[] outstanding = transport.writtenAndOutstanding();
        assertEquals((byte) 0x82, outstanding[0]); // FIN BINARY
        assertFalse(contains(outstanding, (byte) 0xAB));
    }

    /**
     * Small sends find room again and again, so that the queue is never empty; a big one that waits must have its turn
     * all the same.
     */
    @Test
    void aSendThatWaitsForRoomIsNotStarvedBySmallerOnesThatComeLater() throws Exception {
        OutboundQueue busy = queue(100_000);
        busy.open(transport);
        fill(busy, 50_000);
        busy.flush();
        fill(busy, 100_000);
        CompletableFuture<Long> admitted = new CompletableFuture<>();
        Thread big = new Thread(() -> {
            try {
                long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
                byte[] payload = new byte[200_000];
                admitted.complete(
                        busy.appendOnceRoom(MessagePart.WHOLE, Opcode.BINARY, payload, 0, payload.length, deadline));
            } catch (IOException e) {
                admitted.completeExceptionally(e);
            }
        });
        big.start();
        while (big.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        assertTrue(busy.progress().bufferedBytes() > 90_000, "full");
        for (int i = 0; i < 100 && !admitted.isDone(); i++) {
            transport.endWrite(); // the next write begins with it
            fill(busy, 100_000);
            assertTrue(busy.progress().bufferedBytes() > 0, "never empty");
            LockSupport.parkNanos(1_000_000); // the other thread's turn
        }
        assertTrue(admitted.get() > 0);
        transport.writesEndOn(Runnable::run);
        transport.endWrite();
        transport.holdWrites();
        fill(busy, 50_000);
        busy.flush();
        fill(busy, 100_000);
        assertTrue(busy.progress().bufferedBytes() > 90_000, "who comes later has all the room again");
    }

    private static void fill(OutboundQueue queue, int upTo) throws IOException {
        byte[] payload = new byte[1000];
        long position = 0;
        while (queue.progress().bufferedBytes() < upTo && position >= 0) {
            position = queue.offer(MessagePart.WHOLE, Opcode.BINARY, payload, 0, payload.length, null);
        }
    }

    private OutboundQueue queue(int maxBytes) {
        return new OutboundQueue(
                Role.SERVER,
                () -> 0,
                buffers,
                null,
                maxBytes,
                1000,
                MemoryGuard.NONE,
                ConnectionEvents.unwatched(),
                Clock.SYSTEM,
                recorder);
    }

    private long accept(int size) throws IOException {
        return queue.append(MessagePart.WHOLE, Opcode.BINARY, new byte[size], 0, size);
    }

    private static boolean contains(byte[] bytes, byte octet) {
        for (byte b : bytes) {
            if (b == octet) {
                return true;
            }
        }
        return false;
    }

    /** Overwrites what is in the pool: a buffer that is there while a write still has it shows on the wire. */
    private static void poison(BufferPool pool) {
        List<ByteBuffer> taken = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            ByteBuffer buffer = pool.borrowForWriting();
            Arrays.fill(buffer.array(), (byte) 0xAB);
            taken.add(buffer);
        }
        taken.forEach(pool::giveBack);
    }

    /** The frames as they should be on the wire. */
    private static final class Expected {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        void frame(Opcode opcode, byte[] payload) {
            ByteBuffer frame = ByteBuffer.allocate(FrameWriter.LONGEST_HEADER + payload.length);
            new FrameWriter(Role.SERVER, () -> 0).putFrame(frame, true, 0, opcode, payload, 0, payload.length);
            bytes.write(frame.array(), 0, frame.position());
        }

        int size() {
            return bytes.size();
        }

        byte[] bytes() {
            return bytes.toByteArray();
        }
    }

    /** All frames but pings of one byte: wherever one stands, a frame border must be. */
    private static byte[] dataFrames(byte[] wire) {
        ByteBuffer all = ByteBuffer.wrap(wire);
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        while (all.hasRemaining()) {
            int start = all.position();
            int opcode = all.get() & 0x0F;
            long length = all.get() & 0x7F;
            length = length == 126 ? all.getShort() & 0xFFFF : length == 127 ? all.getLong() : length;
            all.position(all.position() + (int) length);
            if (opcode == Opcode.BINARY.code()) {
                data.write(all.array(), start, all.position() - start);
            } else {
                assertEquals(Opcode.PING.code(), opcode);
            }
        }
        return data.toByteArray();
    }

    private static final class Recorder implements OutboundListener {
        final List<Integer> succeeded = new ArrayList<>();

        @Nullable Throwable writeFailure;

        PendingSend.Completion completion(int number) {
            return new PendingSend.Completion() {
                @Override
                public boolean runsApplicationCode() {
                    return false;
                }

                @Override
                public void ended(@Nullable Throwable failure) {
                    if (failure == null) {
                        succeeded.add(number);
                    }
                }
            };
        }

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
        public void onWriteFailed(Throwable cause) {
            writeFailure = cause;
        }
    }
}
