package dev.hawser.internal.connection;

import dev.hawser.internal.protocol.FrameWriter;
import org.jspecify.annotations.Nullable;

/**
 * What waits between the thread that reads a connection and the turn that calls its endpoint: the received events in
 * order, how much they are, and whether a turn is due.
 *
 * <p>It is bounded: over its bounds the connection stops parsing and reading, and is told to go on once the turn has
 * caught up. The bytes that it counts are those of whole messages and parts that wait, of streams that are not read
 * yet, and of what was read and not parsed.
 *
 * <p>A turn takes all that waits at once, since a lock for each event costs more than its callback, and what it has
 * delivered is settled in groups. Its monitor is the one lock between the two sides, and also that of the session's
 * {@link CompletedSends}; nothing is called in it.
 */
final class Inbox {
    /**
     * Deliveries after which the inbox is told at the latest that it has become smaller; fewer where its bounds are
     * tight.
     */
    private static final int SETTLED_TOGETHER = 32;
    /** What an event weighs beside its payload, so that a flood of empty messages reaches the byte bound as well. */
    static final long EVENT_WEIGHT = 64;

    /** What became of an event. */
    enum Added {
        /** The last event had come before. */
        TOO_LATE,
        /** A turn that is due already, or will be once there is room for its output, delivers it. */
        TO_A_TURN,
        AND_A_TURN_IS_DUE
    }

    private final long maxBytes;
    private final int maxMessages;
    private final Runnable resumeReading;

    // Guarded by this.
    private @Nullable InboundEvent head;
    private @Nullable InboundEvent tail;
    /** What was read and not parsed when reading paused. */
    private int unparsed;
    /** Whether a turn is queued, runs, or is owed by the reading thread. */
    private boolean scheduled;

    private boolean pausedForOutput;
    /** Whether what comes next is a streamed message whose handler may not begin yet. */
    private boolean pausedForStream;
    /** Whether the last event has come: what comes later, from a reading that still went on, comes too late. */
    private boolean ended;

    // Written under the guard, read without.
    /** Bytes of what waits, or has been delivered and not been settled, or lies in a stream. */
    private volatile long waitingBytes;

    private volatile int waitingMessages;
    private volatile boolean readingPaused;
    /** Whether something has come since the turn took what was there. */
    private volatile boolean arrived;

    // Only touched by the running turn; its end, under the guard, publishes them.
    /** What the turn has taken and not delivered yet. */
    private @Nullable InboundEvent taken;
    /** Deliveries that are not settled: still counted as waiting. */
    private long deliveredBytes;

    private int deliveredMessages;

    /**
     * @param resumeReading called without the lock, by whoever made the room, after {@link #pauseReading} has said true
     */
    Inbox(int maxBytes, int maxMessages, Runnable resumeReading) {
        this.maxBytes = maxBytes;
        this.maxMessages = maxMessages;
        this.resumeReading = resumeReading;
    }

    // ---- the side of the reading thread, and of any other that has something to tell ----

    /** Adds an event behind all others; the caller schedules the turn that is due. Any thread. */
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
     * Whether the bounds are reached. If so, reading is resumed once they are not any more, at once maybe and by
     * another thread: so this is the last that a reading does.
     *
     * @param rest bytes that were read and are not parsed
     */
    synchronized boolean pauseReading(int rest) {
        unparsed = rest;
        readingPaused = isOverBounds(rest);
        return readingPaused;
    }

    /**
     * Whether the bounds are reached. Only the reading thread makes what waits more, so it need not hold the lock to
     * know that they are not. What alone is more than the bound may pass when nothing else waits.
     *
     * @param rest bytes that were read and are not parsed
     */
    boolean isOverBounds(int rest) {
        long waiting = waitingBytes;
        return waitingMessages > maxMessages || waiting > 0 && waiting + rest > maxBytes;
    }

    /** Bytes of what waits, as they are counted; any thread. */
    long waitingBytes() {
        return waitingBytes;
    }

    /** Whether half of the bounds is used. */
    boolean isHalfFull() {
        return waitingBytes > maxBytes / 2 || waitingMessages > maxMessages / 2;
    }

    /**
     * How many bytes may be read behind what is unparsed: what there is room for, but at most half of the bound, so
     * that there is room for it whenever reading is resumed; and at least those of a header.
     */
    int mayRead(int rest) {
        long room = Math.min(maxBytes - waitingBytes, maxBytes / 2) - rest;
        return (int) Math.max(room, FrameWriter.LONGEST_HEADER);
    }

    /**
     * How many bytes may be added; below 0 the bound is passed, though one message is always welcome where nothing
     * waits.
     */
    long roomForBytes(int rest) {
        long waiting = waitingBytes;
        long room = maxBytes - waiting - rest;
        return waiting == 0 ? Math.max(room, 0) : room;
    }

    /** The same of messages. */
    int roomForMessages() {
        return maxMessages - waitingMessages;
    }

    /** A part of a stream waits for its reader. */
    synchronized void streamGrew(int bytes) {
        waitingBytes = waitingBytes + bytes;
    }

    /** A part of a stream has been read, or dropped: reading goes on if it had paused and that makes room. */
    void streamRead(long bytes) {
        boolean resume;
        synchronized (this) {
            waitingBytes = waitingBytes - bytes;
            resume = resumes();
        }
        if (resume) {
            resumeReading.run();
        }
    }

    /** What the callbacks send has room again. Returns whether a turn is to be scheduled. */
    synchronized boolean outputHasRoom() {
        if (!pausedForOutput) {
            return false;
        }
        pausedForOutput = false;
        return turnIsDue();
    }

    /** The handler of a streamed message may begin. Returns whether a turn is to be scheduled. */
    synchronized boolean streamMayBegin() {
        if (!pausedForStream) {
            return false;
        }
        pausedForStream = false;
        return turnIsDue();
    }

    /** Whether a streamed message comes next. Not asked while a turn runs. */
    synchronized boolean nextIsStream() {
        InboundEvent event = first();
        return event != null && MessagePipe.of(event.payload) != null;
    }

    /** Under the guard: whether a turn is to be scheduled, which then counts as scheduled. */
    private boolean turnIsDue() {
        boolean due = !scheduled && mayBeDelivered(first());
        scheduled |= due;
        return due;
    }

    /** Under the guard: whether a turn could deliver the first event now. If not, it is told when it can. */
    private boolean mayBeDelivered(@Nullable InboundEvent event) {
        if (event == null || pausedForOutput && !event.kind.isControl()) {
            return false;
        }
        MessagePipe stream = MessagePipe.of(event.payload);
        pausedForStream = stream != null && !stream.mayBegin();
        return !pausedForStream;
    }

    // ---- the side of the turn ----

    /** Whether the running turn has more to deliver than what it delivers now. */
    boolean hasMore() {
        return taken != null || arrived;
    }

    /** What is to be delivered next, or null if nothing waits. */
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

    /**
     * The event that {@link #peek} gave is not delivered now, nor are messages behind it, until {@link #outputHasRoom}.
     */
    synchronized void pauseForOutput() {
        pausedForOutput = true;
    }

    /** The event that {@link #peek} gave is delivered now. */
    void take(InboundEvent event) {
        taken = event.next;
        event.next = null;
        deliveredBytes += event.size + EVENT_WEIGHT;
        deliveredMessages++;
        // Not later where it could keep the peer from sending what the callback waits for: the rest of a stream.
        boolean due = readingPaused
                || deliveredMessages >= Math.min(SETTLED_TOGETHER, maxMessages / 4)
                || deliveredBytes >= maxBytes / 4
                || event.size == 0;
        if (due) {
            settle();
        }
    }

    /** What was delivered counts no more, and reading goes on if it waited for that. */
    void settle() {
        boolean resume;
        synchronized (this) {
            resume = settled();
        }
        if (resume) {
            resumeReading.run();
        }
    }

    /**
     * The turn ends. Returns whether the next one is to be scheduled, since something is left to deliver. If it throws,
     * for want of stack, the turn has not ended.
     */
    synchronized boolean turnEnds(boolean outputFull) {
        if (pausedForOutput && !outputFull) {
            pausedForOutput = false; // the room came while this turn ended
        }
        boolean more = mayBeDelivered(first());
        scheduled = more;
        return more;
    }

    /**
     * Under the guard: the inbox has become smaller by what was delivered. Returns whether reading goes on, which the
     * caller sees to.
     */
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
     * Under the guard: whether reading is paused and goes on, now that half of the bounds is free, and room for what is
     * unparsed.
     */
    private boolean resumes() {
        long waiting = waitingBytes;
        boolean roomForBytes = waiting == 0 || waiting <= maxBytes / 2 && waiting + unparsed <= maxBytes;
        boolean resume = readingPaused && roomForBytes && waitingMessages <= maxMessages / 2;
        if (resume) {
            readingPaused = false;
        }
        return resume;
    }

    /** Under the guard, while no turn runs or in it: what is to be delivered next. */
    private @Nullable InboundEvent first() {
        return taken != null ? taken : head;
    }
}
