package dev.hawser.benchmarks.hostile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * The niceness of one thread: 0 is usual, and of two threads that want the same processor the one with 10 gets a tenth.
 * It is known and changed on Linux only.
 */
final class Niceness {
    private static final Path THREAD = Path.of("/proc/thread-self");
    /** The field of the file {@code stat}, counted behind the name of the thread, which may have blanks. */
    private static final int FIELD = 16;

    private static final long PATIENCE_SECONDS = 10;

    private Niceness() {}

    /** Sets that of the calling thread; returns false if that cannot be done here. */
    static boolean set(int niceness) throws InterruptedException {
        try {
            String thread = Files.readSymbolicLink(THREAD).getFileName().toString();
            Process renice = new ProcessBuilder("renice", "-n", Integer.toString(niceness), "-p", thread)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return renice.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) && renice.exitValue() == 0;
        } catch (IOException e) {
            return false; // no Linux, or no renice
        }
    }

    /** That of the calling thread. */
    static int get() throws IOException {
        String stat = Files.readString(THREAD.resolve("stat"));
        return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[FIELD]);
    }
}
