package dev.hawser.benchmarks.contestant;

import java.util.HashSet;
import java.util.Set;

/**
 * The endpoint classes that every Jakarta contestant serves: the same classes for all of them, but for topics, in whose
 * place the peers have a loop.
 */
public final class Endpoints {
    /** The endpoint classes of the comparison. */
    private static final Set<Class<?>> ALL = Set.of(
            EchoEndpoint.class,
            MediumEchoEndpoint.class,
            LargeEchoEndpoint.class,
            BasicEchoEndpoint.class,
            AsyncEchoEndpoint.class,
            SlowEchoEndpoint.class,
            BroadcastEndpoint.class,
            BasicBroadcastEndpoint.class);

    /**
     * The endpoint classes for attackers, which are served instead of the others if the system property {@code
     * contestant.attacked} is set.
     */
    private static final Set<Class<?>> ATTACKED =
            Set.of(AttackedEcho.class, AttackedBytes.class, AttackedText.class, AttackedFeed.class, AttackedRoom.class);

    /** The most bytes of a message to {@link MediumEchoEndpoint} and to the broadcasts. */
    static final int MEDIUM = 64 * 1024;

    /** The most bytes of a message to {@link LargeEchoEndpoint}. */
    static final int LARGE = 1024 * 1024;

    private Endpoints() {}

    /** The classes that this process serves. */
    public static Set<Class<?>> served() {
        if (Boolean.getBoolean("contestant.attacked")) {
            return ATTACKED;
        }
        Set<Class<?>> served = new HashSet<>(ALL);
        if (hasTopics()) {
            served.add(TopicEndpoint.class);
            served.add(DroppingTopicEndpoint.class);
        } else {
            served.add(OpenSessionsEndpoint.class);
        }
        return served;
    }

    private static boolean hasTopics() {
        try {
            Class.forName("dev.hawser.topic.Topics", false, Endpoints.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false; // a peer, without Hawser on its class path
        }
    }
}
