package dev.hawser.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The shape of the main sources of api-impl and container-adapter: ARCHITECTURE section 1. */
class ArchitectureTest {
    private static final ArchitectureRules RULES = new ArchitectureRules("dev.hawser");
    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.hawser");

    @Test
    void guardsSeeTheCode() {
        assertFalse(MAIN.isEmpty(), "no class of dev.hawser on the class path");
        assertFalse(MAIN.contain("dev.hawser.architecture.ArchitectureTest"), "tests are not main code");
    }

    @Test
    void packagesUseOnlyWhatLiesBelowThem() {
        RULES.arrows().check(MAIN);
        RULES.everyPackageHasItsPlace().check(MAIN);
        RULES.noPackageCycles().check(MAIN);
    }

    @Test
    void noMoreThanTwoClassesNeedOneAnother() {
        assertEquals(List.of(), ClassCircles.largerThan(2, MAIN, "dev.hawser"));
    }

    @Test
    void connectionKnowsNoSessionOfJakartas() {
        RULES.connectionKnowsNoSession().check(MAIN);
    }

    @Test
    void protocolIsPureComputation() throws IOException {
        RULES.protocolIsPureComputation().check(MAIN);
        RULES.protocolHasNoThreadsClocksOrLogs().check(MAIN);
        RULES.protocolHasNoLocks().check(MAIN);
        assertEquals(
                List.of(), SynchronizedBlocks.in(Path.of("../api-impl/src/main/java/dev/hawser/internal/protocol")));
    }

    @Test
    void foreignTypesStayWhereTheyBelong() {
        RULES.servletTypesStayInTheAdapters().check(MAIN);
        RULES.jettyTypesStayInTheJettyTransport().check(MAIN);
        RULES.tomcatTypesStayInTheTomcatTransport().check(MAIN);
        RULES.undertowTypesStayInTheUndertowTransport().check(MAIN);
        RULES.networkStaysAtTheEdges().check(MAIN);
    }

    @Test
    void namesSayWhatTheTypeIs() {
        RULES.namesSayWhatTheTypeIs().check(MAIN);
    }

    @Test
    void noClassExtendsAClassOfOurs() {
        RULES.noInheritanceAmongOurClasses().check(MAIN);
    }

    @Test
    void userCodeIsCalledThroughMethodHandles() {
        RULES.userCodeIsCalledThroughMethodHandles().check(MAIN);
    }

    @Test
    void nothingIsPrintedAndLogsGoThroughSystemLogger() {
        RULES.nothingIsPrinted().check(MAIN);
        RULES.logsGoThroughSystemLogger().check(MAIN);
    }

    @Test
    void nothingSleeps() {
        RULES.nothingSleeps().check(MAIN);
    }

    @Test
    void nothingHooksIntoTheEndOfTheJvm() {
        RULES.nothingHooksIntoTheEndOfTheJvm().check(MAIN);
    }
}
