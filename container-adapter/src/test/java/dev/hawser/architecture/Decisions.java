package dev.hawser.architecture;

import dev.hawser.architecture.CallTrace.Recording;
import dev.hawser.architecture.CallTrace.Step;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which methods hold a decision on an event. The event has neighbours: what could have happened in its place. On each
 * thread that carries it on, the first branch at which a neighbour goes another way decides between the two. What
 * differs behind it is a consequence: a queue is empty because nothing was put into it. What goes the same way whatever
 * happens (a lock that is free, a buffer that has room) does not decide on the event, and what differs between two runs
 * of the same event (which thread is faster, the clock) decides on something else.
 */
final class Decisions {
    private Decisions() {}

    /**
     * The methods that decide, in the order in which the event enters them, each with the neighbours that part there.
     *
     * @param neighbours by their names
     */
    static Map<String, Set<String>> on(List<Recording> event, Map<String, List<Recording>> neighbours) {
        Map<String, Set<String>> parting = new LinkedHashMap<>();
        neighbours.forEach((name, runs) -> {
            for (String thread : event.get(0).steps().keySet()) {
                if (thread.equals(Thread.currentThread().getName())) {
                    continue; // what the application calls on its own thread is the application's decision
                }
                String method = parting(stepsOf(event, thread), stepsOf(runs, thread));
                if (method != null) {
                    parting.computeIfAbsent(method, first -> new LinkedHashSet<>())
                            .add(name);
                }
            }
        });
        Map<String, Set<String>> inOrder = new LinkedHashMap<>();
        for (String method : entered(event)) {
            if (parting.containsKey(method)) {
                inOrder.put(method, parting.get(method));
            }
        }
        return inOrder;
    }

    /** The methods that an event has entered in any of its runs. */
    static List<String> entered(List<Recording> event) {
        Set<String> entered = new LinkedHashSet<>();
        event.forEach(run -> entered.addAll(run.entered()));
        return new ArrayList<>(entered);
    }

    private static List<List<Step>> stepsOf(List<Recording> runs, String thread) {
        return runs.stream()
                .map(run -> run.steps().getOrDefault(thread, List.of()))
                .toList();
    }

    /** The method of the first branch that two events leave different ways; null if they go the same way. */
    private static String parting(List<List<Step>> event, List<List<Step>> neighbour) {
        Set<String> unsettled = new HashSet<>(unsettled(event));
        unsettled.addAll(unsettled(neighbour));
        List<Step> ways = without(unsettled, event.get(0));
        List<Step> others = without(unsettled, neighbour.get(0));
        for (int i = 0; i < Math.min(ways.size(), others.size()); i++) {
            if (!ways.get(i).equals(others.get(i))) {
                String place = ways.get(i).place();
                // Two places: what is not settled, such as which thread is faster, has led to them, and no branch.
                return place.equals(others.get(i).place()) ? place.substring(0, place.indexOf('(')) : null;
            }
        }
        return null;
    }

    private static List<Step> without(Set<String> places, List<Step> steps) {
        return steps.stream().filter(step -> !places.contains(step.place())).toList();
    }

    /** The branches that the runs of one event leave different ways, or a different number of times. */
    private static Set<String> unsettled(List<List<Step>> runs) {
        Set<String> unsettled = new HashSet<>();
        Map<String, List<Integer>> first = byPlace(runs.get(0));
        for (List<Step> run : runs) {
            Map<String, List<Integer>> ways = byPlace(run);
            Set<String> places = new HashSet<>(first.keySet());
            places.addAll(ways.keySet());
            places.removeIf(place -> first.getOrDefault(place, List.of()).equals(ways.get(place)));
            unsettled.addAll(places);
        }
        return unsettled;
    }

    private static Map<String, List<Integer>> byPlace(List<Step> steps) {
        Map<String, List<Integer>> ways = new LinkedHashMap<>();
        steps.forEach(step ->
                ways.computeIfAbsent(step.place(), place -> new ArrayList<>()).add(step.way()));
        return ways;
    }
}
