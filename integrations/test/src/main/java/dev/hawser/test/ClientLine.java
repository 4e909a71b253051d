package dev.hawser.test;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One connection that a client under test has made, seen from its server.
 *
 * @param inbox what the client sends
 * @param memory the client's end
 * @param session the client's, once the connection is open
 * @param peer the test's side, once the handshake is accepted
 * @param arrivals where its handshake is put
 */
record ClientLine(
        Transcript transcript,
        ServerInbox inbox,
        MemoryTransport memory,
        SessionOfLine session,
        AtomicReference<@Nullable TestPeer> peer,
        Arrivals arrivals) {

    /** Ends the connection if the client's close would wait in vain for the test. */
    void giveUp() {
        TestPeer accepted = peer.get();
        if (accepted == null || !memory.hasBegun()) {
            memory.reset();
        } else {
            accepted.giveUp();
        }
    }

    /** Releases what the extensions of the test's side own. */
    void release() {
        TestPeer accepted = peer.get();
        if (accepted != null) {
            accepted.release();
        }
    }
}
