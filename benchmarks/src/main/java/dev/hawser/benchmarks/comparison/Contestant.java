package dev.hawser.benchmarks.comparison;

import java.util.List;

/**
 * One contestant: a server class, the jars it is run with, and its settings.
 *
 * @param name the name for {@code -Dbench.peers} and in tables
 * @param title a description for readers
 * @param server the class to start, by its simple name in {@code dev.hawser.benchmarks.contestant}, or by its full name
 * @param jars beginnings of the names of the jars on its class path
 * @param settings system properties of its process, as {@code name=value}
 * @param kind Hawser, a peer, or the limit
 */
public record Contestant(
        String name, String title, String server, List<String> jars, List<String> settings, Kind kind) {
    /** What a contestant is. */
    public enum Kind {
        /** Hawser. */
        HAWSER,
        /** Hawser that gets what is published from another node, by a broker; it only takes part with topics. */
        BEHIND_BROKER,
        /**
         * Hawser whose sockets hold little, so that a peer that does not read soon holds up what is sent to it; it only
         * takes part with topics that drop messages.
         */
        SMALL_BUFFERS,
        /** Another Jakarta WebSocket implementation. */
        PEER,
        /** No WebSocket at all. */
        RAW
    }

    boolean isRaw() {
        return kind == Kind.RAW;
    }

    boolean isBehindBroker() {
        return kind == Kind.BEHIND_BROKER;
    }

    boolean hasSmallBuffers() {
        return kind == Kind.SMALL_BUFFERS;
    }

    /** Whether the memory of its idle connections is measured, with permessage-deflate or without. */
    boolean holdsIdle(boolean compressed) {
        return !isBehindBroker() && !hasSmallBuffers() && (!compressed || compresses());
    }

    /** Whether it has permessage-deflate in this configuration. */
    boolean compresses() {
        return kind != Kind.RAW && !name.equals(Contestants.TYRUS);
    }

    /** The oldest Java that can run it. */
    int needsJava() {
        return settings.contains(Contestants.VIRTUAL_THREADS) ? 21 : 17;
    }

    /** This contestant without the settings that make compression equal. */
    public Contestant withDefaults() {
        List<String> others = settings.stream()
                .filter(setting -> !setting.equals(Contestants.TAKEOVER))
                .toList();
        return new Contestant(name, title, server, jars, others, kind);
    }
}
