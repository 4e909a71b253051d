package dev.hawser.internal.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A loop waits without an end for its sockets, so whatever another thread asks of it must be seen before it waits. */
class SelectorLoopTest {
    private static final int TIMES = 20_000;
    private static final long SECONDS = 60;

    private final SelectorLoop loop =
            new SelectorLoop("loop-under-test", Duration.ofMillis(1), new SelectorLoop.Ending() {
                @Override
                public boolean mayEnd() {
                    return true;
                }

                @Override
                public void ended() {}
            });

    /** Each task comes at another moment: while the thread begins to wait, waits, wakes, or runs the one before. */
    @Test
    void noTaskIsLeftWhileTheThreadWaits() throws Exception {
        SelectorLoop.Lease lease = loop.lease();
        Semaphore ran = new Semaphore(0);
        for (int i = 0; i < TIMES; i++) {
            lease.execute(ran::release);
            spin(i % 97);
            lease.execute(ran::release);
            assertTrue(ran.tryAcquire(2, SECONDS, TimeUnit.SECONDS), "both tasks of round " + i + " ran");
        }
        lease.release();
        assertEnds();
    }

    @Test
    void noInterestIsLeftWhileTheThreadWaits() throws Exception {
        try (ServerSocketChannel server =
                        ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                SocketChannel socket = SocketChannel.open(server.getLocalAddress())) {
            socket.configureBlocking(false);
            SelectorLoop.Lease lease = loop.lease();
            Semaphore ready = new Semaphore(0);
            SelectionKey key = lease.register(socket, new SelectorLoop.Listener() {
                @Override
                public void onReady(int operations) {
                    ready.release();
                }

                @Override
                public void onFailed(Throwable cause) {
                    cause.printStackTrace();
                }
            });
            for (int i = 0; i < TIMES; i++) {
                lease.await(key, SelectionKey.OP_WRITE); // which is always possible
                assertTrue(ready.tryAcquire(SECONDS, TimeUnit.SECONDS), "it was told in round " + i);
                spin(i % 97);
            }
            key.cancel();
            lease.release();
            assertEnds();
        }
    }

    /** What the thread itself asks for is seen without a wake: it does not wait before it has looked. */
    @Test
    void whatTheThreadItselfAsksForIsSeen() throws Exception {
        SelectorLoop.Lease lease = loop.lease();
        AtomicInteger left = new AtomicInteger(1000);
        CompletableFuture<Thread> last = new CompletableFuture<>();
        lease.execute(new Runnable() {
            @Override
            public void run() {
                if (left.decrementAndGet() > 0) {
                    lease.execute(this);
                } else {
                    lease.release(); // the thread ends by this alone
                    last.complete(Thread.currentThread());
                }
            }
        });
        assertEquals("loop-under-test", last.get(SECONDS, TimeUnit.SECONDS).getName());
        assertEnds();
    }

    private void assertEnds() throws InterruptedException {
        Thread thread = loop.thread();
        assertNotNull(thread);
        thread.join(TimeUnit.SECONDS.toMillis(SECONDS));
        assertEquals(Thread.State.TERMINATED, thread.getState());
    }

    private static void spin(int times) {
        for (int i = 0; i < times * 20; i++) {
            Thread.onSpinWait();
        }
    }
}
