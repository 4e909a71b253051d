package dev.hawser.internal.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hawser.faults.FaultInjection;
import dev.hawser.faults.Faults;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An error of the JVM at any place of a session's end, or of its beginning, leaves nothing of it: {@link EndFaults},
 * {@link OpeningFaults}.
 */
class FaultsInEndsTest {
    /** Not the endpoint's own: what throws between us and its onOpen is as if that had thrown. */
    private static final String[] PATH = {
        "connection.CloseCodes",
        "connection.CompletedSends",
        "connection.ConnectionEnd",
        "connection.ConnectionState",
        "connection.ConnectionWiring",
        "connection.InboundParser",
        "connection.Inbox",
        "connection.MessageDispatcher",
        "connection.MessageReceiver",
        "connection.OwedActions",
        "connection.SessionTimeouts",
        "connection.TimerEntry",
        "connection.TransportReader",
        "connection.TurnSchedule",
        "connection.WebSocketConnection",
        "session.SessionLife",
        "session.SessionListing",
        "session.SessionRegistry",
        "session.WebSocketSession",
        "transport.EndedSends",
        "transport.OutboundBounds",
        "transport.OutboundEnd",
        "transport.OutboundQueue",
        "transport.PendingSends",
        "transport.Progress"
    };

    private static Stream<Arguments> of(Class<?>... scenarios) {
        return Arrays.stream(scenarios)
                .flatMap(scenario -> Arrays.stream(Faults.Kind.values()).map(kind -> Arguments.of(scenario, kind)));
    }

    static Stream<Arguments> ends() {
        return of(
                EndFaults.PeerCloses.class,
                EndFaults.WeClose.class,
                EndFaults.Reset.class,
                EndFaults.Violation.class,
                EndFaults.Cut.class);
    }

    static Stream<Arguments> openings() {
        return of(
                OpeningFaults.OnOpenThrows.class,
                OpeningFaults.OnWorkers.class,
                OpeningFaults.OnTheEventLoop.class,
                OpeningFaults.WithoutOnOpen.class,
                OpeningFaults.CutBefore.class);
    }

    @ParameterizedTest
    @MethodSource("ends")
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void atNoPlaceOfASessionsEndDoesAnErrorLeaveSomethingOfIt(Class<?> end, Faults.Kind kind) throws Exception {
        assertNothingWrong(end, kind);
    }

    @ParameterizedTest
    @MethodSource("openings")
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void atNoPlaceOfAnOpeningDoesAnErrorLeaveASessionThatIsNeitherOpenNorEnded(Class<?> opening, Faults.Kind kind)
            throws Exception {
        assertNothingWrong(opening, kind);
    }

    private static void assertNothingWrong(Class<?> scenario, Faults.Kind kind) throws Exception {
        int allocations = scenario == OpeningFaults.CutBefore.class ? 0 : 1; // that end needs no memory
        int places = kind == Faults.Kind.NO_STACK ? 50 : allocations;
        List<String> wrong = FaultInjection.run(scenario, kind, places, PATH);
        assertEquals("", String.join("\n", wrong));
    }
}
