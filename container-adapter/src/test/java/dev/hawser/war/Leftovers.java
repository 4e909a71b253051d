package dev.hawser.war;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * What this JVM holds that a stopped application may have left, after a garbage collection.
 *
 * @param threads those of Hawser, by their names
 * @param descriptors open files and sockets
 * @param objects instances of Hawser's and the tests' WAR classes, and of those of the JDK that own memory of zlib, by class name
 * @param directBytes memory of direct buffers
 * @param metaspaceBytes used by loaded classes
 * @param residentBytes the process in the machine's memory: heap, native memory, and what the allocator keeps for itself
 */
record Leftovers(
        Map<String, Integer> threads,
        int descriptors,
        Map<String, Long> objects,
        long directBytes,
        long metaspaceBytes,
        long residentBytes) {
    private static final long POOLED = 1 << 20;

    static Leftovers now() throws IOException {
        Map<String, Long> objects = liveObjects(); // collects first
        return new Leftovers(liveThreads(), openDescriptors(), objects, usedByBuffers(), usedByClasses(), resident());
    }

    @Override
    public String toString() {
        return String.format(
                "%d threads, %d descriptors, %d objects, %d KiB of direct buffers, %d KiB of metaspace, %d MiB resident",
                threads.size(),
                descriptors,
                objects.values().stream().mapToLong(Long::longValue).sum(),
                directBytes >> 10,
                metaspaceBytes >> 10,
                residentBytes >> 20);
    }

    /** Whether nothing of this is more than before; of direct buffers, nothing but what the container keeps in a pool of its own. */
    boolean isNoMoreThan(Leftovers before) {
        return threads.isEmpty()
                && descriptors <= before.descriptors
                && directBytes <= before.directBytes + POOLED
                && objects.entrySet().stream()
                        .allMatch(each -> each.getValue() <= before.objects.getOrDefault(each.getKey(), 0L));
    }

    /** What there is more of than before, by class name. */
    Map<String, Long> moreObjectsThan(Leftovers before) {
        Map<String, Long> more = new TreeMap<>(objects);
        more.replaceAll((name, count) -> count - before.objects.getOrDefault(name, 0L));
        more.values().removeIf(count -> count <= 0);
        return more;
    }

    private static Map<String, Integer> liveThreads() {
        Map<String, Integer> found = new TreeMap<>();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("hawser")) {
                found.merge(thread.getName(), 1, Integer::sum);
            }
        }
        return found;
    }

    private static int openDescriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return (int) all.count();
        }
    }

    /** The live objects, as {@code jcmd PID GC.class_histogram} tells them. */
    private static Map<String, Long> liveObjects() {
        String histogram;
        try {
            histogram = (String) ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "gcClassHistogram",
                            new Object[] {new String[0]},
                            new String[] {String[].class.getName()});
        } catch (JMException e) {
            throw new IllegalStateException(e);
        }
        Map<String, Long> found = new TreeMap<>();
        histogram.lines().forEach(line -> {
            String[] columns = line.trim().split("\\s+"); // 1: 12 384 name (module)
            if (columns.length > 3 && isOurs(columns[3])) {
                found.merge(columns[3], Long.parseLong(columns[1]), Long::sum);
            }
        });
        return found;
    }

    private static boolean isOurs(String className) {
        boolean hawsers = className.startsWith("dev.hawser.") || className.startsWith("[Ldev.hawser.");
        return hawsers && !className.contains(".Leftovers") && !className.contains("Test")
                || className.equals("java.util.zip.Deflater")
                || className.equals("java.util.zip.Inflater");
    }

    private static long usedByBuffers() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    private static long usedByClasses() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getName().equals("Metaspace"))
                .map(MemoryPoolMXBean::getUsage)
                .mapToLong(usage -> usage.getUsed())
                .sum();
    }

    private static long resident() throws IOException {
        String[] pages = Files.readString(Path.of("/proc/self/statm")).split(" ");
        return Long.parseLong(pages[1]) * 4096;
    }
}
