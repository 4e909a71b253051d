package dev.hawser.internal.transport;

import dev.hawser.extension.Opcode;
import dev.hawser.interleavings.Interleavings;
import dev.hawser.interleavings.Law;
import dev.hawser.internal.memory.MemoryGuard;
import dev.hawser.internal.observe.ConnectionEvents;
import dev.hawser.internal.protocol.Role;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The laws of the {@link OutboundQueue} and its pending sends in whatever order its threads run. */
class OutboundQueueInterleavings {
    /** Takes all bytes at once, or when a thread of the network comes. */
    private static final class Wire implements Transport {
        final AtomicInteger writing = new AtomicInteger();
        final StringBuilder octets = new StringBuilder();
        final boolean atOnce;
        volatile @Nullable WriteCompletion outstanding;

        Wire(boolean atOnce) {
            this.atOnce = atOnce;
        }

        @Override
        public void write(WriteCompletion completion, ByteBuffer... buffers) {
            Interleavings.same("writes at a time", 1, writing.incrementAndGet());
            for (ByteBuffer buffer : buffers) {
                while (buffer.hasRemaining()) {
                    byte octet = buffer.get();
                    if (Character.isLetter(octet)) {
                        octets.append((char) octet); // a payload; headers have no letters here
                    }
                }
            }
            if (atOnce) {
                writing.decrementAndGet();
                completion.written();
            } else {
                outstanding = completion;
            }
        }

        /** The network has taken the write, if there is one. */
        void completes() {
            WriteCompletion of = outstanding;
            if (of != null) {
                outstanding = null;
                writing.decrementAndGet();
                of.written();
            }
        }

        @Override
        public int read(ByteBuffer unread) {
            return 0;
        }

        @Override
        public void demandRead() {}

        @Override
        public void shutdownOutput() {}

        @Override
        public void close() {}

        @Override
        public void abort() {}

        @Override
        public boolean isSecure() {
            return false;
        }

        @Override
        public @Nullable SocketAddress remoteAddress() {
            return null;
        }

        @Override
        public @Nullable SocketAddress localAddress() {
            return null;
        }
    }

    private static final class Sends implements OutboundListener {
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
            throw new AssertionError(cause);
        }
    }

    private static final class World {
        final Wire wire;
        final OutboundQueue queue = new OutboundQueue(
                Role.SERVER,
                () -> 0,
                new BufferPool(64),
                null,
                1 << 16,
                100,
                MemoryGuard.NONE,
                ConnectionEvents.unwatched(),
                Clock.SYSTEM,
                new Sends());

        World(boolean atOnce) {
            wire = new Wire(atOnce);
            queue.open(wire);
        }

        /** Returns how often the send has ended so far. */
        AtomicInteger send(char letter) {
            AtomicInteger ends = new AtomicInteger();
            PendingSend.Completion completion = new PendingSend.Completion() {
                @Override
                public boolean runsApplicationCode() {
                    return false;
                }

                @Override
                public void ended(@Nullable Throwable failure) {
                    ends.incrementAndGet();
                }
            };
            byte[] payload = {(byte) letter};
            try {
                long at = queue.offer(
                        MessagePart.WHOLE, Opcode.TEXT, payload, 0, 1, new PendingSend(Long.MAX_VALUE / 4, completion));
                Interleavings.same("accepted", true, at > 0);
                queue.flush();
            } catch (IOException e) {
                ends.incrementAndGet(); // refused, since the queue has ended
            }
            return ends;
        }
    }

    @Law
    void whatTwoThreadsSendGoesOutOnceAndEachSendCompletesOnce() {
        Interleavings.of(() -> {
            World world = new World(true);
            AtomicInteger[] ends = new AtomicInteger[2];
            Interleavings.together(() -> ends[0] = world.send('a'), () -> ends[1] = world.send('b'));
            Interleavings.same("sent", true, List.of("ab", "ba").contains(world.wire.octets.toString()));
            Interleavings.same("ends of a", 1, ends[0].get());
            Interleavings.same("ends of b", 1, ends[1].get());
        });
    }

    @Law
    void theCompletionOfAWriteGoesOnWithWhatHasComeMeanwhile() {
        Interleavings.of(() -> {
            World world = new World(false);
            AtomicInteger first = world.send('a');
            AtomicInteger[] second = new AtomicInteger[1];
            Interleavings.together(() -> second[0] = world.send('b'), world.wire::completes);
            world.wire.completes();
            Interleavings.same("sent, in order", "ab", world.wire.octets.toString());
            Interleavings.same("ends of a", 1, first.get());
            Interleavings.same("ends of b", 1, second[0].get());
        });
    }

    @Law
    void eachSendEndsOnceThoughTheQueueEndsMeanwhile() {
        Interleavings.of(() -> {
            World world = new World(false);
            AtomicInteger first = world.send('a');
            AtomicInteger[] second = new AtomicInteger[1];
            Interleavings.together(
                    () -> second[0] = world.send('b'), world.wire::completes, () -> world.queue.end("of the test"));
            Interleavings.same("ends of a", 1, first.get());
            Interleavings.same("ends of b", 1, second[0].get());
        });
    }

    @Law
    void aThreadThatWaitsForItsBytesIsWoken() {
        Interleavings.of(() -> {
            World world = new World(false);
            world.send('a');
            boolean[] written = new boolean[1];
            Interleavings.together(
                    () -> {
                        try {
                            written[0] = world.queue.progress().awaitWritten(1, Long.MAX_VALUE / 4);
                        } catch (IOException e) {
                            throw new AssertionError(e);
                        }
                    },
                    world.wire::completes);
            Interleavings.same("written", true, written[0]);
        });
    }
}
