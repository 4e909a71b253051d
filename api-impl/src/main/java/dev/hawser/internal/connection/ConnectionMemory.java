package dev.hawser.internal.connection;

import dev.hawser.CloseCause;
import dev.hawser.extension.RemoteProtocolException;
import dev.hawser.internal.dispatch.Turn;
import dev.hawser.internal.memory.Holding;
import dev.hawser.internal.memory.MemoryGuard;
import dev.hawser.internal.memory.PeerMemory;
import dev.hawser.internal.protocol.CloseCode;
import dev.hawser.internal.protocol.HeldMemory;
import dev.hawser.internal.transport.Progress;
import jakarta.websocket.CloseReason.CloseCodes;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one connection holds for its peer, and how it gives that back if the memory of all connections is short. It
 * reads the fields of the other objects without their locks: no message costs anything more for it. One thread at a
 * time looks, mostly the timer; an {@link Errand} and {@link #hasRead} run on others.
 */
final class ConnectionMemory implements PeerMemory, ReadingMemory {
    static final String WHY = "there is too little memory for what this connection holds";

    private final ConnectionResources resources;
    private final Inbox inbox;
    private final InboundParser parser;
    private final MessageReceiver receiver;
    private final Progress output;
    private final CompletedSends.Place completed;
    private final List<HeldMemory> codecs;
    private final ConnectionEnd end;
    /** What it has told of what was read; null until that is enough to be told. Written by the reading thread. */
    private volatile MemoryGuard.@Nullable Told input;

    /** The position of what was written at the last look, and whether it was the same as at the one before. */
    private long written;

    private boolean stuck;

    private final Errand.Maker errands;
    /** Made when the connection must give memory back for the first time, which few ever must. */
    private volatile @Nullable Relief relief;

    /** @param codecs the halves of extensions that tell what they hold */
    ConnectionMemory(
            ConnectionResources resources,
            Inbox inbox,
            InboundParser parser,
            MessageReceiver receiver,
            Progress output,
            CompletedSends.Place completed,
            List<HeldMemory> codecs,
            ConnectionEnd end,
            Errand.Maker errands) {
        this.resources = resources;
        this.inbox = inbox;
        this.parser = parser;
        this.receiver = receiver;
        this.output = output;
        this.completed = completed;
        this.codecs = codecs;
        this.end = end;
        this.errands = errands;
    }

    /** From now on it is watched. */
    @Override
    public void opened() {
        resources.memory().begins(this);
    }

    /** The connection has gone. Any number of times. */
    void gone() {
        resources.memory().gone(this);
    }

    /** The reading is the last for now, if all connections hold too much, and this one more than its share. */
    @Override
    public void hasRead() {
        MemoryGuard guard = resources.memory().guard();
        long holds = heldInput();
        MemoryGuard.Told told = guard.tell(input, holds);
        if (told != null) {
            input = told;
            told.lookIfGrown();
        }
        if (guard.isTooMuch(holds) && !inbox.isMemoryShort()) {
            pauseReading();
            guard.hasPaused();
        }
    }

    @Override
    public long look() {
        long position = output.written();
        stuck = position == written;
        written = position;
        tellSeen();
        return unfinished() + finished() + waitingOutput();
    }

    @Override
    public Holding<PeerMemory> seen(long now) {
        tellSeen();
        long unfinished = unfinished();
        long waitingOutput = waitingOutput();
        long bytes = unfinished + finished() + waitingOutput;
        Relief begun = relief;
        long endingFor = begun != null && begun.ending ? Math.max(0, now - begun.endingSince) : Holding.STAYS;
        return new Holding<>(this, bytes, unfinished, waitingOutput, inbox.isMemoryShort(), endingFor);
    }

    private void tellSeen() {
        MemoryGuard.Told told = input;
        if (told != null) {
            told.seen(heldInput());
        }
    }

    private long heldInput() {
        return waitingInput() + parser.unfinishedBytes() + parser.restBytes();
    }

    /** The bytes of a message that has not arrived as a whole, also of those that wait for its stream. */
    private long unfinished() {
        long bytes = parser.unfinishedBytes() + (receiver.isStreaming() ? waitingInput() : 0);
        for (HeldMemory codec : codecs) {
            bytes += codec.heldForMessage();
        }
        return bytes;
    }

    /** The bytes of whole messages that wait, of what is not yet parsed, and of the histories of extensions. */
    private long finished() {
        long bytes = parser.restBytes() + (receiver.isStreaming() ? 0 : waitingInput());
        for (HeldMemory codec : codecs) {
            bytes += codec.heldBytes() - codec.heldForMessage();
        }
        return bytes;
    }

    private long waitingInput() {
        return Math.max(0, inbox.waitingBytes());
    }

    private long waitingOutput() {
        long bytes = output.heldBytes();
        if (bytes > 0 && stuck && output.written() == written) {
            bytes += output.unusedBytes(); // a peer that reads gives the whole buffer back in a moment
        }
        CompletedSends ended = completed.completedSends();
        return bytes + (ended == null ? 0 : ended.heldBytes());
    }

    @Override
    public long heldByOthers(Set<Object> seen) {
        return output.heldBytes() > 0 ? output.heldByOthers(seen) : 0;
    }

    @Override
    public void pauseReading() {
        inbox.memoryIsShort(true);
    }

    /** On a worker, since a container may read at once, on the thread that demands it. */
    @Override
    public void resumeReading() {
        resources.dispatcher().readySoon(new Turn.Ticket(() -> inbox.memoryIsShort(false)));
    }

    /** How the connection gives memory back. */
    private final class Relief {
        private final Runnable givingUp = errands.of(this::giveUp);
        private final Runnable closing = errands.of(ConnectionMemory.this::dismiss);
        private final Runnable cutting = errands.of(ConnectionMemory.this::cutNow);
        /** Told of what {@link #givingUp} has done. */
        private volatile Runnable done = () -> {};
        /** Whether it is being closed. A message that is to be given up may turn out to have ended: then it is not. */
        private volatile boolean ending;

        private long endingSince;

        /** The connection is now asked only to end in time. */
        private void begin(Runnable errand, long now) {
            boolean begun = false;
            endingSince = now;
            ending = true;
            try {
                errand.run();
                begun = true;
            } finally {
                if (!begun) {
                    ending = false;
                }
            }
        }

        private void giveUp() {
            if (failForMessage()) {
                done.run();
            } else {
                ending = false;
            }
        }
    }

    private Relief relief() {
        Relief made = relief;
        if (made == null) {
            made = new Relief();
            relief = made;
        }
        return made;
    }

    @Override
    public void giveUpMessage(long now, Runnable told) {
        relief().done = told;
        relief().begin(relief().givingUp, now);
    }

    /** Returns false if no message is unfinished. */
    private boolean failForMessage() {
        boolean givenUp = false;
        try {
            givenUp = parser.giveUpMessage(WHY);
        } catch (Throwable e) { // the engine may be half released, and must not be used any more
            givenUp = true;
            end.turnBroke(e);
        }
        if (givenUp) {
            end.violated(new RemoteProtocolException(CloseCode.TRY_AGAIN_LATER, WHY));
        }
        return givenUp;
    }

    @Override
    public void close(long now) {
        relief().begin(relief().closing, now);
    }

    private void dismiss() {
        end.dismiss(CloseCodes.TRY_AGAIN_LATER, WHY, CloseCause.SHORT_OF_MEMORY);
    }

    @Override
    public void cut() {
        relief().cutting.run();
    }

    private void cutNow() {
        end.cut(WHY, CloseCause.SHORT_OF_MEMORY);
    }
}
