package dev.hawser.tck.official;

import dev.hawser.tck.official.TestOutcome.Status;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds the differences between a run and what is expected.
 *
 * <p>Differences are: a test that did not pass and is not listed, a listed test that passed or did not run, a test that
 * ran twice, and, for a run of the whole TCK, a number of classes or tests that is not the TCK's. A skipped test counts
 * as not passed.
 */
public final class Gate {

    private final int classes;
    private final int tests;

    /** A gate for a TCK of so many classes and tests. */
    public Gate(int classes, int tests) {
        this.classes = classes;
        this.tests = tests;
    }

    /** The differences of a run of the whole TCK, one sentence each. */
    public List<String> differences(List<TestOutcome> outcomes, ExpectedFailures expected) {
        List<String> differences = differencesOfSubset(outcomes, expected);
        Set<String> ran = outcomes.stream().map(TestOutcome::id).collect(Collectors.toSet());
        for (String id : expected.ids()) {
            if (!ran.contains(id)) {
                differences.add("listed as an expected failure, but did not run: " + id);
            }
        }
        long classesRun =
                outcomes.stream().map(TestOutcome::className).distinct().count();
        if (classesRun != classes) {
            differences.add("test classes run: " + classesRun + ", the TCK has " + classes);
        }
        if (outcomes.size() != tests) {
            differences.add("tests run: " + outcomes.size() + ", the TCK has " + tests);
        }
        return differences;
    }

    /** The differences of a run of a few tests, whose numbers are not compared. The caller may add to the list. */
    public List<String> differencesOfSubset(List<TestOutcome> outcomes, ExpectedFailures expected) {
        List<String> differences = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (TestOutcome outcome : outcomes) {
            boolean passed = outcome.status() == Status.PASSED;
            boolean listed = expected.ids().contains(outcome.id());
            if (!seen.add(outcome.id())) {
                differences.add("ran more than once: " + outcome.id());
            }
            if (passed && listed) {
                differences.add("listed as an expected failure, but passed: " + outcome.id());
            }
            if (!passed && !listed) {
                differences.add(outcome.status() + " " + outcome.id()
                        + (outcome.message().isEmpty() ? "" : ": " + outcome.message()));
            }
        }
        return differences;
    }
}
