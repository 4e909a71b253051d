package dev.hawser.internal.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a connection owes: each action once, one of a lane at a time, and again if it has failed. */
class OwedActionsTest {
    private final OwedActions actions = new OwedActions();

    private void assertClaims(ConnectionAction expected) {
        assertEquals(expected, actions.claim());
        assertTrue(actions.isRunning(expected));
    }

    /** Is carried out, and fails. */
    private void fails(ConnectionAction action) {
        assertClaims(action);
        actions.keepForRetry(action);
        assertTrue(actions.end(action));
    }

    @ParameterizedTest
    @EnumSource(ConnectionAction.class)
    void anActionIsGivenOnce(ConnectionAction action) {
        assertFalse(actions.isGiven(action));
        assertNull(actions.claim());
        actions.give(action);
        assertTrue(actions.isGiven(action));
        assertFalse(actions.isRunning(action));
        actions.give(action);
        assertClaims(action);
        assertTrue(actions.end(action));
        assertFalse(actions.end(action));
        assertFalse(actions.isRunning(action));
        actions.give(action);
        assertNull(actions.claim());
    }

    @Test
    void actionsOfALaneDoNotOverlapAndThoseOfOthersDo() {
        actions.begin(ConnectionAction.QUEUE_OPENED);
        assertTrue(actions.isGiven(ConnectionAction.QUEUE_OPENED));
        actions.give(ConnectionAction.QUEUE_OPENED); // it runs already
        actions.give(ConnectionAction.LEAVE);
        actions.give(ConnectionAction.SEND_CLOSE);
        actions.give(ConnectionAction.SHUT_OUTPUT);
        actions.give(ConnectionAction.ABORT_TRANSPORT);
        assertClaims(ConnectionAction.SEND_CLOSE);
        assertClaims(ConnectionAction.ABORT_TRANSPORT);
        assertNull(actions.claim());
        actions.end(ConnectionAction.SEND_CLOSE);
        assertClaims(ConnectionAction.SHUT_OUTPUT);
        actions.end(ConnectionAction.QUEUE_OPENED);
        assertClaims(ConnectionAction.LEAVE);
        assertNull(actions.claim());
    }

    @Test
    void anActionThatHasBegunLeavesTheOthersAsTheyAre() {
        actions.give(ConnectionAction.SEND_CLOSE);
        assertClaims(ConnectionAction.SEND_CLOSE);
        actions.begin(ConnectionAction.QUEUE_OPENED);
        assertTrue(actions.isGiven(ConnectionAction.SEND_CLOSE));
        assertTrue(actions.isRunning(ConnectionAction.SEND_CLOSE));
        assertTrue(actions.isRunning(ConnectionAction.QUEUE_OPENED));
    }

    @Test
    void aFailedActionIsDueAgainWhenItIsTried() {
        actions.give(ConnectionAction.LEAVE);
        assertFalse(actions.needsRetry());
        fails(ConnectionAction.LEAVE);
        assertTrue(actions.needsRetry());
        assertNull(actions.claim());
        actions.retry();
        assertFalse(actions.needsRetry());
        assertClaims(ConnectionAction.LEAVE);
    }

    /** Whoever fails to free a transport so often will not free it. */
    @ParameterizedTest
    @EnumSource(
            value = ConnectionAction.class,
            names = {"ABORT_TRANSPORT", "END_OUTPUT", "END_INPUT"})
    void whatFreesIsTriedSeventeenTimes(ConnectionAction freeing) {
        actions.give(freeing);
        for (int i = 1; i <= 16; i++) {
            fails(freeing);
            assertTrue(actions.needsRetry(), "after the failure " + i);
            assertTrue(actions.isFreeing());
            actions.retry();
        }
        fails(freeing);
        assertFalse(actions.needsRetry());
        assertFalse(actions.isFreeing());
    }

    @Test
    void anEventOfTheEndpointIsTriedForEver() {
        actions.give(ConnectionAction.QUEUE_ENDED);
        for (int i = 0; i < 100; i++) {
            fails(ConnectionAction.QUEUE_ENDED);
            actions.retry();
        }
        assertClaims(ConnectionAction.QUEUE_ENDED);
    }

    @Test
    void onCloseWaitsForAnOnErrorThatHasFailedAndNothingElseDoes() {
        actions.give(ConnectionAction.QUEUE_FAILED);
        actions.give(ConnectionAction.QUEUE_ENDED);
        actions.give(ConnectionAction.FORGET);
        fails(ConnectionAction.QUEUE_FAILED);
        assertClaims(ConnectionAction.FORGET);
        actions.end(ConnectionAction.FORGET);
        assertNull(actions.claim());
        actions.retry();
        assertClaims(ConnectionAction.QUEUE_FAILED);
        actions.end(ConnectionAction.QUEUE_FAILED);
        assertClaims(ConnectionAction.QUEUE_ENDED);
    }

    @Test
    void onCloseWaitsForNoFailedActionThatTheEndpointDoesNotSee() {
        actions.give(ConnectionAction.LEAVE);
        fails(ConnectionAction.LEAVE);
        actions.give(ConnectionAction.QUEUE_ENDED);
        assertClaims(ConnectionAction.QUEUE_ENDED);
    }

    @Test
    void theDeadlinesStayAsLongAsSomethingMustBeTriedAgain() {
        actions.give(ConnectionAction.END_DEADLINES);
        actions.give(ConnectionAction.LEAVE);
        fails(ConnectionAction.LEAVE);
        assertNull(actions.claim());
        actions.retry();
        assertClaims(ConnectionAction.LEAVE);
        actions.end(ConnectionAction.LEAVE);
        assertClaims(ConnectionAction.END_DEADLINES);
    }

    @Test
    void eventsThatAreDroppedAreNeitherDueNorTriedAgain() {
        actions.give(ConnectionAction.QUEUE_PEER_CLOSED);
        fails(ConnectionAction.QUEUE_PEER_CLOSED);
        actions.give(ConnectionAction.QUEUE_ENDED);
        actions.give(ConnectionAction.FORGET);
        actions.dropEvents();
        assertFalse(actions.needsRetry());
        assertClaims(ConnectionAction.FORGET);
        actions.end(ConnectionAction.FORGET);
        actions.retry();
        assertNull(actions.claim());
    }

    @Test
    void freeingLastsFromItsBeginningToItsSuccess() {
        actions.give(ConnectionAction.QUEUE_ENDED);
        assertFalse(actions.isFreeing());
        actions.give(ConnectionAction.CLOSE_TRANSPORT);
        assertTrue(actions.isFreeing());
        assertClaims(ConnectionAction.CLOSE_TRANSPORT);
        assertTrue(actions.isFreeing());
        actions.end(ConnectionAction.CLOSE_TRANSPORT);
        assertFalse(actions.isFreeing());
    }
}
