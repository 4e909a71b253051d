package dev.hawser.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hawser.faults.FaultInjection;
import dev.hawser.faults.Faults;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An error of the Java machine at any place where sends end loses no SendHandler and no Future: {@link SendHandlerFaults}. */
class FaultsInSendHandlersTest {
    private static final String[] PATH = {
        "session.AsyncRemote",
        "session.CompletedSends",
        "session.HandlerCompletion",
        "session.MessageSender",
        "session.SendFuture$Outcome",
        "session.SendResults",
        "session.TransportReader",
        "session.WebSocketConnection",
        "transport.EndedSends",
        "transport.OutboundQueue",
        "transport.OutstandingWrite",
        "transport.PendingSend"
    };

    @ParameterizedTest
    @EnumSource
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void atNoPlaceWhereSendsEndDoesAnErrorLoseASendHandlerOrTellItTwice(Faults.Kind kind) throws Exception {
        List<String> wrong = FaultInjection.run(SendHandlerFaults.class, kind, PATH);
        assertEquals("", String.join("\n", wrong));
    }
}
