package dev.hawser.internal.connection;

import dev.hawser.interleavings.Interleavings;
import dev.hawser.interleavings.Law;
import dev.hawser.internal.transport.Clock;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A reader of a {@link MessagePipe} gets all parts in order, then the end or an exception, and all is counted. */
class MessagePipeInterleavings {
    private static final class Counts implements MessagePipe.Listener {
        final AtomicLong waiting = new AtomicLong();
        final AtomicInteger begun = new AtomicInteger();
        final AtomicInteger stalled = new AtomicInteger();

        @Override
        public void onWaiting(int bytes) {
            waiting.addAndGet(bytes);
        }

        @Override
        public void onRead(long bytes) {
            Interleavings.same("read before it has come", true, waiting.addAndGet(-bytes) >= 0);
        }

        @Override
        public void onMayBegin(MessagePipe pipe) {
            begun.incrementAndGet();
        }

        @Override
        public void onStalled() {
            stalled.incrementAndGet();
        }
    }

    /** What is read: the octets, then {@code .} at the end of the message or {@code !} if it fails. */
    private static String read(InputStream from) {
        StringBuilder read = new StringBuilder();
        try {
            for (int octet = from.read(); octet >= 0; octet = from.read()) {
                read.append(octet);
            }
            return read.append('.').toString();
        } catch (IOException e) {
            return read.append('!').toString();
        }
    }

    private static MessagePipe pipe(Counts counts, boolean atOnce) {
        return new MessagePipe(Duration.ofHours(1), new ReadingClock(() -> 0), Clock.SYSTEM, atOnce, counts);
    }

    @Law
    void allPartsAreReadInOrderAndCounted() {
        Interleavings.of(() -> {
            Counts counts = new Counts();
            MessagePipe pipe = pipe(counts, true);
            String[] read = new String[1];
            Interleavings.together(
                    () -> {
                        pipe.write(new byte[] {1}, false);
                        pipe.write(new byte[] {2}, true);
                    },
                    () -> read[0] = read(pipe.inputStream()));
            Interleavings.same("read", "12.", read[0]);
            Interleavings.same("bytes that wait", 0L, counts.waiting.get());
        });
    }

    @Law
    void aReaderIsWokenWhenTheMessageFails() {
        Interleavings.of(() -> {
            Counts counts = new Counts();
            MessagePipe pipe = pipe(counts, true);
            String[] read = new String[1];
            Interleavings.together(
                    () -> {
                        pipe.write(new byte[] {1}, false);
                        pipe.fail("of the test");
                    },
                    () -> read[0] = read(pipe.inputStream()));
            Interleavings.same("read", "1!", read[0]);
            Interleavings.same("stalled", 0, counts.stalled.get());
        });
    }

    @Law
    void whatIsLeftUnreadDoesNotCountAnyMore() {
        Interleavings.of(() -> {
            Counts counts = new Counts();
            MessagePipe pipe = pipe(counts, false);
            Object stream = pipe.inputStream();
            Interleavings.together(
                    () -> {
                        pipe.write(new byte[] {1}, false);
                        pipe.write(new byte[] {2}, true);
                    },
                    () -> MessagePipe.abandon(stream),
                    pipe::begin);
            Interleavings.same("bytes that wait", 0L, counts.waiting.get());
            Interleavings.same("times the handler may begin", 1, counts.begun.get());
        });
    }
}
