package dev.hawser.internal.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hawser.faults.FaultInjection;
import dev.hawser.faults.Faults;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * An error of the JVM at any place where sends end loses no SendHandler and no Future: {@link SendHandlerFaults}.
 */
class FaultsInSendHandlersTest {
    private static final String[] PATH = {
        "connection.CompletedSends",
        "connection.ConnectionWiring",
        "connection.MessageSender",
        "connection.SendFuture$Outcome",
        "connection.TransportReader",
        "connection.WebSocketConnection",
        "session.AsyncRemote",
        "session.HandlerCompletion",
        "session.SendResults",
        "transport.EndedSends",
        "transport.OutboundBounds",
        "transport.OutboundEnd",
        "transport.OutboundQueue",
        "transport.OutstandingWrite",
        "transport.PendingSend",
        "transport.Progress"
    };

    private static final String[] ON_THE_EVENT_LOOP = {
        "connection.CompletedSends",
        "connection.MessageDispatcher",
        "connection.MessageSender",
        "dispatch.DispatchThreads$Queue",
        "dispatch.DrainDispatcher",
        "dispatch.FollowingTurns",
        "session.AsyncRemote",
        "session.HandlerCompletion",
        "transport.EndedSends",
        "transport.OutboundQueue",
        "transport.PendingSend"
    };

    @ParameterizedTest
    @EnumSource
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void norDoesOneWhereTheHandlersFollowACallbackOnTheEventLoop(Faults.Kind kind) throws Exception {
        List<String> wrong = FaultInjection.run(SendHandlerFaults.OnTheEventLoop.class, kind, ON_THE_EVENT_LOOP);
        assertEquals("", String.join("\n", wrong));
    }

    @ParameterizedTest
    @EnumSource
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void atNoPlaceWhereSendsEndDoesAnErrorLoseASendHandlerOrTellItTwice(Faults.Kind kind) throws Exception {
        List<String> wrong = FaultInjection.run(SendHandlerFaults.class, kind, PATH);
        assertEquals("", String.join("\n", wrong));
    }
}
