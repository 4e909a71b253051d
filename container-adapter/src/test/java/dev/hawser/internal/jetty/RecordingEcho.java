package dev.hawser.internal.jetty;

import dev.hawser.internal.transport.Transport;
import dev.hawser.internal.transport.TransportListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Sends back what it reads, with one write outstanding and no read demanded meanwhile; counts what the transport must
 * call once.
 */
final class RecordingEcho implements TransportListener {
    final CountDownLatch opened = new CountDownLatch(1);
    final CountDownLatch ended = new CountDownLatch(1);
    final BlockingQueue<Optional<Throwable>> closed = new LinkedBlockingQueue<>();
    final BlockingQueue<StackTraceElement[]> stacks = new LinkedBlockingQueue<>();
    final AtomicInteger writes = new AtomicInteger();
    final AtomicInteger written = new AtomicInteger();
    /** One permit for each write that has ended. */
    final Semaphore completions = new Semaphore(0);

    final BlockingQueue<Throwable> failed = new LinkedBlockingQueue<>();
    private final ByteBuffer buffer = ByteBuffer.allocate(32 * 1024).flip();
    private final byte[] farewell;
    /** Whether the buffer is read into or written. */
    private final AtomicBoolean busy = new AtomicBoolean();

    volatile boolean throwsInOnOpen;
    volatile boolean throwsInOnReadable;
    volatile @Nullable Transport transport;

    RecordingEcho(byte[] farewell) {
        this.farewell = farewell;
    }

    @Override
    public void onOpen(Transport opening, ByteBuffer early) {
        transport = opening;
        opened.countDown();
        if (throwsInOnOpen) {
            throw new StackOverflowError("of a test");
        }
        if (early.hasRemaining()) {
            ByteBuffer copy = ByteBuffer.allocate(early.remaining()).put(early).flip();
            busy.set(true);
            write(copy, this::goOn);
        } else {
            opening.demandRead();
            opening.demandRead();
        }
    }

    @Override
    public void onReadable() {
        if (throwsInOnReadable) {
            throw new StackOverflowError("of a test");
        }
        if (stacks.isEmpty()) {
            stacks.add(new Throwable().getStackTrace());
        }
        if (!busy.compareAndSet(false, true)) {
            return; // the second demand of onOpen came after the first call; the end of the write demands again
        }
        Transport from = transport();
        int filled;
        try {
            filled = from.read(buffer.clear().flip());
        } catch (IOException e) {
            filled = -1;
        }
        if (filled < 0) {
            ended.countDown();
            if (writes.get() == written.get() + failed.size()) { // else the peer went while a write was outstanding
                write(ByteBuffer.wrap(farewell), from::shutdownOutput);
            }
        } else if (filled == 0) {
            goOn();
        } else {
            write(buffer, this::goOn);
        }
    }

    private void goOn() {
        busy.set(false);
        transport().demandRead();
    }

    void write(ByteBuffer bytes, Runnable then) {
        writes.incrementAndGet();
        transport()
                .write(
                        new Transport.WriteCompletion() {
                            @Override
                            public void written() {
                                written.incrementAndGet();
                                completions.release();
                                then.run();
                            }

                            @Override
                            public void failed(Throwable cause) {
                                failed.add(cause);
                                completions.release();
                                transport().close();
                            }
                        },
                        bytes);
    }

    Transport transport() {
        Transport is = transport;
        if (is == null) {
            throw new IllegalStateException("Not open yet");
        }
        return is;
    }

    @Override
    public void onClosed(@Nullable Throwable cause) {
        closed.add(Optional.ofNullable(cause));
    }
}
