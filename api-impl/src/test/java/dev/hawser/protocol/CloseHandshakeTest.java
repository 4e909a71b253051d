package dev.hawser.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.protocol.CloseHandshake.State;
import org.junit.jupiter.api.Test;

/** RFC 6455 7.1. */
class CloseHandshakeTest {
    private final CloseHandshake handshake = new CloseHandshake();

    private void assertIs(State state, int code, String reason, boolean mayWrite) {
        assertEquals(state, handshake.state());
        assertEquals(code, handshake.code());
        assertEquals(reason, handshake.reason());
        assertEquals(mayWrite, handshake.mayWrite());
        assertEquals(state == State.CLOSED, handshake.isComplete());
    }

    @Test
    void withoutAnyCloseFrameTheCodeIs1006() {
        assertIs(State.OPEN, 1006, "", true);
    }

    @Test
    void weCloseAndThePeerAnswers() {
        assertTrue(handshake.closeByUs(1001, "leaving"), "our frame is to be sent");
        assertIs(State.CLOSED_BY_US, 1006, "", false);
        assertFalse(handshake.closeByPeer(1000, "ok"), "no reply to a reply");
        assertIs(State.CLOSED, 1001, "leaving", false);
    }

    @Test
    void thePeerClosesAndWeAnswer() {
        assertTrue(handshake.closeByPeer(4000, "theirs"), "a reply is owed");
        assertIs(State.CLOSED_BY_PEER, 4000, "theirs", true);
        assertTrue(handshake.closeByUs(1000, "ours"), "our reply is to be sent");
        assertIs(State.CLOSED, 4000, "theirs", false);
    }

    @Test
    void aSecondCloseOfOursIsNotSent() {
        assertTrue(handshake.closeByUs(1000, "first"));
        assertFalse(handshake.closeByUs(1001, "second"));
        handshake.closeByPeer(1000, "");
        assertFalse(handshake.closeByUs(1002, "third"));
        assertIs(State.CLOSED, 1000, "first", false);
    }

    @Test
    void aSecondCloseOfThePeerChangesNothing() {
        assertTrue(handshake.closeByPeer(1000, "first"));
        assertFalse(handshake.closeByPeer(1001, "second"));
        assertIs(State.CLOSED_BY_PEER, 1000, "first", true);
    }

    @Test
    void closesThatCrossCompleteOnBothSides() {
        CloseHandshake other = new CloseHandshake();
        assertTrue(handshake.closeByUs(1000, "a"));
        assertTrue(other.closeByUs(1001, "b"));
        assertFalse(handshake.closeByPeer(1001, "b"));
        assertFalse(other.closeByPeer(1000, "a"));
        assertIs(State.CLOSED, 1000, "a", false);
        assertTrue(other.isComplete());
    }

    @Test
    void failingSendsOneFrameAndWaitsForNoAnswer() {
        assertTrue(handshake.fail(1002, "bad"));
        assertIs(State.CLOSED, 1002, "bad", false);
        assertFalse(handshake.fail(1009, "worse"));
        assertFalse(handshake.closeByUs(1000, ""));
        assertFalse(handshake.closeByPeer(1000, ""));
        assertIs(State.CLOSED, 1002, "bad", false);
    }

    @Test
    void failingAfterOurCloseFrameSendsNoOther() {
        handshake.closeByUs(1000, "ours");
        assertFalse(handshake.fail(1002, "bad"));
        assertIs(State.CLOSED, 1000, "ours", false);
    }
}
