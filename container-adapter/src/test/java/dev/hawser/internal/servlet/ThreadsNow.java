package dev.hawser.internal.servlet;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the threads of this JVM do, in one line: for the message of a test whose answer does not come. Threads of one
 * kind that stand at the same place are one entry with their number.
 */
final class ThreadsNow {
    private static final int FRAMES = 4;
    private static final int LONGEST = 4_000;

    private ThreadsNow() {}

    /** Such as {@code 199x hawser-blocking-# WAITING [Unsafe.park < MessagePipe.take:214 < ...]; 1x ...}. */
    static String inOneLine() {
        Map<String, Integer> kinds = new TreeMap<>();
        Thread.getAllStackTraces().forEach((thread, stack) -> {
            if (stack.length > 0) {
                String name = thread.getName().replaceAll("\\d+", "#");
                kinds.merge(name + " " + thread.getState() + " " + place(stack), 1, Integer::sum);
            }
        });
        String all = kinds.entrySet().stream()
                .sorted((one, other) -> Boolean.compare(
                        other.getKey().contains("<"), one.getKey().contains("<")))
                .map(kind -> kind.getValue() + "x " + kind.getKey())
                .collect(Collectors.joining("; "));
        return all.length() <= LONGEST ? all : all.substring(0, LONGEST) + " ...";
    }

    /** The innermost frame, and those of Hawser that are next to it. */
    private static String place(StackTraceElement[] stack) {
        Stream<StackTraceElement> ours = Stream.of(stack)
                .skip(1)
                .filter(frame -> frame.getClassName().startsWith("dev.hawser."))
                .limit(FRAMES);
        return Stream.concat(Stream.of(stack[0]), ours)
                .map(frame -> frame.getClassName().replaceAll(".*\\.", "") + "." + frame.getMethodName() + ":"
                        + frame.getLineNumber())
                .collect(Collectors.joining(" < ", "[", "]"));
    }
}
