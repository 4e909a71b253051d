package dev.hawser.internal.servlet;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The ways that OutOfMemoryErrors went, as the JVM itself tells them with {@code -Xlog:exceptions}: that needs no heap.
 * Each is the methods that the error left, the innermost first.
 */
record FullHeapErrors(List<List<String>> ways) {
    private static final Pattern LEFT = Pattern.compile("'([^']+)' '\\([^']*' in '([^']+)'");
    /** Or what one became: an error of a class that could not be made, of a lambda, of the stack. */
    private static final Pattern ERROR = Pattern.compile("Exception <a 'java/lang/\\w*Error'");

    /** A line of the same entry; JDK 17 does not mark it. */
    private static final Pattern GOES_ON = Pattern.compile("^\\[ +\\] ");

    private static final Pattern THREAD = Pattern.compile("^\\[(\\d+)\\]");
    /** Ours, without the endpoints and the program of the test. */
    private static final Pattern OURS = Pattern.compile("dev/hawser/(?!internal/servlet/FullHeap).*");

    private static final Pattern CONTAINERS = Pattern.compile("(org/eclipse/jetty|org/apache|io/undertow|org/xnio)/.*");
    /** Where a container's threads run in a loop, and what is lost when an error leaves it. */
    private static final Pattern LOOP = Pattern.compile(
            "org/eclipse/jetty/(io/ManagedSelector|util/thread/strategy/AdaptiveExecutionStrategy).*"
                    + "|org/apache/tomcat/util/net/(NioEndpoint\\$Poller|Acceptor)\\..*|org/xnio/nio/WorkerThread\\..*");

    private static final Pattern CLOSE =
            Pattern.compile("org/xnio/Connection\\.close|org/apache/tomcat/util/net/SocketWrapperBase\\.close"
                    + "|java/nio/channels/spi/AbstractInterruptibleChannel\\.close");

    static FullHeapErrors read(Path log) throws IOException {
        List<List<String>> ways = new ArrayList<>();
        Map<String, List<String>> current = new HashMap<>();
        boolean isOne = false;
        String thread = "";
        for (String written : Files.readAllLines(log, StandardCharsets.ISO_8859_1)) {
            String line = GOES_ON.matcher(written).replaceFirst("");
            Matcher begins = THREAD.matcher(line);
            if (begins.find()) {
                thread = begins.group(1);
                isOne = ERROR.matcher(line).find();
            }
            Matcher left = LEFT.matcher(line);
            if (isOne && line.startsWith("thrown [")) {
                List<String> way = new ArrayList<>();
                current.put(thread, way);
                ways.add(way);
            } else if (isOne && current.containsKey(thread) && line.startsWith(" thrown in ") && left.find()) {
                add(current.get(thread), left.group(2) + "." + left.group(1));
            }
        }
        return new FullHeapErrors(ways.stream().filter(way -> !way.isEmpty()).toList());
    }

    /** A finally block throws once more what came. */
    private static void add(List<String> way, String method) {
        if (way.isEmpty() || !way.get(way.size() - 1).equals(method)) {
            way.add(method);
        }
    }

    /** Those that went out of our code into a container's. */
    List<List<String>> ofOurs() {
        return ways.stream().filter(FullHeapErrors::leavesOurs).toList();
    }

    /**
     * How many connections the container or the JDK has failed to close, and counts as closed, so that nobody can close
     * them again: a SocketChannel is marked as closed first, and then looks for its linger time, which takes memory.
     */
    int failedCloses() {
        return (int) ways.stream()
                .filter(way ->
                        way.stream().anyMatch(method -> CLOSE.matcher(method).matches()))
                .count();
    }

    private static boolean leavesOurs(List<String> way) {
        for (int i = 1; i < way.size(); i++) {
            if (isOurs(way.get(i - 1)) && CONTAINERS.matcher(way.get(i)).matches()) {
                return true;
            }
        }
        return false;
    }

    /** Those that ended what a thread of the container runs for all its connections, without having met our code. */
    List<List<String>> ofContainer() {
        return ways.stream()
                .filter(way -> way.stream().noneMatch(FullHeapErrors::isOurs)
                        && way.stream().anyMatch(method -> LOOP.matcher(method).matches()))
                .toList();
    }

    @Override
    public String toString() {
        return ways.stream()
                .filter(way -> !way.get(way.size() - 1).startsWith("dev/hawser/internal/servlet/FullHeapServer"))
                .map(way -> String.join(" < ", way))
                .collect(Collectors.joining(System.lineSeparator()));
    }

    private static boolean isOurs(String method) {
        return OURS.matcher(method).matches();
    }
}
