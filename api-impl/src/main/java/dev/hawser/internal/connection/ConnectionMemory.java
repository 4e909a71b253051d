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
 * reads the fields of the other objects without their locks: no message costs anything more for it. Only the timer uses
 * it, apart from what an {@link Errand} does, and from {@link #hasRead}.
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
    /** Tells what it holds of what was read. */
    private final MemoryGuard.Told input;

    // What the last look saw.
    private long bytes;
    private long unfinished;
    private long waitingOutput;
    /** The position of what was written at the last regular look, and whether it was the same as at the one before. */
    private long written;

    private boolean stuck;

    /** Whether it is being closed. A message that is to be given up may turn out to have ended: then it is not. */
    private volatile boolean ending;

    private long endingSince;

    private final Errand.Maker errands;
    /** Made when the connection must give memory back for the first time, which few ever must. */
    private @Nullable Relief relief;

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
        this.input = new MemoryGuard.Told(resources.memory().guard());
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
        long holds = Math.max(0, inbox.waitingBytes()) + parser.unfinishedBytes() + parser.restBytes();
        input.holds(holds);
        input.lookIfGrown();
        if (input.exceeds(holds) && !inbox.isMemoryShort()) {
            pauseReading();
            resources.memory().guard().hasPaused();
        }
    }

    @Override
    public long look(boolean regular) {
        long waiting = Math.max(0, inbox.waitingBytes());
        long assembling = parser.unfinishedBytes();
        long rest = parser.restBytes();
        input.seen(waiting + assembling + rest);
        long message = assembling + (receiver.isStreaming() ? waiting : 0);
        long histories = 0;
        for (HeldMemory codec : codecs) {
            long ofMessage = codec.heldForMessage();
            message += ofMessage;
            histories += codec.heldBytes() - ofMessage;
        }
        long out = output.heldBytes();
        long position = output.written();
        if (regular) {
            stuck = position == written;
            written = position;
        }
        if (out > 0 && stuck && position == written) {
            out += output.unusedBytes(); // a peer that reads gives the whole buffer back in a moment
        }
        unfinished = message;
        CompletedSends ended = completed.completedSends();
        out += ended == null ? 0 : ended.heldBytes();
        waitingOutput = out;
        bytes = message + (receiver.isStreaming() ? 0 : waiting) + rest + histories + out;
        return bytes;
    }

    @Override
    public Holding<PeerMemory> seen(long now) {
        long endingFor = ending ? Math.max(0, now - endingSince) : Holding.STAYS;
        return new Holding<>(this, bytes, unfinished, waitingOutput, inbox.isMemoryShort(), endingFor);
    }

    @Override
    public long heldByOthers(Set<Object> seen) {
        return waitingOutput > 0 ? output.heldByOthers(seen) : 0;
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

        private void giveUp() {
            ConnectionMemory.this.giveUp(done);
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
        begin(relief().givingUp, now);
    }

    private void giveUp(Runnable done) {
        boolean givenUp = false;
        try {
            givenUp = parser.giveUpMessage(WHY);
        } catch (Throwable e) { // the engine may be half released, and must not be used any more
            givenUp = true;
            end.turnBroke(e);
        }
        if (givenUp) {
            end.violated(new RemoteProtocolException(CloseCode.TRY_AGAIN_LATER, WHY));
            done.run();
        } else {
            ending = false;
        }
    }

    @Override
    public void close(long now) {
        begin(relief().closing, now);
    }

    private void dismiss() {
        end.dismiss(CloseCodes.TRY_AGAIN_LATER, WHY, CloseCause.SHORT_OF_MEMORY);
    }

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

    @Override
    public void cut() {
        relief().cutting.run();
    }

    private void cutNow() {
        end.cut(WHY, CloseCause.SHORT_OF_MEMORY);
    }
}
