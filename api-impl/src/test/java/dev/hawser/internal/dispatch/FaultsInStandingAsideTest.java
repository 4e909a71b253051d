package dev.hawser.internal.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hawser.faults.FaultInjection;
import dev.hawser.faults.Faults;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An error of the JVM where a turn stands aside holds up no other turn: {@link StandingAsideFaults}. */
class FaultsInStandingAsideTest {
    @ParameterizedTest
    @EnumSource
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void atNoPlaceWhereATurnStandsAsideDoesAnErrorHoldUpOthers(Faults.Kind kind) throws Exception {
        List<String> wrong = FaultInjection.run(StandingAsideFaults.class, kind, "dispatch.");
        assertEquals("", String.join("\n", wrong));
    }
}
