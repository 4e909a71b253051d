package dev.hawser.benchmarks.comparison;

import dev.hawser.benchmarks.load.Compression;
import dev.hawser.benchmarks.load.Content;
import dev.hawser.benchmarks.load.Workload;
import dev.hawser.benchmarks.load.Workload.Kind;
import java.util.ArrayList;
import java.util.List;

/** All scenarios. */
final class Scenarios {
    private static final int KIB = 1024;
    private static final Workload SMALL = Workload.echo(Content.ASCII, 128, 50, 1);
    private static final Workload PIPELINED = Workload.echo(Content.ASCII, 64, 50, 32);
    private static final Workload TEXT_16K =
            Workload.echo(Content.ASCII, 16 * KIB, 50, 1).at("/medium");
    private static final Workload BINARY_64K =
            Workload.echo(Content.BINARY, 64 * KIB, 50, 1).at("/medium");
    private static final Workload CYCLE =
            Workload.echo(Content.ASCII, 128, 16, 1).as(Kind.CYCLE);
    private static final Workload JSON = Workload.echo(Content.JSON, KIB, 50, 1);

    private static final List<Scenario> ALL = List.of(
            echo("ping-pong-50", "ping-pong, 50 connections, 128 B text", SMALL),
            echo("ping-pong-1", "ping-pong, 1 connection, 128 B text", Workload.echo(Content.ASCII, 128, 1, 1)),
            echo("ping-pong-500", "ping-pong, 500 connections, 128 B text", Workload.echo(Content.ASCII, 128, 500, 1)),
            echo("pipelined", "pipelined, 50 connections, 32 in flight, 64 B text", PIPELINED),
            echo("ascii-1k", "ping-pong, 50 connections, 1 KiB ASCII", Workload.echo(Content.ASCII, KIB, 50, 1)),
            echo(
                    "utf8-1k",
                    "ping-pong, 50 connections, 1 KiB multi-byte UTF-8",
                    Workload.echo(Content.UTF_8, KIB, 50, 1)),
            echo("text-16k", "ping-pong, 50 connections, 16 KiB text", TEXT_16K),
            echo("binary-64k", "ping-pong, 50 connections, 64 KiB binary", BINARY_64K),
            echo(
                    "binary-1m",
                    "ping-pong, 10 connections, 1 MiB binary",
                    Workload.echo(Content.BINARY, KIB * KIB, 10, 1).at("/large")),
            new Scenario(
                    Scenario.BROADCAST,
                    "broadcast to 1000, 64 B, asynchronous sends",
                    broadcast(Content.ASCII, 64, 1000),
                    "delivery"),
            new Scenario(
                    "broadcast-basic",
                    "broadcast to 1000, 64 B, blocking sends",
                    broadcast(Content.ASCII, 64, 1000).at("/broadcast-basic"),
                    "delivery"),
            new Scenario("cycle", "connect, one echo, close; 16 at once", CYCLE, "cycle"),
            echo("deflate-takeover", "permessage-deflate with takeover, 1 KiB JSON", JSON.with(Compression.TAKEOVER)),
            echo(
                    "deflate-no-takeover",
                    "permessage-deflate without takeover, 1 KiB JSON",
                    JSON.with(Compression.NO_TAKEOVER)),
            echo("basic-50", "ping-pong, 50 connections, 128 B text, blocking send", SMALL.at("/basic")),
            echo("async-50", "ping-pong, 50 connections, 128 B text, asynchronous send", SMALL.at("/async")),
            echo("pipelined-basic", "pipelined, 64 B text, blocking send", PIPELINED.at("/basic")),
            echo("pipelined-async", "pipelined, 64 B text, asynchronous send", PIPELINED.at("/async")),
            echo("beside-slow", "ping-pong-50 beside 8 connections whose callbacks block for 100 ms", SMALL.beside(8)),
            echo(
                    "blocking-1000",
                    "1,000 connections, each of whose callbacks blocks for 100 ms",
                    Workload.echo(Content.ASCII, 128, 1000, 1).at("/slow")),
            new Scenario(
                    "broadcast-100",
                    "broadcast to 100, 16 KiB, asynchronous sends",
                    broadcast(Content.ASCII, 16 * KIB, 100),
                    "delivery"),
            new Scenario(
                    "broadcast-dead",
                    "the same with one reader that reads nothing",
                    broadcast(Content.ASCII, 16 * KIB, 100).beside(1),
                    "delivery"),
            topic("topic", "publish to a topic of 1000, 64 B", topic(Content.ASCII, 64, 1000)),
            topic(
                    "topic-flow",
                    "the same with 32 messages in flight",
                    Workload.echo(Content.ASCII, 64, 1000, 32).at("/topic").as(Kind.BROADCAST)),
            topic("topic-10000", "publish to a topic of 10,000, 64 B", topic(Content.ASCII, 64, 10_000)),
            topic("topic-json", "publish to a topic of 1000, 1 KiB JSON", topic(Content.JSON, KIB, 1000)),
            topic(
                    "topic-deflate",
                    "the same with permessage-deflate without takeover",
                    topic(Content.JSON, KIB, 1000).with(Compression.NO_TAKEOVER)),
            topic(
                    "topic-dead",
                    "publish to a topic of 1000, 1 KiB JSON, which 1000 do not read",
                    topic(Content.JSON, KIB, 1000).at("/topic-dropping").beside(1000)),
            growth(10),
            growth(2_000),
            growth(10_000),
            overTls("ping-pong-50", "ping-pong, 50 connections, 128 B text", "message", SMALL),
            overTls("pipelined", "pipelined, 50 connections, 32 in flight, 64 B text", "message", PIPELINED),
            overTls("text-16k", "ping-pong, 50 connections, 16 KiB text", "message", TEXT_16K),
            overTls("binary-64k", "ping-pong, 50 connections, 64 KiB binary", "message", BINARY_64K),
            overTls(
                    Scenario.BROADCAST,
                    "broadcast to 1000, 64 B, asynchronous sends",
                    "delivery",
                    broadcast(Content.ASCII, 64, 1000)),
            overTls("cycle", "connect with a full handshake, one echo, close; 16 at once", "cycle", CYCLE),
            new Scenario(
                    Scenario.WSS + "cycle-resumed",
                    "wss: connect with a resumed session, one echo, close; 16 at once",
                    CYCLE.overResumedTls(),
                    "cycle"));

    /** The measurements in fresh processes, without load, with 10,000 idle connections. */
    static final List<String> MEMORY = List.of("memory", "memory-deflate");

    /**
     * What each contestant runs before the measurements. The code that opens a connection is long, and each connection
     * runs it only once. Without the preparation its compilation would take as much processor time as the rest of each
     * scenario with a thousand connections.
     */
    static final List<Scenario> PREPARATION = List.of(part("cycle"), part("ping-pong-50"));

    /**
     * What each contestant runs before the first scenario over TLS. It is not part of {@link #PREPARATION}, so that the
     * scenarios without TLS are measured in processes that have only run such ones.
     */
    static final List<Scenario> PREPARATION_FOR_TLS =
            List.of(part("wss-cycle"), part("wss-cycle-resumed"), part("wss-ping-pong-50"));

    private Scenarios() {}

    /** The scenarios with these names, or all if there are none. */
    static List<Scenario> named(List<String> names) {
        List<Scenario> chosen = new ArrayList<>();
        for (Scenario scenario : ALL) {
            if (names.isEmpty() || names.contains(scenario.name())) {
                chosen.add(scenario);
            }
        }
        for (String name : names) {
            if (!MEMORY.contains(name)
                    && ALL.stream().noneMatch(scenario -> scenario.name().equals(name))) {
                throw new IllegalArgumentException("bench.scenarios: " + name + ", expected one of " + MEMORY + " and "
                        + ALL.stream().map(Scenario::name).toList());
            }
        }
        return chosen;
    }

    /** A scenario, or the one without bystanders that alternates with it, by its name. */
    static Scenario part(String name) {
        return ALL.stream()
                .flatMap(scenario -> scenario.parts().stream())
                .filter(part -> part.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no scenario " + name));
    }

    /** The position of a scenario in tables. */
    static int place(Scenario part) {
        return ALL.stream()
                .flatMap(scenario -> scenario.parts().stream())
                .toList()
                .indexOf(part);
    }

    private static Scenario echo(String name, String title, Workload workload) {
        return new Scenario(name, title, workload, "message");
    }

    /** The same as a scenario without TLS, beside which its figures can be read. */
    private static Scenario overTls(String name, String title, String unit, Workload workload) {
        return new Scenario(Scenario.WSS + name, "wss: " + title, workload.overTls(), unit);
    }

    private static Scenario growth(int connections) {
        return echo(
                Scenario.GROWTH + connections,
                "ping-pong, " + connections + " connections, 128 B text",
                Workload.echo(Content.ASCII, 128, connections, 1));
    }

    private static Scenario topic(String name, String title, Workload workload) {
        return new Scenario(name, title, workload, "delivery");
    }

    private static Workload topic(Content content, int size, int subscribers) {
        return Workload.echo(content, size, subscribers, 1).at("/topic").as(Kind.BROADCAST);
    }

    private static Workload broadcast(Content content, int size, int receivers) {
        return Workload.echo(content, size, receivers, 1).at("/broadcast").as(Kind.BROADCAST);
    }
}
