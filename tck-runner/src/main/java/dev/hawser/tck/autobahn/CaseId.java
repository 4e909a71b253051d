package dev.hawser.tck.autobahn;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The number of a case of the suite, such as 2.10 or 6.4.1. Ordered as the suite runs them: 2.9 comes before 2.10.
 *
 * @param parts the numbers between the dots, the first being the section
 */
public record CaseId(List<Integer> parts) implements Comparable<CaseId> {

    /** Defensive copy. @throws IllegalArgumentException if there are fewer than two numbers */
    public CaseId {
        parts = List.copyOf(parts);
        if (parts.size() < 2) {
            throw new IllegalArgumentException("Not a case number such as 6.4.1: " + parts);
        }
    }

    /** Reads a number. @throws IllegalArgumentException if it is not of the form 6.4.1 */
    public static CaseId parse(String text) {
        if (!text.matches("\\d{1,4}(\\.\\d{1,4})+")) {
            throw new IllegalArgumentException("Not a case number such as 6.4.1: " + text);
        }
        return new CaseId(
                Arrays.stream(text.split("\\.", -1)).map(Integer::valueOf).toList());
    }

    /** The first of its numbers. */
    public int section() {
        return parts.get(0);
    }

    @Override
    public int compareTo(CaseId other) {
        return Arrays.compare(parts.toArray(Integer[]::new), other.parts.toArray(Integer[]::new));
    }

    @Override
    public String toString() {
        return parts.stream().map(String::valueOf).collect(Collectors.joining("."));
    }
}
