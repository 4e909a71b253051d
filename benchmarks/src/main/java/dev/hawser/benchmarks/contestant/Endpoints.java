package dev.hawser.benchmarks.contestant;

import java.util.Set;

/** The endpoint classes that every Jakarta contestant serves: the same classes in every process. */
public final class Endpoints {
    /** All endpoint classes. */
    public static final Set<Class<?>> ALL = Set.of(
            EchoEndpoint.class,
            MediumEchoEndpoint.class,
            LargeEchoEndpoint.class,
            BasicEchoEndpoint.class,
            AsyncEchoEndpoint.class,
            SlowEchoEndpoint.class,
            BroadcastEndpoint.class,
            BasicBroadcastEndpoint.class);

    /** The most bytes of a message to {@link MediumEchoEndpoint} and to the broadcasts. */
    static final int MEDIUM = 64 * 1024;

    /** The most bytes of a message to {@link LargeEchoEndpoint}. */
    static final int LARGE = 1024 * 1024;

    private Endpoints() {}
}
