package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.architecture.CallTrace;
import dev.hawser.architecture.RecordingLoader;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The way of a message is short: our own frames, counted on the stacks of a real Jetty. */
class JourneyTest {
    private static final int BUDGET_IN = 8;
    private static final int BUDGET_OUT = 4;

    /** On two stacks: of the event loop where the engine hands the text over, and of the worker in the callback. */
    @Test
    void fromTheSocketToTheCallbackInAtMostEightFrames() throws Exception {
        CallTrace.forgetAll();
        RecordingLoader.run(Journeys.Message.class);
        List<List<String>> stacks = CallTrace.of("receive").get(0).stacks();
        assertEquals(2, stacks.size(), stacks::toString);
        List<String> frames = stacks.stream().flatMap(List::stream).toList();
        assertTrue(frames.size() <= BUDGET_IN, () -> frames.size() + " frames: " + frames);
        assertTrue(frames.size() > 4, () -> "nothing was counted: " + frames);
    }

    @Test
    void fromASendToTheSocketInAtMostFourFrames() throws Exception {
        List<String> frames = Journeys.sendStack();
        assertTrue(frames.size() <= BUDGET_OUT, () -> frames.size() + " frames: " + frames);
        assertTrue(frames.size() > 3, () -> "nothing was counted: " + frames);
    }
}
