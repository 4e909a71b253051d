package dev.hawser.internal.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hawser.faults.FaultInjection;
import dev.hawser.faults.Faults;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An error of the JVM at any place of a turn costs one session at most: {@link TurnFaults}. */
class FaultsInTurnsTest {
    @ParameterizedTest
    @EnumSource
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void atNoPlaceOfATurnDoesAnErrorSilenceASessionOrStopAThread(Faults.Kind kind) throws Exception {
        List<String> wrong = FaultInjection.run(TurnFaults.class, kind);
        assertEquals("", String.join("\n", wrong));
    }
}
