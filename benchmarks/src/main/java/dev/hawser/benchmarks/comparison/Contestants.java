package dev.hawser.benchmarks.comparison;

import dev.hawser.benchmarks.comparison.Contestant.Kind;
import java.util.ArrayList;
import java.util.List;

/** The contestants, with their jars, flags and settings. Only the {@code Server} classes configure more. */
public final class Contestants {
    /**
     * The same flags for every contestant. They get two processors on every machine, so that the sizes of thread pools
     * are the same.
     */
    static final List<String> JVM_FLAGS = List.of("-Xms256m", "-Xmx512m", "-XX:+UseG1GC", "-XX:ActiveProcessorCount=2");

    /** With 10,000 compressed connections some contestants need more heap than in the other scenarios. */
    static final List<String> MEMORY_JVM_FLAGS =
            List.of("-Xms64m", "-Xmx4g", "-XX:+UseG1GC", "-XX:ActiveProcessorCount=2");

    static final String HAWSER_JETTY = "hawser-jetty";
    static final String HAWSER_JETTY_LOOP = "hawser-jetty-loop";
    static final String HAWSER_JETTY_VIRTUAL = "hawser-jetty-virtual";
    static final String HAWSER_JETTY_REDIS = "hawser-jetty-redis";
    static final String HAWSER_JETTY_SMALL = "hawser-jetty-small";
    static final String HAWSER_TOMCAT = "hawser-tomcat";
    static final String HAWSER_TOMCAT_PORTABLE = "hawser-tomcat-portable";
    static final String HAWSER_UNDERTOW = "hawser-undertow";
    static final String HAWSER_UNDERTOW_LOOP = "hawser-undertow-loop";
    static final String HAWSER_UNDERTOW_PORTABLE = "hawser-undertow-portable";
    static final String JETTY = "jetty";
    static final String TOMCAT = "tomcat";
    static final String UNDERTOW = "undertow";
    static final String TYRUS = "tyrus";
    static final String RAW = "raw";

    private static final List<String> API = List.of("jakarta.websocket-api-", "jakarta.websocket-client-api-");
    private static final List<String> JETTY_JARS = List.of(
            "jakarta.servlet-api-",
            "jetty-ee11-servlet-",
            "jetty-security-",
            "jetty-server-",
            "jetty-http-",
            "jetty-util-",
            "jetty-io-",
            "jetty-session-",
            "slf4j-api-");
    private static final List<String> UNDERTOW_JARS = List.of(
            "jakarta.servlet-api-",
            "jakarta.annotation-api-",
            "undertow-servlet-",
            "undertow-core-",
            "jboss-",
            "xnio-",
            "wildfly-",
            "smallrye-");
    private static final List<String> REDIS_JARS =
            List.of("hawser-redis-", "lettuce-", "redis-authx-", "netty-", "reactor-", "reactive-streams-");
    private static final List<String> TOMCAT_JARS = List.of("tomcat-embed-core-", "tomcat-annotations-api-");
    private static final List<String> HAWSER_JARS = join(List.of("hawser-websocket-"), API);
    private static final String EVENT_LOOP = "dev.hawser.dispatch=event-loop";
    private static final String PORTABLE = "dev.hawser.transport=portable";

    static final String VIRTUAL_THREADS = "dev.hawser.dispatch=virtual-threads";

    /**
     * Makes Hawser accept a client's offer unchanged, so that the parameters of both sides are equal for all
     * contestants.
     */
    static final String TAKEOVER = "dev.hawser.compressionContextTakeover=true";

    private static final List<Contestant> ALL = List.of(
            hawser(HAWSER_JETTY, "Hawser on Jetty, default mode", "HawserOnJetty", JETTY_JARS),
            hawser(HAWSER_JETTY_LOOP, "Hawser on Jetty, event-loop mode", "HawserOnJetty", JETTY_JARS, EVENT_LOOP),
            hawser(
                    HAWSER_JETTY_VIRTUAL,
                    "Hawser on Jetty, virtual threads",
                    "HawserOnJetty",
                    JETTY_JARS,
                    VIRTUAL_THREADS),
            new Contestant(
                    HAWSER_JETTY_REDIS,
                    "Hawser on Jetty, published by another node through Redis",
                    "HawserBehindRedis",
                    join(HAWSER_JARS, join(JETTY_JARS, REDIS_JARS)),
                    List.of(TAKEOVER),
                    Kind.BEHIND_BROKER),
            new Contestant(
                    HAWSER_JETTY_SMALL,
                    "Hawser on Jetty, sockets that send 16 KiB ahead",
                    "HawserOnJetty",
                    join(HAWSER_JARS, JETTY_JARS),
                    List.of(TAKEOVER, "contestant.sendBuffer=16384"),
                    Kind.SMALL_BUFFERS),
            hawser(HAWSER_TOMCAT, "Hawser on Tomcat 11", "HawserOnTomcat", TOMCAT_JARS),
            hawser(
                    HAWSER_TOMCAT_PORTABLE,
                    "Hawser on Tomcat 11, portable transport",
                    "HawserOnTomcat",
                    TOMCAT_JARS,
                    PORTABLE),
            hawser(HAWSER_UNDERTOW, "Hawser on Undertow", "HawserOnUndertow", UNDERTOW_JARS),
            hawser(
                    HAWSER_UNDERTOW_LOOP,
                    "Hawser on Undertow, event-loop mode",
                    "HawserOnUndertow",
                    UNDERTOW_JARS,
                    EVENT_LOOP),
            hawser(
                    HAWSER_UNDERTOW_PORTABLE,
                    "Hawser on Undertow, portable transport",
                    "HawserOnUndertow",
                    UNDERTOW_JARS,
                    PORTABLE),
            peer(
                    JETTY,
                    "Jetty's own",
                    "JettyOwn",
                    join(API, List.of("jetty-", "slf4j-api-", "asm-", "jakarta.servlet-api-", "jakarta."))),
            peer(TOMCAT, "Tomcat's own", "TomcatOwn", List.of("tomcat-")),
            peer(
                    UNDERTOW,
                    "Undertow's own",
                    "UndertowOwn",
                    join(join(API, UNDERTOW_JARS), List.of("undertow-websockets-jsr-"))),
            peer(
                    TYRUS,
                    "Tyrus on Grizzly",
                    "TyrusOnGrizzly",
                    join(API, List.of("tyrus-", "grizzly-", "jakarta.xml.bind-api-", "jakarta.activation-api-"))),
            new Contestant(RAW, "raw TCP echo", "RawEcho", List.of(), List.of(), Kind.RAW));

    private Contestants() {}

    /** The contestants with these names, or all if there are none, in the order of the list above. */
    public static List<Contestant> named(List<String> names) {
        List<Contestant> chosen = new ArrayList<>();
        for (Contestant contestant : ALL) {
            if (names.isEmpty() || names.contains(contestant.name())) {
                chosen.add(contestant);
            }
        }
        if (chosen.size() < names.size()) {
            throw new IllegalArgumentException("bench.peers=" + String.join(",", names) + ": expected names out of "
                    + ALL.stream().map(Contestant::name).toList());
        }
        return chosen;
    }

    /**
     * The contestants with these names, or all that this Java can run if there are none; without the one that needs
     * Redis if that is not installed.
     *
     * @throws IllegalArgumentException if this Java cannot run a named contestant
     */
    static List<Contestant> named(List<String> names, JavaMachine java) {
        List<Contestant> chosen = named(names);
        for (Contestant contestant : chosen) {
            if (!names.isEmpty() && contestant.needsJava() > java.feature()) {
                throw new IllegalArgumentException("bench.peers: " + contestant.name() + " needs Java "
                        + contestant.needsJava() + ", and the contestants are to run on " + java.title()
                        + "; give another one by -Dbench.java=/path/to/bin/java");
            }
        }
        return chosen.stream()
                .filter(contestant -> contestant.needsJava() <= java.feature())
                .filter(contestant -> !names.isEmpty() || !contestant.isBehindBroker() || Redis.isInstalled())
                .toList();
    }

    private static Contestant hawser(String name, String title, String server, List<String> jars, String... settings) {
        return new Contestant(
                name, title, server, join(HAWSER_JARS, jars), join(List.of(TAKEOVER), List.of(settings)), Kind.HAWSER);
    }

    private static Contestant peer(String name, String title, String server, List<String> jars) {
        return new Contestant(name, title, server, jars, List.of(), Kind.PEER);
    }

    private static <T> List<T> join(List<T> first, List<T> second) {
        List<T> joined = new ArrayList<>(first);
        joined.addAll(second);
        return List.copyOf(joined);
    }
}
