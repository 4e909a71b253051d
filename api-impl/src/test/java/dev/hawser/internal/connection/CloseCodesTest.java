package dev.hawser.internal.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.CloseCause;
import dev.hawser.extension.RemoteProtocolException;
import dev.hawser.internal.protocol.Role;
import org.junit.jupiter.api.Test;

/** RFC 6455 7.1: which close frame goes out, and which code onClose tells. */
class CloseCodesTest {
    private final ConnectionWorld world = new ConnectionWorld(Role.SERVER);
    private final ConnectionState connection = world.state;

    CloseCodesTest() {
        world.step("transportOpened");
        world.calmDown();
    }

    private void assertIs(Stage state, int code, String reason, boolean mayClose) {
        world.calmDown();
        assertEquals(state, connection.state());
        assertEquals(code, connection.codeToTell());
        assertEquals(reason, connection.reasonToTell());
        assertEquals(mayClose, connection.mayClose());
    }

    private void assertSent(int code, String reason) {
        world.calmDown();
        assertEquals(1, world.closeFrames);
        assertEquals(code, connection.codeToSend());
        assertEquals(reason, connection.reasonToSend());
    }

    @Test
    void withoutAnyCloseFrameTheCodeIs1006() {
        assertIs(Stage.OPEN, 1006, "", true);
    }

    @Test
    void weCloseAndThePeerAnswers() {
        connection.weClose(1001, "leaving", CloseCodes.NONE, CloseCause.CLOSED_BY_APPLICATION);
        assertIs(Stage.CLOSED_BY_US, 1006, "", false);
        assertSent(1001, "leaving");
        connection.peerClosed(1000, "ok");
        assertIs(Stage.CLOSED_BY_BOTH, 1001, "leaving", false);
        assertSent(1001, "leaving");
    }

    @Test
    void thePeerClosesAndItsCodeIsEchoed() {
        connection.peerClosed(4000, "theirs");
        assertIs(Stage.CLOSED_BY_BOTH, 4000, "theirs", false);
        assertSent(4000, "theirs");
    }

    @Test
    void ourOwnReasonMayAnswerThePeers() {
        connection.peerClosed(4000, "theirs");
        connection.weClose(1000, "ours", CloseCodes.NONE, CloseCause.CLOSED_BY_APPLICATION);
        assertIs(Stage.CLOSED_BY_BOTH, 4000, "theirs", false);
        assertSent(1000, "ours");
    }

    @Test
    void aSecondCloseOfOursIsNotSent() {
        connection.weClose(1000, "first", CloseCodes.NONE, CloseCause.CLOSED_BY_APPLICATION);
        connection.weClose(1001, "second", CloseCodes.NONE, CloseCause.CLOSED_BY_APPLICATION);
        assertSent(1000, "first");
        connection.peerClosed(1000, "");
        connection.weClose(1002, "third", CloseCodes.NONE, CloseCause.CLOSED_BY_APPLICATION);
        assertIs(Stage.CLOSED_BY_BOTH, 1000, "first", false);
        assertSent(1000, "first");
    }

    @Test
    void aSecondCloseOfThePeerChangesNothing() {
        connection.peerClosed(1000, "first");
        connection.peerClosed(1001, "second");
        assertIs(Stage.CLOSED_BY_BOTH, 1000, "first", false);
    }

    @Test
    void failingSendsOneFrameAndWaitsForNoAnswer() {
        connection.violation(new RemoteProtocolException(1002, "bad"));
        assertIs(Stage.FAILING, 1002, "bad", false);
        connection.violation(new RemoteProtocolException(1009, "worse"));
        connection.weClose(1000, "", CloseCodes.NONE, CloseCause.CLOSED_BY_APPLICATION);
        connection.peerClosed(1000, "");
        assertIs(Stage.FAILING, 1002, "bad", false);
        assertSent(1002, "bad");
    }

    @Test
    void failingAfterOurCloseFrameSendsNoOther() {
        connection.weClose(1000, "ours", CloseCodes.NONE, CloseCause.CLOSED_BY_APPLICATION);
        connection.violation(new RemoteProtocolException(1002, "bad"));
        assertIs(Stage.FAILING, 1000, "ours", false);
        assertSent(1000, "ours");
    }

    @Test
    void whatIsToldInsteadStaysWhateverThePeerAnswers() {
        connection.weClose(1001, "idle", 1006, CloseCause.CLOSED_BY_APPLICATION);
        connection.peerClosed(1001, "idle");
        assertIs(Stage.CLOSED_BY_BOTH, 1006, "idle", false);
        assertSent(1001, "idle");
    }

    @Test
    void whatIsToldInsteadStaysIfThePeerNeverAnswers() {
        connection.weClose(1001, "stop", 1001, CloseCause.CLOSED_BY_APPLICATION);
        connection.cut("too late", CloseCause.STOPPED);
        assertIs(Stage.GONE, 1001, "stop", false);
    }

    @Test
    void thePeersCodeIsToldThoughItCouldNotBeAnswered() {
        connection.peerClosed(4000, "theirs");
        connection.cut("too late", CloseCause.STOPPED);
        assertIs(Stage.GONE, 4000, "theirs", false);
        assertFalse(world.queue.contains(ConnectionAction.QUEUE_FAILED));
    }

    @Test
    void aCloseWhileItOpensFollowsTheOpening() {
        ConnectionWorld opening = new ConnectionWorld(Role.CLIENT);
        opening.state.weClose(1001, "stop", 1001, CloseCause.CLOSED_BY_APPLICATION);
        assertFalse(opening.state.mayClose());
        opening.step("transportOpened");
        opening.calmDown();
        assertEquals(Stage.CLOSED_BY_US, opening.state.state());
        assertEquals(1, opening.closeFrames);
        assertTrue(opening.queue.contains(ConnectionAction.QUEUE_OPENED));
    }
}
