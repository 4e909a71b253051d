package dev.hawser.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each rule of {@link ArchitectureRules} is shown the tree {@code dev.hawser.architecture.seeded}, laid out like the
 * real one, in which one class per rule breaks it. A rule that passes there guards nothing.
 */
class GuardsTest {
    private static final String SEEDED = "dev.hawser.architecture.seeded";
    private static final JavaClasses CLASSES = new ClassFileImporter().importPackages(SEEDED);

    static Stream<Arguments> guards() {
        return Stream.of(
                guard("arrows: upwards", ArchitectureRules::arrows, "internal.transport.UsesSession"),
                guard("arrows: sideways", ArchitectureRules::arrows, "internal.client.UsesServer"),
                guard("arrows: servlet to jetty", ArchitectureRules::arrows, "internal.servlet.UsesJetty"),
                guard("arrows: dispatch", ArchitectureRules::arrows, "internal.dispatch.UsesProtocol"),
                guard("arrows: connection", ArchitectureRules::arrows, "internal.connection.UsesSession"),
                guard(
                        "connection: session",
                        ArchitectureRules::connectionKnowsNoSession,
                        "internal.connection.UsesAJakartaSession"),
                guard("arrows: public type", ArchitectureRules::arrows, "PublicTypeUsesClient"),
                guard("unknown package", ArchitectureRules::everyPackageHasItsPlace, "misc.HasNoPlace"),
                guard("cycle", ArchitectureRules::noPackageCycles, "internal.endpoint.HalfOfACycle"),
                guard("protocol: I/O", ArchitectureRules::protocolIsPureComputation, "internal.protocol.ReadsAFile"),
                guard(
                        "protocol: channels",
                        ArchitectureRules::protocolIsPureComputation,
                        "internal.protocol.OpensAChannel"),
                guard(
                        "protocol: clock",
                        ArchitectureRules::protocolHasNoThreadsClocksOrLogs,
                        "internal.protocol.LooksAtAClock"),
                guard("protocol: log", ArchitectureRules::protocolHasNoThreadsClocksOrLogs, "internal.protocol.Logs"),
                guard("protocol: lock", ArchitectureRules::protocolHasNoLocks, "internal.protocol.Locks"),
                guard(
                        "protocol: synchronized",
                        ArchitectureRules::protocolHasNoLocks,
                        "internal.protocol.Synchronizes"),
                guard("servlet", ArchitectureRules::servletTypesStayInTheAdapters, "internal.server.UsesAServlet"),
                guard(
                        "jetty",
                        ArchitectureRules::jettyTypesStayInTheJettyTransport,
                        "internal.servlet.UsesAJettyServer"),
                guard(
                        "tomcat",
                        ArchitectureRules::tomcatTypesStayInTheTomcatTransport,
                        "internal.servlet.UsesATomcatSocket"),
                guard(
                        "undertow",
                        ArchitectureRules::undertowTypesStayInTheUndertowTransport,
                        "internal.servlet.UsesAnUndertowConnection"),
                guard("arrows: servlet to undertow", ArchitectureRules::arrows, "internal.servlet.UsesUndertow"),
                guard("arrows: servlet to tomcat", ArchitectureRules::arrows, "internal.servlet.UsesTomcat"),
                guard("network", ArchitectureRules::networkStaysAtTheEdges, "internal.session.OpensASocket"),
                guard("names", ArchitectureRules::namesSayWhatTheTypeIs, "internal.session.SessionManager"),
                guard("inheritance", ArchitectureRules::noInheritanceAmongOurClasses, "internal.session.Child"),
                guard(
                        "reflection",
                        ArchitectureRules::userCodeIsCalledThroughMethodHandles,
                        "internal.session.Reflects"),
                guard("print", ArchitectureRules::nothingIsPrinted, "internal.session.Prints"),
                guard("log", ArchitectureRules::logsGoThroughSystemLogger, "internal.session.LogsElsewhere"),
                guard("sleep", ArchitectureRules::nothingSleeps, "internal.session.Sleeps"),
                guard(
                        "JVM hook",
                        ArchitectureRules::nothingHooksIntoTheEndOfTheJvm,
                        "internal.session.HooksIntoTheEnd"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("guards")
    void ruleFailsOnItsSeededViolation(String name, Function<ArchitectureRules, ArchRule> rule, String violator) {
        var failures = rule.apply(new ArchitectureRules(SEEDED))
                .evaluate(CLASSES)
                .getFailureReport()
                .getDetails();
        assertTrue(
                failures.stream().anyMatch(f -> f.contains(SEEDED + "." + violator)),
                name + " did not see " + violator + " but: " + failures);
    }

    @Test
    void innocentClassBreaksNoRule() {
        JavaClasses innocent =
                new ClassFileImporter().importClasses(dev.hawser.architecture.seeded.internal.protocol.Refusal.class);
        guards().map(g -> (Function<?, ?>) g.get()[1]).distinct().forEach(rule -> {
            @SuppressWarnings("unchecked")
            var typed = (Function<ArchitectureRules, ArchRule>) rule;
            typed.apply(new ArchitectureRules(SEEDED)).check(innocent);
        });
    }

    @Test
    void circleOfThreeClassesIsSeenThoughTheyImportNothing() {
        String circle = SEEDED + ".internal.transport.Circle";
        assertEquals(
                List.of(Set.of(circle + "A", circle + "B", circle + "C")), ClassCircles.largerThan(2, CLASSES, SEEDED));
    }

    @Test
    void synchronizedBlockIsSeenInTheSource() throws IOException {
        Path seeded = Path.of("src/test/java/dev/hawser/architecture/seeded/internal/protocol");
        assertEquals(List.of("SynchronizesABlock.java"), SynchronizedBlocks.in(seeded));
    }

    private static Arguments guard(String name, Function<ArchitectureRules, ArchRule> rule, String violator) {
        return Arguments.of(name, rule, violator);
    }
}
