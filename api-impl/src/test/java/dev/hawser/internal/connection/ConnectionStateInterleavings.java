package dev.hawser.internal.connection;

import dev.hawser.CloseCause;
import dev.hawser.interleavings.Interleavings;
import dev.hawser.interleavings.Law;
import dev.hawser.internal.protocol.Role;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Whatever ends a connection at the same time: each action is carried out once, and onClose comes once and last. */
class ConnectionStateInterleavings {
    /** The events that may meet. */
    private enum Event {
        WE_CLOSE,
        PEER_CLOSES,
        BREAKS,
        CUT,
        STREAM_ENDS
    }

    private static final class World {
        final ConnectionState state = new ConnectionState(Role.SERVER);
        final List<ConnectionAction> done = Collections.synchronizedList(new ArrayList<>());

        void happens(Event event) {
            switch (event) {
                case WE_CLOSE -> state.weClose(1000, "", CloseCodes.NONE, CloseCause.CLOSED_BY_APPLICATION);
                case PEER_CLOSES -> state.peerClosed(1001, "");
                case BREAKS -> state.broken(new IOException());
                case CUT -> state.cut("", CloseCause.STOPPED);
                case STREAM_ENDS -> state.endOfStream(false);
            }
            carryOut();
        }

        void carryOut() {
            for (ConnectionAction action = state.claim(); action != null; action = state.claim()) {
                done.add(action);
                state.settled(action, true);
            }
        }
    }

    private static void meet(Event one, Event other) {
        Interleavings.of(() -> {
            World world = new World();
            world.state.transportOpened();
            world.state.sessionReady();
            world.carryOut();
            Interleavings.together(() -> world.happens(one), () -> world.happens(other));
            world.happens(Event.CUT); // by its deadline, if nothing has ended it
            for (ConnectionAction action : world.done) {
                Interleavings.same("times of " + action, 1, Collections.frequency(world.done, action));
            }
            Interleavings.same("onClose is due", true, world.done.contains(ConnectionAction.QUEUE_ENDED));
            Interleavings.same(
                    "onError before onClose",
                    true,
                    world.done.indexOf(ConnectionAction.QUEUE_FAILED)
                            < world.done.indexOf(ConnectionAction.QUEUE_ENDED));
            int before = world.done.size();
            world.state.lastEventDelivered();
            world.carryOut();
            Interleavings.same(
                    "behind onClose",
                    List.of(ConnectionAction.FORGET, ConnectionAction.END_DEADLINES),
                    world.done.subList(before, world.done.size()));
        });
    }

    @Law
    void bothSidesCloseAtOnce() {
        meet(Event.WE_CLOSE, Event.PEER_CLOSES);
    }

    @Law
    void weCloseWhileTheConnectionBreaks() {
        meet(Event.WE_CLOSE, Event.BREAKS);
    }

    @Law
    void thePeerClosesWhileTheContainerCuts() {
        meet(Event.PEER_CLOSES, Event.CUT);
    }

    @Law
    void itBreaksWhileItsStreamEnds() {
        meet(Event.BREAKS, Event.STREAM_ENDS);
    }
}
