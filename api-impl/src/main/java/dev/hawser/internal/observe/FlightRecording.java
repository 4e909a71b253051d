package dev.hawser.internal.observe;

import org.jspecify.annotations.Nullable;

/** Writes the events of connections to JDK Flight Recorder as long as there is a container. Thread-safe. */
public final class FlightRecording {
    private static final System.Logger LOGGER = System.getLogger("dev.hawser.observer");
    private static final Object LOCK = new Object();

    // Guarded by LOCK.
    private static int containers;
    private static @Nullable Runnable end;

    private FlightRecording() {}

    /** A container starts. Never throws. */
    public static void containerStarts() {
        synchronized (LOCK) {
            if (containers++ == 0 && isPresent()) {
                try {
                    end = RecordingWatch.start();
                } catch (Throwable e) {
                    tell(e);
                }
            }
        }
    }

    /** A container has ended; after the last one nothing of ours stays in the recorder. Never throws. */
    public static void containerEnds() {
        synchronized (LOCK) {
            Runnable last = --containers == 0 ? end : null;
            if (last != null) {
                end = null;
                try {
                    last.run();
                } catch (Throwable e) {
                    tell(e);
                }
            }
        }
    }

    /** Whether the module of the recorder is there, and ours can read it. */
    private static boolean isPresent() {
        try {
            Class.forName("jdk.jfr.FlightRecorderListener", false, FlightRecording.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }

    private static void tell(Throwable e) {
        try {
            LOGGER.log(System.Logger.Level.DEBUG, "JDK Flight Recorder cannot be used", e);
        } catch (Throwable second) {
            // there may be no memory for a log line
        }
    }
}
