package dev.hawser.session;

import org.jspecify.annotations.Nullable;

/**
 * What waits between the thread that reads a connection and the turn that calls its endpoint: the received events in order, how much they
 * are, and whether a turn is due.
 *
 * <p>It is bounded: over its bounds the connection is to stop reading, and is told to go on once the turn has caught up. A turn takes all
 * that waits at once, since a lock for each event costs more than its callback, and what it has delivered is settled in groups. Its monitor
 * is the one lock between the two sides; {@link MessagePipe#isFull} is all that is called in it.
 */
final class Inbox {
    /** Deliveries after which the inbox is told at the latest that it has become smaller; fewer where its bounds are tight. */
    private static final int SETTLED_TOGETHER = 32;
    /** What an event weighs beside its payload, so that a flood of empty messages reaches the byte bound as well. */
    private static final int EVENT_WEIGHT = 64;

    /** What became of an event. */
    enum Added {
        /** The last event had come before. */
        TOO_LATE,
        /** A turn that is due already, or will be once there is room for its output, delivers it. */
        TO_A_TURN,
        AND_A_TURN_IS_DUE
    }

    private final int maxBytes;
    private final int maxMessages;
    private final Runnable resumeReading;

    // Guarded by this.
    private @Nullable InboundEvent head;
    private @Nullable InboundEvent tail;
    /** Of what waits or has been delivered and not been settled. */
    private int waitingBytes;

    private int waitingMessages;
    /** Whether a turn is queued, runs, or is owed by the reading thread. */
    private boolean scheduled;

    private boolean pausedForOutput;
    /** Whether the last event has come: what comes later, from a reading that still went on, comes too late. */
    private boolean ended;

    // Written under the guard, read without.
    private volatile boolean readingPaused;
    /** Whether something has come since the turn took what was there. */
    private volatile boolean arrived;

    // Only touched by the running turn; its end, under the guard, publishes them.
    /** What the turn has taken and not delivered yet. */
    private @Nullable InboundEvent taken;
    /** Deliveries that are not settled: still counted as waiting. */
    private int deliveredBytes;

    private int deliveredMessages;

    /** @param resumeReading called without the lock, by whoever made the room, after {@link #pauseReading} has said true */
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
        waitingBytes += event.size + EVENT_WEIGHT;
        waitingMessages++;
        boolean wake = !scheduled && (!pausedForOutput || event.kind.isControl());
        if (wake) {
            scheduled = true;
        }
        return wake ? Added.AND_A_TURN_IS_DUE : Added.TO_A_TURN;
    }

    /**
     * Whether the bounds are reached. If so, reading is resumed once they are not any more, at once maybe and by another thread: so this is
     * the last that a reading does.
     *
     * @param inProgress the stream whose rest is being read, which counts by its own bound
     */
    synchronized boolean pauseReading(@Nullable MessagePipe inProgress) {
        readingPaused = isOverBounds(inProgress);
        return readingPaused;
    }

    /** Whether the bounds are reached. */
    synchronized boolean isOverBounds(@Nullable MessagePipe inProgress) {
        return waitingBytes > maxBytes || waitingMessages > maxMessages || inProgress != null && inProgress.isFull();
    }

    /** The stream in progress has been read: reading goes on if it had paused. */
    void pipeHasRoom() {
        synchronized (this) {
            if (!readingPaused) {
                return;
            }
            readingPaused = false;
        }
        resumeReading.run();
    }

    /** What the callbacks send has room again. Returns whether a turn is to be scheduled. */
    synchronized boolean outputHasRoom() {
        if (!pausedForOutput) {
            return false;
        }
        pausedForOutput = false;
        if (scheduled || first() == null) {
            return false;
        }
        scheduled = true;
        return true;
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

    /** The event that {@link #peek} gave is not delivered now, nor are messages behind it, until {@link #outputHasRoom}. */
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
     * The turn ends. Returns whether the next one is to be scheduled, since something is left to deliver. If it throws, for want of stack,
     * the turn has not ended.
     */
    synchronized boolean turnEnds(boolean outputFull) {
        if (pausedForOutput && !outputFull) {
            pausedForOutput = false; // the room came while this turn ended
        }
        InboundEvent event = first();
        boolean more = event != null && (!pausedForOutput || event.kind.isControl());
        scheduled = more;
        return more;
    }

    /** Under the guard: the inbox has become smaller by what was delivered. Returns whether reading goes on, which the caller sees to. */
    private boolean settled() {
        waitingBytes -= deliveredBytes;
        waitingMessages -= deliveredMessages;
        deliveredBytes = 0;
        deliveredMessages = 0;
        boolean resume = readingPaused && waitingBytes <= maxBytes / 2 && waitingMessages <= maxMessages / 2;
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
