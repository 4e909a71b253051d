package dev.hawser.war;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.servlet.RawClient;
import dev.hawser.war.WarServer.Beside;
import dev.hawser.war.WarServer.Container;
import java.io.InputStream;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An endpoint class in a jar of WEB-INF/lib that the application's web.xml keeps the container from scanning. */
class UnscannedJarTest {
    private static final String ORDERING = "<absolute-ordering><name>hawser_websocket</name></absolute-ordering>";

    private final RecordedLog log = new RecordedLog("dev.hawser.servlet");

    @AfterEach
    void close() {
        log.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"JETTY", "TOMCAT_10", "TOMCAT_11"})
    void theFirstHandshakeThatNobodyAnswersTellsOfItOnce(Container container) throws Exception {
        try (WarServer server = WarServer.start(container, Beside.NOTHING, war(ORDERING), Map.of())) {
            for (int i = 0; i < 3; i++) {
                try (RawClient refused = server.connect("/hidden")) {
                    assertEquals(404, refused.status());
                }
            }
            try (RawClient client = server.connect("/echo")) {
                client.upgraded().assertEchoes("those of WEB-INF/classes are there");
            }
            String warning = log.onlyWarning();
            assertTrue(warning.contains(HiddenEndpoint.class.getName() + " in hidden.jar"), warning);
            assertTrue(warning.contains("<others/>"), warning);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"JETTY", "TOMCAT_10", "TOMCAT_11"})
    void ofAJarThatIsScannedThereIsNothingToTell(Container container) throws Exception {
        try (WarServer server = WarServer.start(container, Beside.NOTHING, war(""), Map.of())) {
            try (RawClient refused = server.connect("/nowhere")) {
                assertEquals(404, refused.status());
            }
            try (RawClient client = server.connect("/hidden")) {
                client.upgraded().assertEchoes("here");
            }
        }
        log.assertNoWarnings();
    }

    private static byte[] war(String webXml) throws Exception {
        String name = HiddenEndpoint.class.getName().replace('.', '/') + ".class";
        try (InputStream in = HiddenEndpoint.class.getClassLoader().getResourceAsStream(name)) {
            byte[] jar = new Archive().file(name, in.readAllBytes()).build();
            return WarServer.war(webXml).file("WEB-INF/lib/hidden.jar", jar).build();
        }
    }
}
