package dev.hawser.war;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * What a process has of the machine's memory beside its heap. It can be compared with itself only in a JVM that was
 * started with {@link #OPTIONS} and {@link #ENVIRONMENT}: in any other the compiler's code, the heap and the
 * allocator's reserves move by far more than a leak would.
 *
 * @param bytes of all pages that no file backs, but for the heap: what malloc gave to zlib and others, direct buffers,
 *     stacks, metaspace
 * @param mappedBytes of all files that are mapped, whether they are in memory or not
 * @param categories what the JVM itself knows of, in KiB, to tell where something grew; it does not see zlib
 */
record NativeMemory(long bytes, long mappedBytes, Map<String, Long> categories) {
    /**
     * Nothing is compiled, so there is neither code nor a compiler's arenas; the heap has all its pages from the start,
     * and its collector no threads; malloc's reserves can be given back, which the second line is for.
     */
    static final List<String> OPTIONS = List.of(
            "-Xint",
            "-Xms96m",
            "-Xmx96m",
            "-XX:+AlwaysPreTouch",
            "-XX:+UseSerialGC",
            "-XX:NativeMemoryTracking=summary");

    static final Map<String, String> ENVIRONMENT = Map.of("MALLOC_ARENA_MAX", "1");

    /**
     * What JVM and container take for themselves from the tenth to the hundredth deployment. 0.2 to 1.5 MiB were
     * measured: symbols of classes that are gone, rounding of metaspace, and stacks and buffers of the container's
     * threads, which stop growing after some fifty. Shared by 90 deployments it is 23 KiB, which is less than one
     * {@code Inflater}.
     */
    private static final long NOISE = 2 << 20;

    private static final Pattern CATEGORY =
            Pattern.compile("(?m)^\\s*-?\\s*([A-Z][A-Za-z ]*?) \\(reserved=\\d+KB, committed=(\\d+)KB");

    /** Whether this JVM was started with {@link #OPTIONS}. */
    static boolean isComparable() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().containsAll(OPTIONS);
    }

    /** To be asked after a garbage collection. */
    static NativeMemory now() throws IOException {
        Map<String, Long> categories = new TreeMap<>();
        Matcher each = CATEGORY.matcher(diagnose("vmNativeMemory", "summary"));
        while (each.find()) {
            categories.put(each.group(1), Long.parseLong(each.group(2)));
        }
        diagnose("systemTrimNativeHeap");
        return new NativeMemory(anonymous() - Runtime.getRuntime().totalMemory(), mapped(), categories);
    }

    boolean isMoreThan(NativeMemory before) {
        return bytes > before.bytes + NOISE || mappedBytes > before.mappedBytes;
    }

    /** By how many KiB each category has changed. */
    Map<String, Long> since(NativeMemory before) {
        Map<String, Long> changes = new TreeMap<>(categories);
        changes.replaceAll((name, kib) -> kib - before.categories.getOrDefault(name, 0L));
        changes.values().removeIf(kib -> kib == 0);
        return changes;
    }

    @Override
    public String toString() {
        return String.format("%d KiB native, %d KiB mapped", bytes >> 10, mappedBytes >> 10);
    }

    private static long anonymous() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/smaps_rollup")).stream()
                .filter(line -> line.startsWith("Anonymous:") || line.startsWith("Swap:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
                .sum();
    }

    private static long mapped() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/maps")).stream()
                .map(line -> line.split("[ -]", 3)) // start-end rwxp offset device inode path
                .filter(columns -> columns[2].contains(" /"))
                .mapToLong(columns -> Long.parseUnsignedLong(columns[1], 16) - Long.parseUnsignedLong(columns[0], 16))
                .sum();
    }

    /** What {@code jcmd PID command} would print. */
    static String diagnose(String command, String... arguments) {
        boolean plain = arguments.length == 0;
        try {
            return (String) ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            command,
                            plain ? null : new Object[] {arguments},
                            plain ? null : new String[] {String[].class.getName()});
        } catch (JMException e) {
            throw new IllegalStateException(e);
        }
    }
}
