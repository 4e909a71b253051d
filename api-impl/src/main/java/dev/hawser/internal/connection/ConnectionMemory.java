package dev.hawser.internal.connection;

import dev.hawser.extension.RemoteProtocolException;
import dev.hawser.internal.dispatch.DrainDispatcher;
import dev.hawser.internal.dispatch.Turn;
import dev.hawser.internal.protocol.CloseCode;
import dev.hawser.internal.transport.HeldBytes;
import dev.hawser.internal.transport.MemoryAccount;
import dev.hawser.internal.transport.OutboundQueue;
import jakarta.websocket.CloseReason;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/** What one connection holds, in the account of its container, and how it gives that up. Thread-safe. */
final class ConnectionMemory implements MemoryRelief.Member {
    /** The reason for the peer and for onClose. */
    private static final String WHY = "the server is short of memory";

    private enum Stage {
        NEW,
        COUNTED,
        ENDED
    }

    private final MemoryAccount account;
    private final MemoryRelief relief;
    private final DrainDispatcher dispatcher;
    private final OutboundQueue outbound;
    private final TransportReader reader;
    private final ConnectionEnd end;
    private final Inbox inbox;
    private final HeldBytes inboundBytes;
    private final HeldBytes outboundBytes;
    private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.NEW);
    private final AtomicBoolean givenUp = new AtomicBoolean();
    private volatile boolean pauses;
    private volatile boolean givesUpMessage;
    /** Whether {@link #giving} waits for a worker. */
    private final AtomicBoolean queued = new AtomicBoolean();
    /** For a worker, because the timer must not wait for the engine, or call a transport that reads. */
    private final Turn.Ticket giving = new Turn.Ticket(new ParsingTurn(this::give));

    ConnectionMemory(
            ConnectionResources resources,
            OutboundQueue outbound,
            TransportReader reader,
            Inbox inbox,
            ConnectionEnd end) {
        this.account = resources.memory();
        this.relief = resources.relief();
        this.dispatcher = resources.dispatcher();
        this.outbound = outbound;
        this.reader = reader;
        this.end = end;
        this.inbox = inbox;
        this.inboundBytes = new HeldBytes(account, relief::grown);
        this.outboundBytes = new HeldBytes(account, relief::grown);
    }

    /** Called once, when the transport is open. */
    void begins() {
        if (stage.compareAndSet(Stage.NEW, Stage.COUNTED)) {
            account.connectionOpened();
            relief.add(this);
            inbox.countIn(inboundBytes);
            outbound.countIn(outboundBytes);
        }
    }

    /** Called when the connection has gone, any number of times. */
    void ends() {
        inbox.endCount();
        outbound.endCount();
        relief.remove(this);
        if (stage.getAndSet(Stage.ENDED) == Stage.COUNTED) {
            account.connectionEnded();
        }
    }

    @Override
    public long inboundBytes() {
        return inboundBytes.counted();
    }

    @Override
    public long unfinishedBytes() {
        return reader.hasBegunMessage() ? inboundBytes.counted() : 0;
    }

    @Override
    public long outboundBytes() {
        return outboundBytes.counted();
    }

    @Override
    public void pauseReading(boolean pause) {
        pauses = pause;
        if (pause) {
            inbox.pauseForMemory(true);
        } else {
            giveSoon();
        }
    }

    @Override
    public void giveUpMessage() {
        givesUpMessage = true;
        giveSoon();
    }

    private void giveSoon() {
        if (queued.compareAndSet(false, true)) {
            boolean taken = false;
            try {
                dispatcher.ready(giving);
                taken = true;
            } finally {
                if (!taken) {
                    queued.set(false);
                }
            }
        }
    }

    private void give() {
        queued.set(false);
        if (givesUpMessage && reader.isMidMessage() && givenUp.compareAndSet(false, true)) {
            relief.gaveUp();
            reader.giveUpMessage(new RemoteProtocolException(CloseCode.TRY_AGAIN_LATER, WHY));
        }
        boolean pause;
        do { // the timer may pause meanwhile
            pause = pauses;
            inbox.pauseForMemory(pause);
        } while (pause != pauses);
    }

    @Override
    public void giveUpOutput() {
        if (givenUp.compareAndSet(false, true)) {
            relief.gaveUp();
        }
        end.closeForFault(CloseReason.CloseCodes.TRY_AGAIN_LATER, WHY); // onClose gets the code
        end.cut(WHY); // the peer, which does not read, would not get it
    }
}
