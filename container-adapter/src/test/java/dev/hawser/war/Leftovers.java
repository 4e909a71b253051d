package dev.hawser.war;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What this JVM holds that a stopped application may have left, after a garbage collection.
 *
 * @param threads those of Hawser, by their names
 * @param descriptors open files and sockets
 * @param objects instances of Hawser's and the tests' WAR classes, and of those of the JDK that own memory of zlib, by
 *     class name
 * @param directBytes memory of direct buffers
 * @param metaspaceBytes used by loaded classes
 * @param nativeMemory or null in a JVM where it tells nothing
 */
record Leftovers(
        Map<String, Integer> threads,
        int descriptors,
        Map<String, Long> objects,
        long directBytes,
        long metaspaceBytes,
        @Nullable NativeMemory nativeMemory) {
    private static final long POOLED = 1 << 20;

    /** What an application can leave behind. */
    enum Left {
        CLASS_LOADERS,
        THREADS,
        DESCRIPTORS,
        DIRECT_BUFFERS,
        OBJECTS,
        NATIVE_MEMORY
    }

    static Leftovers now() throws IOException {
        NativeMemory memory =
                NativeMemory.isComparable() ? NativeMemory.now() : null; // first, since the next line takes some
        Map<String, Long> objects = liveObjects(); // collects first
        return new Leftovers(liveThreads(), openDescriptors(), objects, usedByBuffers(), usedByClasses(), memory);
    }

    @Override
    public String toString() {
        return String.format(
                "%d threads, %d descriptors, %d objects, %d KiB of direct buffers, %d KiB of metaspace%s",
                threads.size(),
                descriptors,
                objects.values().stream().mapToLong(Long::longValue).sum(),
                directBytes >> 10,
                metaspaceBytes >> 10,
                nativeMemory == null ? "" : ", " + nativeMemory);
    }

    /**
     * Of what there is more than before; of direct buffers, nothing but what the container keeps in a pool of its own
     * is allowed to be.
     */
    Set<Left> moreThan(Leftovers before) {
        Set<Left> more = new TreeSet<>();
        if (!threads.isEmpty()) {
            more.add(Left.THREADS);
        }
        if (descriptors > before.descriptors) {
            more.add(Left.DESCRIPTORS);
        }
        if (directBytes > before.directBytes + POOLED) {
            more.add(Left.DIRECT_BUFFERS);
        }
        if (!moreObjectsThan(before).isEmpty()) {
            more.add(Left.OBJECTS);
        }
        if (nativeMemory != null && nativeMemory.isMoreThan(before.nativeMemory)) {
            more.add(Left.NATIVE_MEMORY);
        }
        return more;
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

    /** The live objects; to tell them, the JVM collects the others first. */
    private static Map<String, Long> liveObjects() {
        String histogram = NativeMemory.diagnose("gcClassHistogram", "-all=false");
        Map<String, Long> found = new TreeMap<>();
        histogram.lines().forEach(line -> {
            String[] columns = line.trim().split("\\s+"); // 1: 12 384 name (module)
            if (columns.length > 3 && isOurs(columns[3])) {
                found.merge(columns[3], Long.parseLong(columns[1]), Long::sum);
            }
        });
        return found;
    }

    /** In this package, only what is made for WARs is in one. */
    private static boolean isOurs(String className) {
        String ofElement = className.replaceFirst("^\\[+L", "");
        String tests = Leftovers.class.getPackageName() + ".";
        return ofElement.startsWith("dev.hawser.") && !ofElement.startsWith(tests)
                || ofElement.startsWith(WarTraffic.class.getName())
                || ofElement.startsWith(WarEcho.class.getName())
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
}
