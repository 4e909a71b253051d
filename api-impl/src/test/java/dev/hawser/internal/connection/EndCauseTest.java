package dev.hawser.internal.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.hawser.CloseCause;
import dev.hawser.extension.RemoteProtocolException;
import dev.hawser.internal.protocol.Role;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Why a session has ended, as its endpoint, its observers and its sends are told. */
class EndCauseTest {
    private final RemoteProtocolException violation = new RemoteProtocolException(1002, "bad");
    private final IOException reset = new IOException("reset");

    private static ConnectionState accepted() {
        return new ConnectionState(Role.SERVER);
    }

    private static ConnectionState open() {
        ConnectionState state = accepted();
        state.transportOpened();
        state.sessionReady();
        return state;
    }

    private static void weClose(ConnectionState state, CloseCause why) {
        state.weClose(1000, "", CloseCodes.NONE, why);
    }

    /** What may end an open connection, and the cause that it is. */
    private Map<CloseCause, Consumer<ConnectionState>> ends() {
        Map<CloseCause, Consumer<ConnectionState>> ends = new LinkedHashMap<>();
        ends.put(CloseCause.CLOSED_BY_APPLICATION, state -> weClose(state, CloseCause.CLOSED_BY_APPLICATION));
        ends.put(CloseCause.CLOSED_BY_PEER, state -> state.peerClosed(1000, ""));
        ends.put(CloseCause.PROTOCOL_ERROR, state -> state.violation(violation));
        ends.put(CloseCause.PEER_VANISHED, state -> state.endOfStream(false));
        ends.put(CloseCause.CONNECTION_BROKEN, state -> state.broken(reset));
        ends.put(CloseCause.STOPPED, state -> state.cut("stop", CloseCause.STOPPED));
        return ends;
    }

    @Test
    void whateverEndsAnOpenConnectionFirstIsItsCause() {
        assertNull(open().closeCause());
        ends().forEach((cause, first) -> ends().forEach((other, second) -> {
            ConnectionState state = open();
            first.accept(state);
            assertEquals(cause, state.closeCause());
            second.accept(state);
            assertEquals(cause, state.closeCause(), () -> "behind it came " + other);
        }));
        ConnectionState closed = open();
        closed.transportClosed();
        assertEquals(CloseCause.PEER_VANISHED, closed.closeCause());
        weClose(closed, CloseCause.STOPPED);
        assertEquals(CloseCause.PEER_VANISHED, closed.closeCause());
    }

    @Test
    void whatHappensDuringTheOpeningOvertakesACloseThatWaitsForIt() {
        ConnectionState state = accepted();
        weClose(state, CloseCause.STOPPED);
        weClose(state, CloseCause.CLOSED_BY_APPLICATION);
        assertEquals(CloseCause.STOPPED, state.closeCause());
        state.transportOpened();
        weClose(state, CloseCause.CLOSED_BY_APPLICATION);
        assertEquals(CloseCause.STOPPED, state.closeCause());
        state.broken(reset);
        assertEquals(CloseCause.CONNECTION_BROKEN, state.closeCause());
    }

    @Test
    void anOpeningThatFailsIsACauseOnceItHasBegun() {
        ConnectionState state = accepted();
        state.openingFailed();
        assertNull(state.closeCause());
        assertEquals(Stage.ACCEPTED, state.state());
        state.transportOpened();
        state.openingFailed();
        assertEquals(CloseCause.OPENING_FAILED, state.closeCause());
        assertEquals(Stage.CLOSED, state.state());
    }

    @Test
    void aSendAfterTheEndIsToldWhatHasEndedTheConnection() {
        Map<String, Consumer<ConnectionState>> words = new LinkedHashMap<>();
        words.put("stop", state -> state.cut("stop", CloseCause.STOPPED));
        words.put("the connection broke: reset", state -> state.broken(reset));
        words.put("the connection ended in the middle of a message", state -> state.endOfStream(true));
        words.put("the connection is closed", state -> state.endOfStream(false));
        words.forEach((expected, event) -> {
            ConnectionState state = open();
            event.accept(state);
            assertEquals(expected, state.why());
            state.broken(new IOException("another"));
            state.cut("too late", CloseCause.STOPPED);
            assertEquals(expected, state.why(), "what comes behind the end of the transport changes nothing");
        });
    }

    @Test
    void aSendOnAConnectionThatNeverOpenedIsToldSo() {
        ConnectionState broken = accepted();
        broken.broken(reset);
        assertEquals("the connection never opened", broken.why());
        ConnectionState cut = accepted();
        cut.cut("stop", CloseCause.STOPPED);
        assertEquals("stop", cut.why());
        cut.cut("too late", CloseCause.STOPPED);
        assertEquals("stop", cut.why());
    }

    @Test
    void onErrorGetsWhatHasBrokenAConnectionThatHadNotClosed() {
        assertNull(open().failure());
        ConnectionState broken = open();
        broken.broken(reset);
        assertSame(reset, broken.failure());
        ConnectionState failing = open();
        failing.violation(violation);
        assertSame(violation, failing.failure());
        failing.broken(reset);
        assertSame(violation, failing.failure());
        assertEquals("the connection broke: reset", failing.why());
        ConnectionState closed = open();
        closed.peerClosed(1000, "");
        closed.broken(reset);
        assertNull(closed.failure());
    }

    @ParameterizedTest
    @CsvSource({
        "1002, PROTOCOL_ERROR",
        "1003, UNACCEPTABLE_MESSAGE",
        "1007, INVALID_PAYLOAD",
        "1008, LIMIT_EXCEEDED",
        "1009, MESSAGE_TOO_BIG",
        "1011, EXTENSION_FAILED",
        "1013, SHORT_OF_MEMORY"
    })
    void aViolationIsTheCauseThatItsCodeNames(int code, CloseCause cause) {
        ConnectionState state = open();
        state.violation(new RemoteProtocolException(code, "of the test"));
        assertEquals(cause, state.closeCause());
    }

    @Test
    void anErrorOfThisSideIsNotTakenForOneOfTheNetwork() {
        ConnectionState state = open();
        state.broken(new OutOfMemoryError("of the test"));
        assertEquals(CloseCause.INTERNAL_ERROR, state.closeCause());
    }
}
