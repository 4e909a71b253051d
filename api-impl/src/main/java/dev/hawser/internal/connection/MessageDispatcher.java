package dev.hawser.internal.connection;

import dev.hawser.CloseCause;
import dev.hawser.Dispatch;
import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.internal.dispatch.CallbackLook;
import dev.hawser.internal.dispatch.DrainDispatcher;
import dev.hawser.internal.dispatch.FollowingTurns;
import dev.hawser.internal.dispatch.ThreadSight;
import dev.hawser.internal.dispatch.Turn;
import dev.hawser.internal.dispatch.TurnLoad;
import dev.hawser.internal.endpoint.MessageInvoker;
import dev.hawser.internal.transport.OutboundQueue;
import org.jspecify.annotations.Nullable;

/**
 * Calls the endpoint of a session with the events that its {@link MessageReceiver} has put into the {@link Inbox}, in
 * turns on a callback thread. One turn runs at a time, so the callbacks of a session never overlap and keep their
 * order.
 *
 * <p>While the outbound queue is full the callbacks pause, so that a peer that does not read its replies is not served.
 */
final class MessageDispatcher implements Turn {
    /** Of all sessions on event loops, whose turns nothing measures. */
    private static final TurnLoad UNMEASURED = new TurnLoad(Long.MAX_VALUE);

    private final Reading reading;
    private final ConnectionListener listener;
    private final ConnectionResources resources;
    private final OutboundQueue outbound;
    private final ConnectionEnd end;
    private final SessionTimeouts timeouts;
    private final DrainDispatcher dispatcher;
    private final Runnable flushErrand;
    private final Errand.Maker errands;
    /** Made by the monitor when a stream must yield. */
    private @Nullable YieldingStream yielding;
    /** Whether turns run on the reading thread. */
    final boolean eventLoop;

    /** Whether a turn goes on however long it takes. */
    private final boolean untimed;

    private final boolean virtualThreads;
    private final TurnLoad load;
    private final Inbox inbox;
    final TurnSchedule turns;
    private final MessageReceiver receiver;

    /** The stream that the running turn hands over; written by the turn. */
    private volatile @Nullable MessagePipe handedOver;
    /** Whether the turn that is due or runs is on a thread for what may block; written before the turn runs. */
    private boolean mayBlock;
    /**
     * Accessed only by the running turn; the end of a turn publishes it to the next one, with the inbox's lock held.
     */
    private final MessageHandover handover;

    /** The thread of the running turn, or null. Sends read it to find out whether a callback makes them. */
    private volatile @Nullable Thread turnThread;

    /** How many turns have begun. Written by the turns, and read by the timer, for which an older number is as good. */
    private int runs;

    /** The handlers of what the turns on the event loop have sent; null until there is one. */
    private volatile @Nullable FollowingTurns following;

    /** @param flushErrand the {@link Errand} that flushes the queue */
    MessageDispatcher(
            Reading reading,
            ConnectionListener listener,
            ConnectionResources resources,
            OutboundQueue outbound,
            ConnectionEnd end,
            SessionTimeouts timeouts,
            Errand.Maker errands,
            Runnable flushErrand,
            Settings settings) {
        this.reading = reading;
        this.listener = listener;
        this.resources = resources;
        this.outbound = outbound;
        this.end = end;
        this.timeouts = timeouts;
        this.handover = new MessageHandover(listener.endpoint(), listener.limits(), end, listener.events());
        this.dispatcher = resources.dispatcher();
        this.flushErrand = flushErrand;
        this.errands = errands;
        this.turns = new TurnSchedule(reading, dispatcher, timeouts, this);
        this.eventLoop = settings.get(Setting.DISPATCH) == Dispatch.EVENT_LOOP;
        this.untimed = eventLoop || dispatcher.isOrdered();
        this.virtualThreads = settings.get(Setting.DISPATCH) == Dispatch.VIRTUAL_THREADS;
        this.inbox = new Inbox(settings.get(Setting.INBOUND_BYTES), settings.get(Setting.INBOUND_MESSAGES), reading);
        this.load = eventLoop
                ? UNMEASURED
                : new TurnLoad(settings.get(Setting.SLOW_CALLBACK).toNanos());
        boolean streamsAtOnce = eventLoop || virtualThreads; // a stream then blocks no thread of ours
        this.receiver = new MessageReceiver(reading, listener, end, timeouts, resources, this, inbox, streamsAtOnce);
    }

    /** What waits for a turn. It is also the lock that guards all work for a turn of the session. */
    Inbox inbox() {
        return inbox;
    }

    /** The side of the reading thread. */
    MessageReceiver receiver() {
        return receiver;
    }

    /** Queues an event for the endpoint. Returns false if the last event was queued before. Thread-safe. */
    boolean enqueue(InboundEvent event) {
        Inbox.Added added = inbox.add(event);
        if (added == Inbox.Added.AND_A_TURN_IS_DUE) {
            turns.owed = true; // before the call, which may not be possible: then the next event's is
        }
        turns.payOwed();
        return added != Inbox.Added.TOO_LATE;
    }

    /** The handler of a streamed message may begin. Thread-safe. */
    void streamMayBegin() {
        if (inbox.streamMayBegin()) {
            turns.owed = true; // before the call, which may not be possible: then the next event's is
            turns.payOwed();
        }
    }

    /** The outbound queue has room again: callbacks go on. */
    void outputHasRoom() {
        if (inbox.outputHasRoom()) {
            turns.owed = true; // before the call, which may not be possible: then the next event's is
            turns.payOwed();
        }
    }

    /** Schedules a turn of the connection that calls no callbacks, but parses what a reading has left. */
    void readyToParse(Ticket parsing) {
        dispatcher.ready(parsing);
    }

    /** Runs the turn that is due after the reading thread has parsed: here on the event loop, or on a worker. */
    void runOwedTurn() {
        if (eventLoop) {
            run();
        } else {
            turns.byDispatcher();
        }
    }

    /** Whether the calling thread runs a callback of the session now. */
    boolean inTurn() {
        return turnThread == Thread.currentThread();
    }

    /** Whether what a callback sends now may wait for what the next callback sends. */
    boolean mayHoldBack() {
        return inTurn() && !dispatcher.isOrdered() && inbox.hasMore();
    }

    @Override
    public boolean mayBlock() {
        mayBlock = load.mayBlock() || inbox.nextIsStream();
        return mayBlock;
    }

    @Override
    public void runsWhereItMayBlock() {
        mayBlock = true;
    }

    @Override
    public Weight weight() {
        return load.weight(inbox.waitingBytes());
    }

    @Override
    public boolean isLostToWorkers(long now, ThreadSight sight) {
        Thread thread = turnThread;
        return thread != null && !eventLoop && !virtualThreads && load.isLost(thread, !mayBlock, now, sight);
    }

    @Override
    public double peersPace(long now) {
        MessagePipe stream = handedOver;
        return stream == null ? 1 : timeouts.shareOfLeastRate(stream.peersPace(now));
    }

    @Override
    public void giveWay() {
        YieldingStream stream = yielding;
        if (stream == null) {
            stream = new YieldingStream(end, errands);
            yielding = stream;
        }
        stream.giveWay(handedOver);
    }

    @Override
    public void mayStandAside(Runnable standAside) {
        long now = System.nanoTime();
        if (eventLoop || virtualThreads || mayBlock || !load.hadItsShare(now)) {
            return;
        }
        load.standsAside();
        try {
            standAside.run();
        } finally {
            load.goesOn(now, System.nanoTime());
        }
    }

    @Override
    public boolean wantsVirtualThread() {
        return virtualThreads;
    }

    @Override
    public void flushDeferredSince(long since) {
        if (!dispatcher.isOrdered() && outbound.deferredFlush().waitsSince(since)) {
            flushErrand.run();
        }
    }

    @Override
    public boolean runsOn(Thread thread) {
        return turnThread == thread;
    }

    @Override
    public void showCallbacks(CallbackLook look) {
        Thread thread = turnThread;
        if (thread != null) {
            look.sees(new CallbackOwner(listener.events()), runs, thread);
        }
    }

    @Override
    public boolean runsOnEventLoop(Thread thread) {
        return eventLoop && turnThread == thread && reading.isReadingThread();
    }

    @Override
    public @Nullable FollowingTurns followingTurns() {
        if (!eventLoop || !reading.isReadingThread()) {
            return null;
        }
        FollowingTurns made = following;
        if (made == null) {
            made = dispatcher.followingTurns();
            following = made;
        }
        return made;
    }

    @Override
    public void passOnFollowing(long before) {
        FollowingTurns made = following;
        if (made != null) {
            made.passOn(before);
        }
    }

    @Override
    public void run() {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        boolean interrupted = thread.isInterrupted();
        long start = eventLoop ? 0 : begins(); // the time is not needed on an event loop
        int slot = dispatcher.activeTurns().enter(this, thread);
        int delivered = 0;
        boolean replied = false;
        try {
            turnThread = thread;
            runs++;
            thread.setContextClassLoader(resources.classLoader());
            long bytes = 0;
            InboundEvent event;
            while (load.goesOn(delivered, bytes, start, untimed) && (event = next()) != null) {
                bytes += event.size;
                delivered++;
                try {
                    repliesMustNotWait(replied); // in this try: an error here must not lose the event
                    MessageInvoker handler = handover.handlerOf(event);
                    if (handler == null) {
                        end.deliver(event);
                    } else if (deliversMessages()) {
                        handover.callbackBegins(event);
                        Object reply = handover.suits(handler, event)
                                ? handler.invoke(event.payload, event.last)
                                : handover.invokeWithWhole(handler, event);
                        if (reply != null) {
                            replied = true;
                            listener.reply(reply);
                        }
                    }
                } catch (Throwable e) {
                    notDelivered(event, e);
                } finally {
                    handover.callbackReturned(event);
                    if (handedOver != null) {
                        handedOver = null;
                        MessagePipe.abandon(event.payload);
                    }
                    if (thread.isInterrupted() != interrupted) {
                        dispatcher.threads().restoreInterrupt(interrupted);
                    }
                }
            }
            if (eventLoop) {
                outbound.flush(); // in the turn, so that SendHandlers follow it
            }
        } catch (Throwable e) {
            failed(e);
        } finally {
            turnThread = null;
            try {
                thread.setContextClassLoader(before); // first, because the thread may be a container's, and goes on
            } finally {
                ended(slot, delivered);
            }
        }
    }

    /** The time at which a turn begins. */
    private long begins() {
        long now = System.nanoTime();
        if (load.begins(now)) {
            dispatcher.watchClosely();
        }
        return now;
    }

    /** Before a callback, which may take long: what earlier ones sent must not wait for it. */
    private void repliesMustNotWait(boolean replied) {
        if (dispatcher.isOrdered()) {
            outbound.flush();
        } else if (replied) {
            dispatcher.watch();
        }
    }

    /**
     * Ends the turn in any case, because a session whose turn does not end is never called again. After an error of the
     * JVM the connection is cut, and one more turn, which is then due, tells the endpoint.
     */
    private void ended(int slot, int delivered) {
        boolean more = true;
        try {
            dispatcher.activeTurns().leave(slot, this);
            if (!eventLoop) { // there nothing is measured, and the turn itself has flushed
                // before the write, which does not count as the callbacks' time
                load.ends(System.nanoTime(), delivered, !mayBlock && !virtualThreads, inbox.hasMore());
                outbound.flush(); // what the callbacks sent
            }
            resources.encodedText().forget();
            resources.sharedEncoding().forget();
            dispatcher.turnEnded();
            inbox.settle();
            more = inbox.turnEnds(outbound.armIfFull());
        } catch (Throwable e) {
            failed(e);
        }
        try {
            if (more) {
                turns.now();
            }
        } finally {
            FollowingTurns handlers = following;
            if (handlers != null) {
                try { // what is thrown is not of this turn, which has ended
                    if (reading.isReadingThread()) {
                        handlers.run();
                    }
                } catch (Throwable e) {
                    try {
                        turns.retrySoon();
                    } catch (Throwable again) {
                        // the session's next turn on the event loop, or the timer's next look
                    }
                }
            }
        }
    }

    /** Called for each message, so it takes no lock. */
    private boolean deliversMessages() {
        timeouts.active();
        return end.isListening();
    }

    /** Tells the endpoint, if possible. */
    private void callbackFailed(Throwable error) {
        try {
            end.callbackFailed(error);
        } catch (Throwable e) {
            failed(e);
        }
    }

    /**
     * Handles what the delivery of an event threw. For a message that comes from its callback; for the beginning and
     * the end it is an error of the JVM, since exceptions of those callbacks are caught where they are called. Events
     * of the end are delivered once more, and the endpoint is not told twice. A session that could not open ends.
     */
    private void notDelivered(InboundEvent event, Throwable error) {
        InboundEvent.Kind kind = event.kind;
        if (kind == InboundEvent.Kind.ENDED
                || kind == InboundEvent.Kind.FAILED
                || kind == InboundEvent.Kind.PEER_CLOSED) {
            deliverAgain(event);
            return;
        }
        callbackFailed(error);
        if (kind == InboundEvent.Kind.OPENED) {
            end.neverBegan();
            failed(error);
        }
    }

    private void deliverAgain(InboundEvent event) {
        try {
            end.deliverAgain(event);
        } catch (Throwable e) {
            failed(e);
        }
    }

    /** Ends the session after an error outside the application's code, because the session's state is unknown. */
    private void failed(Throwable error) {
        try {
            end.turnBroke(error);
        } catch (Throwable e) {
            end.cut(ConnectionEnd.FAILED, CloseCause.INTERNAL_ERROR); // no memory for more words
        }
    }

    private @Nullable InboundEvent next() {
        InboundEvent event = inbox.peek();
        if (event == null) {
            return null;
        }
        if (!event.kind.isControl() && outbound.armIfFull()) {
            inbox.pauseForOutput();
            return null;
        }
        MessagePipe stream = MessagePipe.of(event.payload);
        if (stream != null) {
            if (!stream.mayBegin() || !eventLoop && !virtualThreads && !mayBlock) {
                return null; // another turn delivers it when it may begin, on a thread that may block
            }
            handedOver = stream;
        }
        try {
            inbox.take(event);
        } catch (Throwable e) {
            failed(e);
            if (inbox.peek() == event) {
                inbox.take(event);
            }
        }
        return event;
    }
}
