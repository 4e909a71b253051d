package dev.hawser.internal.observe;

import jdk.jfr.FlightRecorder;
import jdk.jfr.FlightRecorderListener;
import jdk.jfr.Recording;
import jdk.jfr.RecordingState;

/**
 * Lets {@link FlightEvents} watch all containers as long as a recording runs. Loaded only where {@code jdk.jfr} is
 * present. Thread-safe.
 */
final class RecordingWatch implements FlightRecorderListener, Runnable {
    private final FlightEvents events = new FlightEvents();

    /** Begins to watch; the result ends it. */
    static Runnable start() {
        RecordingWatch watch = new RecordingWatch();
        FlightRecorder.addListener(watch);
        return watch;
    }

    @Override
    public void recorderInitialized(FlightRecorder recorder) {
        follow(recorder);
    }

    @Override
    public void recordingStateChanged(Recording recording) {
        follow(FlightRecorder.getFlightRecorder());
    }

    private void follow(FlightRecorder recorder) {
        boolean runs = recorder.getRecordings().stream().anyMatch(each -> each.getState() == RecordingState.RUNNING);
        if (runs) {
            Observers.addEverywhere(events);
        } else {
            Observers.removeEverywhere(events);
            events.forget();
        }
    }

    /** Ends the watch, so that the recorder does not keep our classes alive. */
    @Override
    public void run() {
        FlightRecorder.removeListener(this);
        Observers.removeEverywhere(events);
        events.forget();
    }
}
