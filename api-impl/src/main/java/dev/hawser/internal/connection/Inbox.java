package dev.hawser.internal.connection;

import dev.hawser.internal.protocol.FrameWriter;
import org.jspecify.annotations.Nullable;

/**
 * The received events of a connection, in order, between the thread that reads and the turn that calls the endpoint;
 * their size; and whether a turn is due.
 *
 * <p>It is bounded: if it is over its bounds, the connection stops parsing and reading, and is told to go on once the
 * turn has caught up. It counts the bytes of waiting messages and parts, of unread streams, and of what was read and
 * not parsed.
 *
 * <p>A turn takes all waiting events at once, since a lock for each event would cost more than its callback. Delivered
 * events are subtracted in groups. The monitor of this object is the only lock between the two sides, and also the lock
 * of the session's {@link CompletedSends}; apart from {@link MessagePipe#mayBegin} nothing is called with it held.
 */
final class Inbox {
    /** What is paused while too much waits. */
    interface Resumable {
        /** The callbacks have caught up: parsing or reading goes on. Thread-safe. */
        void resumeReading();
    }

    /** After so many deliveries they are subtracted at the latest; earlier if the bounds are tight. */
    private static final int SETTLED_TOGETHER = 32;
    /**
     * The bytes that an event counts in addition to its payload, so that a flood of empty messages reaches the byte
     * bound, too.
     */
    static final long EVENT_WEIGHT = 64;

    /** The result of adding an event. */
    enum Added {
        /** The last event was added before. */
        TOO_LATE,
        /** A turn that is already due, or will be due once there is room for its output, delivers the event. */
        TO_A_TURN,
        AND_A_TURN_IS_DUE
    }

    private final long maxBytes;
    private final int maxMessages;
    private final Resumable reading;

    // Guarded by this.
    private @Nullable InboundEvent head;
    private @Nullable InboundEvent tail;
    /** The bytes that were read and not parsed when reading paused. */
    private int unparsed;
    /** Whether a turn is queued or runs, or the reading thread will schedule it. */
    private boolean scheduled;

    private boolean pausedForOutput;
    /** Whether the next event is a streamed message whose handler must not yet begin. */
    private boolean pausedForStream;
    /** Whether the last event was added; later events, from a reading that went on, are refused. */
    private boolean ended;

    // Written with the monitor held, read without it.
    /** The bytes that wait, that were delivered and not yet subtracted, and that are in streams. */
    private volatile long waitingBytes;

    private volatile int waitingMessages;
    private volatile boolean readingPaused;
    /** Whether reading is to pause because memory is short. */
    private volatile boolean memoryShort;
    /** Whether an event was added since the turn last took all. */
    private volatile boolean arrived;

    // Accessed only by the running turn; its end publishes them, with the monitor held.
    /** The events that the turn has taken and not yet delivered. */
    private @Nullable InboundEvent taken;
    /** The deliveries that are not yet subtracted. */
    private long deliveredBytes;

    private int deliveredMessages;

    /**
     * @param reading resumed without the lock, on the thread that made room, after {@link #pauseReading} returned
     *     true
     */
    Inbox(int maxBytes, int maxMessages, Resumable reading) {
        this.maxBytes = maxBytes;
        this.maxMessages = maxMessages;
        this.reading = reading;
    }

    // ---- the side of the reading thread, and of any other that has something to tell ----

    /** Adds an event behind all others; the caller schedules the turn that is due. Thread-safe. */
    synchronized Added add(InboundEvent event) {
        if (ended) {
            return Added.TOO_LATE;
        }
        if (event.added) {
            return Added.TO_A_TURN;
        }
        event.added = true;
        ended = event.kind == InboundEvent.Kind.ENDED;
        if (tail == null) {
            head = event;
        } else {
            tail.next = event;
        }
        tail = event;
        if (!arrived) {
            arrived = true;
        }
        waitingBytes = waitingBytes + event.size + EVENT_WEIGHT;
        waitingMessages = waitingMessages + 1;
        boolean wake = !scheduled && (event.kind.isControl() || mayBeDelivered(first()));
        if (wake) {
            scheduled = true;
        }
        return wake ? Added.AND_A_TURN_IS_DUE : Added.TO_A_TURN;
    }

    /**
     * Whether the bounds are reached. If so, reading is resumed once they are not, perhaps at once and by another
     * thread, so this must be the last call of a reading.
     *
     * @param rest bytes that were read and are not parsed
     */
    synchronized boolean pauseReading(int rest) {
        unparsed = rest;
        readingPaused = isOverBounds(rest);
        return readingPaused;
    }

    /**
     * Whether the bounds are reached. Only the reading thread adds messages, so it can rely on false without the lock.
     * A single message above the bound is admitted if nothing else waits. They also count as reached while memory is
     * short.
     *
     * @param rest bytes that were read and are not parsed
     */
    boolean isOverBounds(int rest) {
        long waiting = waitingBytes;
        return memoryShort || waitingMessages > maxMessages || waiting > 0 && waiting + rest > maxBytes;
    }

    /** Reading pauses whatever waits, until this is called with false. Thread-safe. */
    void memoryIsShort(boolean isShort) {
        boolean resume;
        synchronized (this) {
            memoryShort = isShort;
            resume = resumes();
        }
        if (resume) {
            reading.resumeReading();
        }
    }

    /** Whether reading is to pause because memory is short. Thread-safe. */
    boolean isMemoryShort() {
        return memoryShort;
    }

    /** The bytes that count. Thread-safe. */
    long waitingBytes() {
        return waitingBytes;
    }

    /** Whether more than half of a bound is used. */
    boolean isHalfFull() {
        return waitingBytes > maxBytes / 2 || waitingMessages > maxMessages / 2;
    }

    /**
     * How many bytes may be read behind the unparsed ones: as many as there is room for, but at most half of the bound,
     * so that they fit whenever reading is resumed, and at least those of a header.
     */
    int mayRead(int rest) {
        long room = Math.min(maxBytes - waitingBytes, maxBytes / 2) - rest;
        return (int) Math.max(room, FrameWriter.LONGEST_HEADER);
    }

    /**
     * How many bytes may be added. It is negative if the bound is exceeded, but never if nothing waits, since one
     * message is then always admitted.
     */
    long roomForBytes(int rest) {
        long waiting = waitingBytes;
        long room = maxBytes - waiting - rest;
        return waiting == 0 ? Math.max(room, 0) : room;
    }

    /** How many messages may be added. */
    int roomForMessages() {
        return maxMessages - waitingMessages;
    }

    /** Counts a part of a stream that waits for its reader. */
    synchronized void streamGrew(int bytes) {
        waitingBytes = waitingBytes + bytes;
    }

    /**
     * Subtracts a part of a stream that was read or dropped. Reading goes on if it had paused and there is room now.
     */
    void streamRead(long bytes) {
        boolean resume;
        synchronized (this) {
            waitingBytes = waitingBytes - bytes;
            resume = resumes();
        }
        if (resume) {
            reading.resumeReading();
        }
    }

    /** The outbound queue has room again. Returns whether the caller must schedule a turn. */
    synchronized boolean outputHasRoom() {
        if (!pausedForOutput) {
            return false;
        }
        pausedForOutput = false;
        return turnIsDue();
    }

    /** The handler of a streamed message may begin. Returns whether the caller must schedule a turn. */
    synchronized boolean streamMayBegin() {
        if (!pausedForStream) {
            return false;
        }
        pausedForStream = false;
        return turnIsDue();
    }

    /** Whether the next event is a streamed message. Not called while a turn runs. */
    synchronized boolean nextIsStream() {
        InboundEvent event = first();
        return event != null && MessagePipe.of(event.payload) != null;
    }

    /** Whether a turn must be scheduled; it then counts as scheduled. The monitor is held. */
    private boolean turnIsDue() {
        boolean due = !scheduled && mayBeDelivered(first());
        scheduled |= due;
        return due;
    }

    /** Whether a turn could deliver the first event now; if not, a later call says when it can. The monitor is held. */
    private boolean mayBeDelivered(@Nullable InboundEvent event) {
        if (event == null || pausedForOutput && !event.kind.isControl()) {
            return false;
        }
        MessagePipe stream = MessagePipe.of(event.payload);
        pausedForStream = stream != null && !stream.mayBegin();
        return !pausedForStream;
    }

    // ---- the side of the turn ----

    /** Whether the running turn has more to deliver after the current event. */
    boolean hasMore() {
        return taken != null || arrived;
    }

    /** The next event to deliver, or null if none waits. */
    @Nullable InboundEvent peek() {
        if (taken == null && arrived) {
            takeAll();
        }
        return taken;
    }

    private synchronized void takeAll() {
        taken = head;
        head = null;
        tail = null;
        arrived = false;
    }

    /** The event of {@link #peek}, and the messages behind it, are not delivered before {@link #outputHasRoom}. */
    synchronized void pauseForOutput() {
        pausedForOutput = true;
    }

    /** Removes the event of {@link #peek}, which is delivered now. */
    void take(InboundEvent event) {
        taken = event.next;
        event.next = null;
        deliveredBytes += event.size + EVENT_WEIGHT;
        deliveredMessages++;
        // Subtracted at once if it could delay what the callback waits for, such as the rest of a stream.
        boolean due = readingPaused
                || deliveredMessages >= Math.min(SETTLED_TOGETHER, maxMessages / 4)
                || deliveredBytes >= maxBytes / 4
                || event.size == 0;
        if (due) {
            settle();
        }
    }

    /** Subtracts what was delivered, and resumes reading if it waited for that. */
    void settle() {
        boolean resume;
        synchronized (this) {
            resume = settled();
        }
        if (resume) {
            reading.resumeReading();
        }
    }

    /**
     * Ends the turn. Returns whether the caller must schedule the next one, since an event is left to deliver. If this
     * throws an error, the turn has not ended.
     */
    synchronized boolean turnEnds(boolean outputFull) {
        if (pausedForOutput && !outputFull) {
            pausedForOutput = false; // the room became free while this turn ended
        }
        boolean more = mayBeDelivered(first());
        scheduled = more;
        return more;
    }

    /** Subtracts what was delivered. Returns whether the caller must resume reading. The monitor is held. */
    private boolean settled() {
        long bytes = waitingBytes - deliveredBytes;
        waitingBytes = bytes;
        int messages = waitingMessages - deliveredMessages;
        waitingMessages = messages;
        deliveredBytes = 0;
        deliveredMessages = 0;
        return resumes();
    }

    /**
     * Whether paused reading goes on: half of the bounds is free, there is room for the unparsed bytes, and memory is
     * not short. The monitor is held.
     */
    private boolean resumes() {
        long waiting = waitingBytes;
        boolean roomForBytes = waiting == 0 || waiting <= maxBytes / 2 && waiting + unparsed <= maxBytes;
        boolean resume = readingPaused && !memoryShort && roomForBytes && waitingMessages <= maxMessages / 2;
        if (resume) {
            readingPaused = false;
        }
        return resume;
    }

    /** The next event to deliver. The monitor is held, and the caller is the running turn, or no turn runs. */
    private @Nullable InboundEvent first() {
        return taken != null ? taken : head;
    }
}
