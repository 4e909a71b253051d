package dev.hawser.internal.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.protocol.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The laws of a connection's life, in every position that it can come to. */
class ConnectionStateTest {
    private static final int DEPTH = 6;

    /** A world that has been come to, and how. */
    private record Place(ConnectionWorld world, @Nullable Place before, String step) {
        List<String> way() {
            List<String> way = new ArrayList<>();
            for (Place place = this; place != null; place = place.before) {
                way.add(0, place.step);
            }
            return way;
        }
    }

    /** Each event in each position, and each action in each position done, or throwing before or behind its effect. */
    @ParameterizedTest
    @EnumSource(Role.class)
    void theLawsHoldInTheWholeReachableGraph(Role role) {
        walkGraph(role, 0, 1);
    }

    /** While one thread is in an action, others tell of more and carry out what is not of its lane. */
    @ParameterizedTest
    @EnumSource(Role.class)
    void theLawsHoldInTheWholeReachableGraphOfTwoThreads(Role role) {
        walkGraph(role, 1, 0);
    }

    private static void walkGraph(Role role, int hanging, int throwing) {
        Set<String> seen = new HashSet<>();
        ArrayDeque<Place> open = new ArrayDeque<>();
        ConnectionWorld first = new ConnectionWorld(role);
        seen.add(first.position());
        open.add(new Place(first, null, "accepted"));
        Set<Stage> states = EnumSet.noneOf(Stage.class);
        while (!open.isEmpty()) {
            Place here = open.remove();
            states.add(here.world.state.state());
            assertEquals("", here.world.brokenLaw(), () -> String.valueOf(here.way()));
            assertCutLeadsToTheEnd(role, here.world, here::way);
            for (String step : here.world.steps(hanging, throwing)) {
                ConnectionWorld next = here.world.copy(role);
                next.step(step);
                if (seen.add(next.position())) {
                    open.add(new Place(next, here, step));
                }
            }
        }
        assertEquals(EnumSet.allOf(Stage.class), states);
        assertTrue(seen.size() > 10_000, () -> "only " + seen.size() + " positions");
    }

    private static void assertCutLeadsToTheEnd(Role role, ConnectionWorld from, Supplier<List<String>> way) {
        ConnectionWorld world = from.copy(role);
        world.step("cut");
        world.calmDown();
        if (!world.opened) {
            assertEquals("", world.brokenLawOfTheEnd(), () -> way.get() + ", cut");
            world.step("transportOpened"); // it may come late
            world.calmDown();
        }
        assertEquals("", world.brokenLawOfTheEnd(), () -> way.get() + ", cut");
    }

    /**
     * Whatever comes, also what no transport and no turn would tell then, and twice; what that makes due is done at
     * once.
     */
    @ParameterizedTest
    @EnumSource(Role.class)
    void theLawsHoldForAllSequencesOfEvents(Role role) {
        List<String> events = new ArrayList<>(ConnectionWorld.EVENTS.keySet());
        events.addAll(ConnectionWorld.ANSWERS.keySet());
        events.add("transportOpened");
        events.add("turn");
        int sequences = walk(role, events, new ConnectionWorld(role), new ArrayList<>());
        assertTrue(sequences > 1000, () -> "only " + sequences + " sequences");
    }

    /**
     * Returns how many sequences begin with these. An event that changes nothing is not followed: what comes behind it
     * comes without it, too.
     */
    private static int walk(Role role, List<String> events, ConnectionWorld here, List<String> path) {
        int count = 1;
        if (path.size() == DEPTH) {
            return count;
        }
        for (String event : events) {
            path.add(event);
            ConnectionWorld after = here.copy(role);
            after.step(event);
            if (!after.settingUp) {
                after.drain();
            }
            assertEquals("", after.brokenLaw(), () -> String.valueOf(path));
            if (!after.position().equals(here.position())) {
                assertCutLeadsToTheEnd(role, after, () -> path);
                count += walk(role, events, after, path);
            }
            path.remove(path.size() - 1);
        }
        return count;
    }

    /** Any number of threads, and any number of actions that throw, as the seed will have it. */
    @ParameterizedTest
    @EnumSource(Role.class)
    void theLawsHoldHoweverManyThreadsAndFailuresThereAre(Role role) {
        for (long seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            ConnectionWorld world = new ConnectionWorld(role);
            List<String> way = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                List<String> steps = world.steps(3, 30);
                String step = steps.get(random.nextInt(steps.size()));
                way.add(step);
                world.step(step);
                assertEquals("", world.brokenLaw(), way::toString);
            }
            assertCutLeadsToTheEnd(role, world, () -> way);
        }
    }

    /** The diagram in docs/architecture.md is what the code does; what is there now is printed if they differ. */
    @Test
    void theDiagramIsThatOfTheCode() throws IOException {
        String document = Files.readString(Path.of("../docs/architecture.md"));
        String diagram = diagram();
        assertTrue(document.contains(diagram), () -> "docs/architecture.md should contain\n" + diagram);
    }

    /** Each state, and by which events it can lead to which other, all that is due being done and succeeding. */
    private static String diagram() {
        Map<Stage, Map<Stage, Set<String>>> ways = new EnumMap<>(Stage.class);
        for (Role role : Role.values()) {
            Set<String> seen = new HashSet<>();
            ArrayDeque<ConnectionWorld> open = new ArrayDeque<>(List.of(new ConnectionWorld(role)));
            while (!open.isEmpty()) {
                ConnectionWorld here = open.remove();
                for (String step : here.steps(0, 0)) {
                    ConnectionWorld next = here.copy(role);
                    next.step(step);
                    if (here.state.state() != next.state.state()) {
                        ways.computeIfAbsent(here.state.state(), state -> new EnumMap<>(Stage.class))
                                .computeIfAbsent(next.state.state(), state -> new TreeSet<>())
                                .add(name(step));
                    }
                    if (seen.add(next.position())) {
                        open.add(next);
                    }
                }
            }
        }
        StringBuilder diagram = new StringBuilder();
        ways.forEach((from, targets) -> targets.forEach((to, steps) ->
                diagram.append(String.format("%-14s -> %-14s : %s\n", from, to, String.join(", ", steps)))));
        return diagram.toString();
    }

    private static String name(String step) {
        return step.startsWith("done ")
                ? "freed"
                : step.replace(" midMessage", "").replace("turn", "delivered");
    }
}
