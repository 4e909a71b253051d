package dev.hawser.internal.connection;

import static dev.hawser.internal.connection.ConnectionAction.ABORT_TRANSPORT;
import static dev.hawser.internal.connection.ConnectionAction.CLOSE_TRANSPORT;
import static dev.hawser.internal.connection.ConnectionAction.END_DEADLINES;
import static dev.hawser.internal.connection.ConnectionAction.END_INPUT;
import static dev.hawser.internal.connection.ConnectionAction.END_OUTPUT;
import static dev.hawser.internal.connection.ConnectionAction.FORGET;
import static dev.hawser.internal.connection.ConnectionAction.LEAVE;
import static dev.hawser.internal.connection.ConnectionAction.QUEUE_ENDED;
import static dev.hawser.internal.connection.ConnectionAction.QUEUE_FAILED;
import static dev.hawser.internal.connection.ConnectionAction.QUEUE_PEER_CLOSED;
import static dev.hawser.internal.connection.ConnectionAction.SEND_CLOSE;
import static dev.hawser.internal.connection.ConnectionAction.SHUT_OUTPUT;
import static dev.hawser.internal.connection.ConnectionAction.START_CLOSE_DEADLINE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.CloseCause;
import dev.hawser.extension.RemoteProtocolException;
import dev.hawser.internal.protocol.Role;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** RFC 6455 section 7: what is done when a connection closes, and in which order. */
class ConnectionActionsTest {
    private final RemoteProtocolException violation = new RemoteProtocolException(1002, "bad");

    private static ConnectionState open(Role role) {
        ConnectionState state = new ConnectionState(role);
        assertTrue(state.transportOpened());
        state.sessionReady();
        return state;
    }

    private static void weClose(ConnectionState state) {
        state.weClose(1001, "ours", CloseCodes.NONE, CloseCause.CLOSED_BY_APPLICATION);
    }

    private static void assertDone(ConnectionState state, ConnectionAction... expected) {
        List<ConnectionAction> done = new ArrayList<>();
        for (ConnectionAction action = state.claim(); action != null; action = state.claim()) {
            done.add(action);
            state.settled(action, true);
        }
        assertEquals(List.of(expected), done);
    }

    /** Claims and settles up to this action, which fails. */
    private static void fails(ConnectionState state, ConnectionAction failing) {
        for (ConnectionAction action = state.claim(); action != failing; action = state.claim()) {
            state.settled(action, true);
        }
        state.settled(failing, false);
    }

    @Test
    void aSetHasTheBitsOfItsActions() {
        assertEquals(0, ConnectionAction.set());
        assertEquals(SEND_CLOSE.bit | LEAVE.bit, ConnectionAction.set(SEND_CLOSE, LEAVE));
    }

    @Test
    void aServerThatClosesFirstEndsTheConnectionOnceBothCloseFramesHaveGone() {
        ConnectionState state = open(Role.SERVER);
        state.closeFrameWritten(); // of none: nothing happens
        weClose(state);
        assertDone(state, LEAVE, START_CLOSE_DEADLINE, SEND_CLOSE);
        state.peerClosed(1001, "");
        assertDone(state, QUEUE_ENDED);
        assertEquals(Stage.CLOSED_BY_BOTH, state.state());
        state.closeFrameWritten();
        assertDone(state, CLOSE_TRANSPORT, END_OUTPUT, END_INPUT);
        assertEquals(Stage.CLOSED, state.state());
        state.lastEventDelivered();
        assertEquals(Stage.GONE, state.state());
        assertDone(state, FORGET, END_DEADLINES);
    }

    @Test
    void aServerWhoseCloseFrameHasGoneEndsTheConnectionAtThePeers() {
        ConnectionState state = open(Role.SERVER);
        weClose(state);
        state.closeFrameWritten();
        state.peerClosed(1001, "");
        assertDone(state, LEAVE, START_CLOSE_DEADLINE, SEND_CLOSE, CLOSE_TRANSPORT, END_OUTPUT, END_INPUT, QUEUE_ENDED);
    }

    @Test
    void aClientWaitsForTheEndOfTheStreamBehindBothCloseFrames() {
        ConnectionState state = open(Role.CLIENT);
        weClose(state);
        state.closeFrameWritten();
        state.peerClosed(1001, "");
        assertDone(state, LEAVE, START_CLOSE_DEADLINE, SEND_CLOSE, QUEUE_ENDED);
        assertEquals(Stage.CLOSED_BY_BOTH, state.state());
        state.endOfStream(false);
        assertDone(state, CLOSE_TRANSPORT, END_OUTPUT, END_INPUT);
    }

    @Test
    void aPeerThatClosesAndEndsItsStreamStillGetsTheAnswer() {
        for (Role role : Role.values()) {
            ConnectionState state = open(role);
            state.peerClosed(4000, "theirs");
            assertDone(state, LEAVE, START_CLOSE_DEADLINE, QUEUE_PEER_CLOSED);
            state.endOfStream(false);
            assertDone(state);
            assertTrue(state.reached(InboundEvent.Kind.PEER_CLOSED));
            assertDone(state, SEND_CLOSE, QUEUE_ENDED);
            state.closeFrameWritten();
            assertDone(state, CLOSE_TRANSPORT, END_OUTPUT, END_INPUT);
        }
    }

    @Test
    void aCloseThatWaitsForTheOpeningGoesOutBehindItAsItWasAsked() {
        ConnectionState state = new ConnectionState(Role.SERVER);
        state.weClose(1001, "first", CloseCodes.NONE, CloseCause.STOPPED);
        state.weClose(1000, "second", CloseCodes.NONE, CloseCause.CLOSED_BY_APPLICATION);
        state.transportOpened();
        assertDone(state);
        state.sessionReady();
        assertDone(state, LEAVE, START_CLOSE_DEADLINE, SEND_CLOSE);
        assertEquals(1001, state.codeToSend());
        assertEquals("first", state.reasonToSend());
    }

    @Test
    void behindItsCloseFrameAFailedConnectionEndsOnlyItsOwnDirection() {
        ConnectionState state = open(Role.SERVER);
        state.violation(violation);
        assertDone(state, LEAVE, START_CLOSE_DEADLINE, QUEUE_FAILED, QUEUE_ENDED);
        state.reached(InboundEvent.Kind.FAILED);
        assertDone(state, SEND_CLOSE);
        state.closeFrameWritten();
        assertDone(state, SHUT_OUTPUT);
        state.endOfStream(false);
        assertDone(state, CLOSE_TRANSPORT, END_OUTPUT, END_INPUT);
    }

    @Test
    void aViolationBehindOurCloseFrameEndsOurDirectionAtOnce() {
        ConnectionState state = open(Role.SERVER);
        weClose(state);
        state.closeFrameWritten();
        state.violation(violation);
        assertDone(state, LEAVE, START_CLOSE_DEADLINE, SEND_CLOSE, SHUT_OUTPUT, QUEUE_FAILED, QUEUE_ENDED);
    }

    @Test
    void aCloseFrameThatCannotBeSentAbortsTheTransport() {
        ConnectionState thrown = open(Role.SERVER);
        weClose(thrown);
        fails(thrown, SEND_CLOSE);
        assertFalse(thrown.needsRetry());
        assertDone(thrown, ABORT_TRANSPORT, END_OUTPUT, END_INPUT, QUEUE_ENDED);
        ConnectionState lost = open(Role.SERVER);
        lost.closeFrameLost(); // of none: nothing happens
        assertEquals(Stage.OPEN, lost.state());
        weClose(lost);
        lost.closeFrameLost();
        assertDone(lost, LEAVE, START_CLOSE_DEADLINE, SEND_CLOSE, ABORT_TRANSPORT, END_OUTPUT, END_INPUT, QUEUE_ENDED);
    }

    @Test
    void aDirectionThatCannotBeEndedAbortsTheTransport() {
        ConnectionState state = open(Role.SERVER);
        state.violation(violation);
        state.reached(InboundEvent.Kind.FAILED);
        state.closeFrameWritten();
        fails(state, SHUT_OUTPUT);
        assertEquals(Stage.CLOSED, state.state());
        assertDone(state, ABORT_TRANSPORT, END_OUTPUT, END_INPUT, QUEUE_FAILED, QUEUE_ENDED);
    }

    @Test
    void aTransportThatCannotBeClosedInOrderIsAborted() {
        ConnectionState state = open(Role.SERVER);
        state.transportClosed();
        fails(state, CLOSE_TRANSPORT);
        assertFalse(state.needsRetry());
        assertDone(state, ABORT_TRANSPORT, END_OUTPUT, END_INPUT, QUEUE_ENDED);
    }

    @Test
    void whatFailsOtherwiseIsTriedAgain() {
        ConnectionState state = open(Role.SERVER);
        state.broken(new IOException("reset"));
        fails(state, END_OUTPUT);
        assertTrue(state.needsRetry());
        state.settled(END_OUTPUT, false); // it does not run any more: nothing happens
        assertDone(state, END_INPUT, QUEUE_FAILED, QUEUE_ENDED);
        state.lastEventDelivered();
        assertEquals(Stage.CLOSED, state.state());
        state.retry();
        assertFalse(state.needsRetry());
        assertDone(state, END_OUTPUT, FORGET, END_DEADLINES);
        assertEquals(Stage.GONE, state.state());
    }

    @Test
    void aTransportThatComesTooLateIsAborted() {
        ConnectionState state = new ConnectionState(Role.SERVER);
        state.cut("stop", CloseCause.STOPPED);
        assertDone(state, END_OUTPUT, END_INPUT, FORGET, END_DEADLINES);
        assertFalse(state.transportOpened());
        assertFalse(state.transportOpened());
        assertDone(state, ABORT_TRANSPORT);
    }

    @Test
    void anOpeningThatFailsTellsTheEndpointNothing() {
        ConnectionState state = new ConnectionState(Role.SERVER);
        state.transportOpened();
        state.openingFailed();
        assertDone(state, LEAVE, ABORT_TRANSPORT, END_OUTPUT, END_INPUT, FORGET, END_DEADLINES);
        assertEquals(Stage.GONE, state.state());
        ConnectionState broken = new ConnectionState(Role.SERVER);
        broken.transportOpened();
        broken.broken(new IOException("reset"));
        assertDone(broken, ABORT_TRANSPORT, END_OUTPUT, END_INPUT); // the rest waits for the opening
        broken.openingFailed();
        assertEquals(Stage.GONE, broken.state());
        assertDone(broken, LEAVE, FORGET, END_DEADLINES);
    }

    @Test
    void aViolationDuringTheOpeningFailsTheConnection() {
        ConnectionState state = new ConnectionState(Role.SERVER);
        state.violation(violation); // of nobody: there is no transport yet
        assertEquals(Stage.ACCEPTED, state.state());
        state.transportOpened();
        state.violation(violation);
        assertEquals(Stage.FAILING, state.state());
        assertEquals(1002, state.codeToTell());
    }

    @Test
    void aStreamThatEndsWithinAMessageIsAnErrorOfTheEndpoint() {
        ConnectionState state = open(Role.SERVER);
        state.endOfStream(true);
        assertDone(state, LEAVE, CLOSE_TRANSPORT, END_OUTPUT, END_INPUT, QUEUE_FAILED, QUEUE_ENDED);
    }

    @Test
    void aConnectionThatIsCutTells1006AndWhy() {
        ConnectionState state = open(Role.SERVER);
        state.cut("stop", CloseCause.STOPPED);
        assertEquals(1006, state.codeToTell());
        assertEquals("stop", state.reasonToTell());
    }

    @Test
    void behindTheLastEventNothingIsToldAnyMore() {
        ConnectionState state = open(Role.SERVER);
        assertTrue(state.reached(InboundEvent.Kind.PEER_CLOSED));
        state.lastEventDelivered(); // of none: nothing happens
        assertTrue(state.reached(InboundEvent.Kind.PEER_CLOSED));
        state.broken(new IOException("reset"));
        state.lastEventDelivered();
        assertFalse(state.reached(InboundEvent.Kind.FAILED));
    }

    @Test
    void aConnectionCanBeginToCloseUntilItHas() {
        ConnectionState state = new ConnectionState(Role.SERVER);
        assertTrue(state.mayClose());
        state.transportOpened();
        assertTrue(state.mayClose());
        weClose(state);
        assertFalse(state.mayClose());
        assertTrue(open(Role.SERVER).mayClose());
        state.sessionReady();
        assertFalse(state.mayClose());
    }

    @Test
    void itsTextTellsOfItsStageAndItsActions() {
        ConnectionState state = open(Role.SERVER);
        assertEquals("OPEN: given QUEUE_OPENED, due none, running none, failed none", state.toString());
        weClose(state);
        state.claim();
        assertEquals(
                "CLOSED_BY_US: given QUEUE_OPENED LEAVE START_CLOSE_DEADLINE SEND_CLOSE, "
                        + "due START_CLOSE_DEADLINE SEND_CLOSE, running LEAVE, failed none",
                state.toString());
    }
}
