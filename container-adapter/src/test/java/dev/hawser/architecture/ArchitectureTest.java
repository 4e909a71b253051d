package dev.hawser.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The shape of the main sources of api-impl and container-adapter: ARCHITECTURE section 1. */
class ArchitectureTest {
    private static final ArchitectureRules RULES = new ArchitectureRules("dev.hawser");
    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.hawser");

    private static final int KNOWN_CIRCLE = 22;

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

    /** But for the one of package {@code session}, which is to be taken apart (ADR 012) and must not grow. */
    @Test
    void noMoreThanTwoClassesNeedOneAnother() {
        List<Set<String>> circles = ClassCircles.largerThan(2, MAIN, "dev.hawser");
        assertEquals(1, circles.size(), () -> "circles: " + circles);
        Set<String> known = circles.get(0);
        assertTrue(known.stream().allMatch(type -> type.startsWith("dev.hawser.internal.session.")), known::toString);
        assertTrue(known.size() <= KNOWN_CIRCLE, () -> known.size() + " classes need one another: " + known);
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
}
