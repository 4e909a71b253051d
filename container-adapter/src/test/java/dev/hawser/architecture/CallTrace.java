package dev.hawser.architecture;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * What classes of a {@link RecordingLoader} tell of themselves between {@link #begin} and {@link #end}, on whatever
 * thread: which methods are entered, which way each branch goes, and our own frames on the stack where a message is
 * handed over. One recording at a time.
 */
public final class CallTrace {
    private static final Set<String> SEEN = ConcurrentHashMap.newKeySet();
    private static final ConcurrentLinkedQueue<String> ENTERED = new ConcurrentLinkedQueue<>();
    private static final ConcurrentLinkedQueue<List<String>> STACKS = new ConcurrentLinkedQueue<>();
    private static final Map<Thread, Queue<Step>> STEPS = new ConcurrentHashMap<>();
    /** The threads in the order of their first steps. */
    private static final Queue<Thread> THREADS = new ConcurrentLinkedQueue<>();

    private static final Map<String, List<Recording>> RECORDINGS = new LinkedHashMap<>();
    private static volatile boolean recording;

    /** Of one branch that is a switch: none of its keys. */
    private static final int OTHER = Integer.MIN_VALUE;

    private CallTrace() {}

    /** A branch, and the way that it went: 1 if a jump was taken and 0 if not, or the key of a switch. */
    public record Step(String place, int way) {}

    /**
     * One run of an event.
     *
     * @param entered the methods in the order in which they were first entered
     * @param steps the branches that were reached, in order, by the kind of the thread: its name without numbers, with
     *     a plus for each thread of the same kind that began before
     * @param stacks our own frames where a message was handed over, in order
     */
    public record Recording(List<String> entered, Map<String, List<Step>> steps, List<List<String>> stacks) {}

    /** Forgets all recordings. */
    public static void forgetAll() {
        RECORDINGS.clear();
    }

    /** Records from now on, as soon as nothing of before is still running. */
    public static void begin() {
        clear();
        recording = true;
        awaitQuiet();
        recording = false;
        clear();
        recording = true;
    }

    private static void clear() {
        SEEN.clear();
        ENTERED.clear();
        STACKS.clear();
        STEPS.clear();
        THREADS.clear();
    }

    /** Waits until nothing new happens any more, and keeps what was recorded as a run of this event. */
    public static void end(String event) {
        awaitQuiet();
        recording = false;
        Map<String, List<Step>> steps = new LinkedHashMap<>();
        for (Thread thread : THREADS) {
            String name = thread.getName().replaceAll("[0-9]+", "");
            while (steps.containsKey(name)) {
                name += "+";
            }
            steps.put(name, List.copyOf(STEPS.get(thread)));
        }
        RECORDINGS
                .computeIfAbsent(event, name -> new ArrayList<>())
                .add(new Recording(List.copyOf(ENTERED), steps, List.copyOf(STACKS)));
    }

    /** All runs of an event. */
    public static List<Recording> of(String event) {
        return List.copyOf(RECORDINGS.getOrDefault(event, List.of()));
    }

    /** Called by instrumented classes where a method begins. */
    public static void enters(String method) {
        if (recording && SEEN.add(method)) {
            ENTERED.add(method);
        }
    }

    /** Called before a jump that compares an int with zero. */
    public static void jump(int value, int opcode, String place) {
        if (recording) {
            goes(place, Branch.isTaken(opcode, value, 0));
        }
    }

    /** Called before a jump that compares two ints. */
    public static void jump(int first, int second, int opcode, String place) {
        if (recording) {
            goes(place, Branch.isTaken(opcode, first, second));
        }
    }

    /** Called before a jump that asks for null. */
    public static void jump(Object value, int opcode, String place) {
        if (recording) {
            goes(place, Branch.isTaken(opcode, value, null));
        }
    }

    /** Called before a jump that compares two references. */
    public static void jump(Object first, Object second, int opcode, String place) {
        if (recording) {
            goes(place, Branch.isTaken(opcode, first, second));
        }
    }

    /** Called before a switch. */
    public static void selects(int value, String keys, String place) {
        if (recording) {
            went(place, keys.contains("," + value + ",") ? value : OTHER);
        }
    }

    private static void goes(String place, boolean taken) {
        went(place, taken ? 1 : 0);
    }

    private static void went(String place, int way) {
        STEPS.computeIfAbsent(Thread.currentThread(), thread -> {
                    THREADS.add(thread);
                    return new ConcurrentLinkedQueue<>();
                })
                .add(new Step(place, way));
    }

    /** Records our own frames on this stack: called where the engine hands a text over, and by callbacks. */
    public static void handsOver() {
        if (recording) {
            STACKS.add(ownFrames());
        }
    }

    /** The frames of Hawser's main code on this stack, the innermost first. */
    public static List<String> ownFrames() {
        return StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
                .walk(stack -> stack.filter(frame -> isMain(frame.getDeclaringClass()))
                        .map(frame -> frame.getClassName().replaceAll(".*\\.", "") + "." + frame.getMethodName())
                        .toList());
    }

    /** Whether a class is ours and no test: by where its class file lies. */
    private static boolean isMain(Class<?> type) {
        return type.getName().startsWith("dev.hawser.") && RecordingLoader.isMain(type.getName());
    }

    /** Until nothing is entered for the first time any more: the monitor, which ticks, does nothing new. */
    private static void awaitQuiet() {
        int before = -1;
        int same = 0;
        while (same < 10) {
            int now = SEEN.size();
            same = now == before ? same + 1 : 0;
            before = now;
            LockSupport.parkNanos(10_000_000);
        }
    }
}
