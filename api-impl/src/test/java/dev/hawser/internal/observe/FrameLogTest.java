package dev.hawser.internal.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.extension.Opcode;
import dev.hawser.internal.session.SessionHarness;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The log of frames is switched while sessions are open, and shows no payload. */
class FrameLogTest {
    /** A strong reference: a logger that nobody holds forgets its level. */
    private final Logger logger = Logger.getLogger("dev.hawser.frames");

    private final LoggedLines lines = new LoggedLines();

    @BeforeEach
    void listens() {
        lines.listenTo(logger);
    }

    @AfterEach
    void isAsBefore() {
        lines.leave(logger);
    }

    @Test
    void theLevelOfItsLoggerSwitchesItWhileSessionsAreOpen() {
        try (SessionHarness harness = new SessionHarness(new ObserverTest.Echo())) {
            harness.read(SessionHarness.text("secret"));
            SessionHarness.await("the echo", () -> harness.received().size() == 1);
            assertEquals(List.of(), lines.all);
            logger.setLevel(Level.FINE);
            SessionHarness.await(
                    "it is noticed", () -> !harness.runtime.observers().none());
            harness.read(SessionHarness.text("secret"));
            String session = "FINE session "
                    + SessionHarness.sessionOf(harness.connection).getId();
            lines.awaits(session + " received TEXT length=6 fin=1 rsv=0");
            lines.awaits(session + " sent TEXT length=6 fin=1 rsv=0");
            logger.setLevel(Level.INFO);
            SessionHarness.await(
                    "that is noticed, too", () -> harness.runtime.observers().none());
        }
    }

    @Test
    void aSessionOrAnEndpointIsLoggedByName() {
        try (SessionHarness harness = new SessionHarness(new ObserverTest.Echo())) {
            String id = SessionHarness.sessionOf(harness.connection).getId();
            for (String name : List.of(id, "/test")) {
                lines.all.clear();
                harness.runtime.frameLog().log(name);
                harness.read(SessionHarness.frame(Opcode.PING, true, new byte[3]));
                lines.awaits("INFO session " + id + " received PING length=3 fin=1 rsv=0");
                lines.awaits("INFO session " + id + " sent PONG length=3 fin=1 rsv=0");
                harness.runtime.frameLog().stopLogging(name);
                assertTrue(harness.runtime.observers().none());
            }
            harness.runtime.frameLog().log("another");
            lines.all.clear();
            harness.read(SessionHarness.frame(Opcode.PING, true, new byte[3]));
            harness.runtime.frameLog().stopLogging("another");
            assertEquals(List.of(), lines.all);
        }
    }

    @Test
    void aCloseIsLoggedWithItsCodeAndTheEndWithItsCause() {
        try (SessionHarness harness = new SessionHarness(new ObserverTest.Echo())) {
            String id = SessionHarness.sessionOf(harness.connection).getId();
            harness.runtime.frameLog().log(id);
            harness.read(SessionHarness.close(4001, "secret"));
            lines.awaits("INFO session " + id + " received CLOSE length=8 fin=1 rsv=0 code=4001");
            lines.awaits("INFO session " + id + " ended CLOSED_BY_PEER code=4001");
            assertTrue(lines.all.stream().noneMatch(line -> line.contains("secret")), lines.all::toString);
        }
    }
}
