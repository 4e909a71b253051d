package dev.hawser.benchmarks.contestant;

import com.sun.management.GarbageCollectionNotificationInfo;
import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.JMException;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;

/** What an attack costs this process: heap, threads and open files. */
public final class Vitals {
    private static final int COLLECTIONS = 3;
    private static final String APPLICATION = Vitals.class.getPackageName() + ".Attacked";

    private final AtomicLong peak = new AtomicLong();

    /** Begins to listen to the garbage collectors. */
    Vitals() {
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            ((NotificationEmitter) collector).addNotificationListener((event, context) -> collected(event), null, null);
        }
    }

    private void collected(Notification event) {
        if (event.getType().equals(GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION)) {
            long used =
                    GarbageCollectionNotificationInfo.from((CompositeData) event.getUserData())
                            .getGcInfo()
                            .getMemoryUsageAfterGc()
                            .entrySet()
                            .stream()
                            .filter(pool -> isHeap(pool.getKey()))
                            .map(java.util.Map.Entry::getValue)
                            .mapToLong(MemoryUsage::getUsed)
                            .sum();
            peak.accumulateAndGet(used, Math::max);
        }
    }

    private static boolean isHeap(String pool) {
        return pool.startsWith("G1 ");
    }

    /** The most heap bytes in use after any collection since the last call. */
    long peak() {
        return peak.getAndSet(0);
    }

    /** Heap bytes in use after a full collection. */
    @SuppressWarnings("SystemGc") // the result is what is left after it
    public static long heap() {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    static int threads() {
        return ManagementFactory.getThreadMXBean().getThreadCount();
    }

    /** How many platform threads are inside a callback of an endpoint under attack. */
    static long threadsInCallbacks() {
        return Thread.getAllStackTraces().values().stream()
                .filter(Vitals::isInCallback)
                .count();
    }

    private static boolean isInCallback(StackTraceElement[] stack) {
        for (StackTraceElement frame : stack) {
            if (frame.getClassName().startsWith(APPLICATION)) {
                return true;
            }
        }
        return false;
    }

    /** How many files and sockets are open, or 0 if the system does not say. */
    static long descriptors() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? system.getOpenFileDescriptorCount()
                : 0;
    }

    /** The bytes of direct buffers. */
    static long direct() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    /** How many objects of a class are alive; this collects the heap. */
    static long instances(String className) throws IOException {
        for (String line : diagnose("gcClassHistogram").lines().toList()) {
            String[] fields = line.trim().split("\\s+", -1); // rank, instances, bytes, class, module
            if (fields.length > 3 && fields[3].equals(className)) {
                return Long.parseLong(fields[1]);
            }
        }
        return 0;
    }

    /** Writes the stacks of all threads and a histogram of the heap into a file. */
    public static void evidence(Path file) throws IOException {
        Files.writeString(file, diagnose("threadPrint") + "\n" + diagnose("gcClassHistogram"));
    }

    private static String diagnose(String command) throws IOException {
        try {
            ObjectName commands = new ObjectName("com.sun.management:type=DiagnosticCommand");
            return (String) ManagementFactory.getPlatformMBeanServer()
                    .invoke(commands, command, new Object[] {new String[0]}, new String[] {String[].class.getName()});
        } catch (JMException e) {
            throw new IOException(e);
        }
    }
}
