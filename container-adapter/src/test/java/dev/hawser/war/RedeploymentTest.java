package dev.hawser.war;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hawser.Dispatch;
import dev.hawser.war.WarServer.Beside;
import dev.hawser.war.WarServer.Container;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A WAR is deployed and undeployed again and again while its clients go on sending; nothing of it is left, and nothing
 * of Hawser where that is in the WAR. A few times in each build. With {@code -Pleaks} a hundred times, on each
 * container in a JVM of its own, where native memory counts, too; and then it is made sure that each kind of leak would
 * be seen.
 */
class RedeploymentTest {
    /** Set where each row has a JVM of its own. */
    private static final String ALONE = "hawser.test.redeployments.alone";

    private static final int CYCLES = Integer.getInteger("hawser.test.redeployments", 8);

    @ParameterizedTest
    @CsvSource({
        "JETTY, NOTHING",
        "JETTY, HAWSER",
        "TOMCAT_10, NOTHING",
        "TOMCAT_11, NOTHING",
        "TOMCAT_11, HAWSER",
        "UNDERTOW, NOTHING",
        "UNDERTOW, HAWSER",
        "UNDERTOW, OWN"
    })
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void nothingIsLeft(Container container, Beside beside) throws Exception {
        if (!Boolean.getBoolean(ALONE)) {
            assertEquals(Set.of(), new Redeployment(container, beside, CYCLES, Seed.NOTHING, Map.of()).run());
            return;
        }
        List<String> lines = alone(container, beside, CYCLES, Seed.NOTHING);
        assertEquals(List.of(Redeployment.RESULT + Set.of()), resultsOf(lines), () -> ofTheRedeployment(lines));
        assertEquals(List.of(), complaintsOfTomcat(lines));
    }

    @ParameterizedTest
    @EnumSource(
            value = Container.class,
            names = {"JETTY", "TOMCAT_11", "UNDERTOW"})
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void nothingIsLeftOnVirtualThreads(Container container) throws Exception {
        assumeTrue(Dispatch.VIRTUAL_THREADS.isSupported(), "virtual threads are Java 21");
        Map<String, String> parameters = Map.of("dev.hawser.dispatch", "virtual-threads");
        assertEquals(Set.of(), new Redeployment(container, Beside.NOTHING, CYCLES, Seed.NOTHING, parameters).run());
    }

    @ParameterizedTest
    @EnumSource
    @EnabledIfSystemProperty(named = ALONE, matches = "true")
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void whatIsLeftOnPurposeIsSeen(Seed seed) throws Exception {
        List<String> lines = alone(Container.UNDERTOW, Beside.NOTHING, 30, seed);
        assertEquals(List.of(Redeployment.RESULT + seed.seenAs), resultsOf(lines), () -> ofTheRedeployment(lines));
    }

    private static List<String> alone(Container container, Beside beside, int cycles, Seed seed) throws Exception {
        List<String> lines = OwnJvm.run(container.name(), beside.name(), String.valueOf(cycles), seed.name());
        System.out.println(ofTheRedeployment(lines));
        return lines;
    }

    private static List<String> resultsOf(List<String> lines) {
        return lines.stream()
                .filter(line -> line.startsWith(Redeployment.RESULT))
                .toList();
    }

    private static String ofTheRedeployment(List<String> lines) {
        return String.join(
                "\n",
                lines.stream()
                        .filter(line -> line.contains(", Hawser ") || line.startsWith(Redeployment.RESULT))
                        .toList());
    }

    /** Tomcat looks at what an application leaves in its threads. */
    private static List<String> complaintsOfTomcat(List<String> lines) {
        return lines.stream()
                .filter(line -> line.contains("memory leak") && line.contains("hawser"))
                .toList();
    }
}
