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
 * An error of the JVM at any place where the timer looks at a session ends none of its deadlines: {@link
 * TimeoutFaults}.
 */
class FaultsInTimeoutsTest {
    private static final String[] PATH = {
        "connection.CloseCodes",
        "connection.ConnectionEnd",
        "connection.ConnectionState",
        "connection.ConnectionWiring",
        "connection.DeadlineQueue",
        "connection.KeepAlive",
        "connection.MessageRate",
        "connection.OwedActions",
        "connection.ReadingClock",
        "connection.SessionTimeouts",
        "connection.TimerEntry",
        "connection.TransportReader",
        "connection.WebSocketConnection",
        "transport.EndedSends",
        "transport.OutboundBounds",
        "transport.OutboundEnd",
        "transport.OutboundFrames",
        "transport.OutboundQueue",
        "transport.PendingSends",
        "transport.Progress",
        "transport.WaitingControlFrames"
    };

    static Stream<Arguments> looks() {
        return Stream.of(
                        TimeoutFaults.KeepAlive.class,
                        TimeoutFaults.NoPong.class,
                        TimeoutFaults.Idle.class,
                        TimeoutFaults.CloseDeadline.class,
                        TimeoutFaults.SendDeadline.class)
                .flatMap(scenario -> Arrays.stream(Faults.Kind.values()).map(kind -> Arguments.of(scenario, kind)));
    }

    @ParameterizedTest
    @MethodSource("looks")
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void atNoPlaceWhereTheTimerLooksDoesAnErrorEndTheDeadlinesOfASession(Class<?> look, Faults.Kind kind)
            throws Exception {
        int places = kind == Faults.Kind.NO_STACK ? 30 : 1;
        List<String> wrong = FaultInjection.run(look, kind, places, PATH);
        assertEquals("", String.join("\n", wrong));
    }
}
