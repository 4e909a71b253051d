package dev.hawser.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hawser.faults.FaultInjection;
import dev.hawser.faults.Faults;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A lack of memory at any place of a session's end, or of its beginning, leaves nothing of it: {@link EndFaults}. */
class FaultsInEndsTest {
    private static final String[] PATH = {
        "session.CloseCodes",
        "session.ConnectionEnd",
        "session.ConnectionState",
        "session.OwedActions",
        "session.SessionRegistry",
        "session.SessionTimeouts",
        "session.WebSocketConnection",
        "session.WebSocketSession",
        "transport.EndedSends",
        "transport.OutboundQueue"
    };

    @ParameterizedTest
    @ValueSource(
            classes = {
                EndFaults.PeerCloses.class,
                EndFaults.WeClose.class,
                EndFaults.Reset.class,
                EndFaults.Violation.class
            })
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void atNoPlaceOfASessionsEndDoesALackOfMemoryLeaveSomethingOfIt(Class<?> end) throws Exception {
        assertNothingWrong(end);
    }

    @ParameterizedTest
    @ValueSource(classes = {OpeningFaults.OnOpenThrows.class})
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void atNoPlaceOfAnOpeningDoesALackOfMemoryLeaveASessionThatIsNeitherOpenNorEnded(Class<?> opening)
            throws Exception {
        assertNothingWrong(opening);
    }

    private static void assertNothingWrong(Class<?> scenario) throws Exception {
        List<String> wrong = FaultInjection.run(scenario, Faults.Kind.NO_MEMORY, PATH);
        assertEquals("", String.join("\n", wrong));
    }
}
