package dev.hawser.internal.servlet;

import jakarta.servlet.ServletContainerInitializer;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The program of {@link FullHeapTest}: a container in a JVM of its own, whose heap is filled and freed as the test
 * says. It is told so in single bytes and answers with bytes made before, since that needs no memory. It ends with its
 * standard input.
 */
public final class FullHeapServer {
    private static final int BIG = 1 << 16;
    private static final long REFILL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final FileInputStream IN = new FileInputStream(FileDescriptor.in);
    private static final FileOutputStream OUT = new FileOutputStream(FileDescriptor.out);
    private static final byte[] FULL = {'f', 'u', 'l', 'l', '\n'};
    private static final byte[] FREE = {'f', 'r', 'e', 'e', '\n'};

    /** How many threads of Hawser's an error has ended. */
    private static final AtomicInteger DIED = new AtomicInteger();

    private static final String TIMER = "-timer";

    private static volatile @Nullable Thread died;
    private static final AtomicReference<@Nullable Throwable> DIED_OF = new AtomicReference<>();

    /** The smallest piece to take while the heap is to be full, else 0. Written by the main thread. */
    private static volatile int least;

    /**
     * How many bytes of the full heap are left to others, which may give back what they like; 0 if that is taken, too.
     */
    private static volatile int spare;

    // What fills the heap, only touched by the thread that does: large pieces, and a chain of small ones.
    private static final byte[][] LARGE = new byte[256][];
    private static Object @Nullable [] small;

    private FullHeapServer() {}

    /** Its arguments: the container, and the initializer of the WebSocket implementation. */
    public static void main(String[] arguments) throws Exception {
        Thread.setDefaultUncaughtExceptionHandler((thread, error) -> {
            // the executor's own code has no protection, so the timer's thread may die, and is replaced
            if (thread.getName().startsWith("hawser-") && !thread.getName().endsWith(TIMER)) {
                DIED.incrementAndGet();
                DIED_OF.set(error); // to be told when there is memory again
                died = thread;
            }
        });
        ServletContainerInitializer initializer = Class.forName(arguments[1])
                .asSubclass(ServletContainerInitializer.class)
                .getDeclaredConstructor()
                .newInstance();
        FullHeapContainer container = FullHeapContainer.start(arguments[0], initializer, FullHeapEndpoints.all());
        Thread application = new Thread(FullHeapServer::fillWhenTold, "application");
        application.setDaemon(true);
        application.start();
        print("port " + container.port());
        for (int command = IN.read(); command >= 0; command = IN.read()) {
            switch (command) {
                case 'f' -> {
                    spare = IN.read() << 8 | IN.read();
                    least = IN.read() << 8 | IN.read();
                    LockSupport.unpark(application);
                }
                case 'r' -> {
                    least = 0;
                    LockSupport.unpark(application);
                }
                case 'b' -> {
                    FullHeapEndpoints.block();
                    print("blocking");
                }
                case 'l' -> {
                    FullHeapEndpoints.letGo();
                    print("let go");
                }
                case 'e' -> {
                    tellDead();
                    FullHeapEndpoints.log();
                    print("told");
                }
                default ->
                    print(FullHeapEndpoints.tally() + " lostThreads " + container.lostThreads() + " died " + DIED
                            + " timers " + timers() + " halfClosed " + container.halfClosed() + " descriptors "
                            + descriptors());
            }
        }
        Runtime.getRuntime().halt(0);
    }

    private static void print(String line) throws IOException {
        OUT.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    private static long timers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("hawser-")
                        && thread.getName().endsWith(TIMER))
                .count();
    }

    /** The thread of ours that has ended last, and why, into the log. */
    private static void tellDead() {
        Throwable cause = DIED_OF.get();
        if (cause != null) {
            System.err.println("ended: " + died);
            cause.printStackTrace();
        }
    }

    private static int descriptors() {
        String[] open = new File("/proc/self/fd").list();
        return open == null ? 0 : open.length;
    }

    private static void fillWhenTold() {
        while (true) {
            int smallest = least;
            if (smallest == 0) {
                LockSupport.park();
            } else {
                try {
                    fill(smallest);
                } catch (IOException e) {
                    return; // the test has gone
                }
            }
        }
    }

    /** Until it is to be free again. What others free meanwhile is taken, too. */
    private static void fill(int smallest) throws IOException {
        int size = 1 << 20;
        boolean told = false;
        while (least > 0) {
            try {
                take(size);
            } catch (OutOfMemoryError e) {
                if (size / 2 >= smallest) {
                    size /= 2;
                } else if (!told) {
                    told = true;
                    giveBack(smallest);
                    OUT.write(FULL);
                    parkWhileFull();
                } else {
                    LockSupport.parkNanos(REFILL_NANOS);
                }
            }
        }
        Arrays.fill(LARGE, null);
        small = null;
        OUT.write(FREE);
    }

    private static void giveBack(int size) {
        for (int bytes = 0; bytes < spare && small != null; bytes += size) {
            small = (Object[]) small[0];
        }
    }

    private static void parkWhileFull() {
        while (spare > 0 && least > 0) {
            LockSupport.park();
        }
    }

    private static void take(int size) {
        if (size < BIG) {
            Object[] piece = new Object[Math.max(size / 4 - 4, 1)];
            piece[0] = small;
            small = piece;
            return;
        }
        byte[] piece = new byte[size - 16];
        for (int i = 0; i < LARGE.length; i++) {
            if (LARGE[i] == null) {
                LARGE[i] = piece;
                return;
            }
        }
    }
}
