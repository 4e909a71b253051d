package dev.hawser.war;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.hawser.internal.servlet.RawClient;
import dev.hawser.war.WarServer.Beside;
import dev.hawser.war.WarServer.Container;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The drop-in jar in WEB-INF/lib of a real WAR, on containers that know nothing of WebSocket. */
class DropInJarTest {
    @ParameterizedTest
    @EnumSource
    void theDropInJarNeedsNothingOfTheServer(Container container) throws Exception {
        try (RecordedLog log = new RecordedLog("dev.hawser.servlet");
                WarServer server = start(container);
                RawClient client = server.connect("/echo")) {
            client.upgraded().sendText("where");
            assertEquals("hawser.jar hawser.jar", client.readFrame().text());
            client.assertEchoes("hello");
            assertEquals("dev.hawser.internal.server.EndpointServerContainer", server.serverContainer());
            log.assertNoWarnings();
        }
    }

    @ParameterizedTest
    @EnumSource
    void stopSends1001(Container container) throws Exception {
        try (WarServer server = start(container);
                RawClient client = server.connect("/echo")) {
            client.upgraded().assertEchoes("hello");
            Thread stop = server.stopping();
            assertEquals(1001, client.readCloseCode());
            client.sendFrame(0x88, new byte[] {0x03, (byte) 0xe9});
            stop.join(20_000);
            assertFalse(stop.isAlive());
        }
    }

    private static WarServer start(Container container) throws Exception {
        return WarServer.start(container, Beside.NOTHING, WarServer.war("").build(), Map.of());
    }
}
