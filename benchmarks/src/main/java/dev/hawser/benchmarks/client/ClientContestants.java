package dev.hawser.benchmarks.client;

import dev.hawser.benchmarks.comparison.Contestant;
import dev.hawser.benchmarks.comparison.Contestant.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The clients that are compared, with their jars and settings. */
final class ClientContestants {
    /** The same for each client. 10,000 connections with TLS need more than the 512 MB of the servers' comparison. */
    static final List<String> JVM_FLAGS = List.of("-Xms256m", "-Xmx3g", "-XX:+UseG1GC", "-XX:ActiveProcessorCount=2");

    static final String HAWSER = "hawser";
    static final String HAWSER_LOOP = "hawser-loop";

    /** The jars whose versions the page names, by the beginnings of their names. */
    static final List<String> JARS = List.of(
            "hawser-websocket-",
            "jetty-ee11-websocket-jakarta-client-",
            "tomcat-embed-websocket-",
            "undertow-websockets-jsr-",
            "tyrus-client-",
            "grizzly-framework-",
            "Java-WebSocket-");

    private static final List<String> API = List.of("jakarta.websocket-api-", "jakarta.websocket-client-api-");
    private static final String PACKAGE = ClientContestants.class.getPackageName() + ".";

    /** The server of all; it needs no jar. */
    static final Contestant SERVER =
            new Contestant("server", "NIO echo server", PACKAGE + "EchoServer", List.of(), List.of(), Kind.RAW);

    private static final List<Contestant> ALL = List.of(
            new Contestant(
                    HAWSER,
                    "Hawser, default mode",
                    PACKAGE + "HawserClientContestant",
                    with("hawser-websocket-"),
                    List.of(),
                    Kind.HAWSER),
            new Contestant(
                    HAWSER_LOOP,
                    "Hawser, event-loop mode",
                    PACKAGE + "HawserClientContestant",
                    with("hawser-websocket-"),
                    List.of("dev.hawser.dispatch=event-loop"),
                    Kind.HAWSER),
            peer("jetty", "Jetty, Jakarta API", "JettyClient", with("jetty-", "slf4j-api-", "jakarta.")),
            peer("tomcat", "Tomcat, on the threads that read", "TomcatClient", with("tomcat-"), "client.lock=true"),
            peer(
                    "undertow",
                    "Undertow, on its I/O threads",
                    "UndertowClient",
                    with("undertow-", "jboss-", "xnio-", "wildfly-", "smallrye-", "jakarta."),
                    "io.undertow.websockets.invoke-in-io-thread=true"),
            peer("tyrus", "Tyrus on Grizzly", "TyrusClient", with("tyrus-", "grizzly-", "jakarta.")),
            peer(
                    "java-websocket",
                    "Java-WebSocket, two threads for each connection",
                    "JavaWebSocketClient",
                    List.of("Java-WebSocket-", "slf4j-api-")),
            peer("jdk", "java.net.http, its own pool", "JdkClient", List.of()),
            peer("jdk-selector", "java.net.http, on its selector", "JdkClient", List.of(), "client.onSelector=true"));

    private ClientContestants() {}

    /**
     * The clients with these names, or all if there are none, in the order of the list above.
     *
     * @throws IllegalArgumentException if there is none with one of the names
     */
    static List<Contestant> named(List<String> names) {
        List<Contestant> chosen = new ArrayList<>();
        for (Contestant contestant : ALL) {
            if (names.isEmpty() || names.contains(contestant.name())) {
                chosen.add(contestant);
            }
        }
        if (chosen.size() < names.size()) {
            throw new IllegalArgumentException("client.peers=" + String.join(",", names) + ": expected names out of "
                    + ALL.stream().map(Contestant::name).toList());
        }
        return chosen;
    }

    private static Contestant peer(String name, String title, String client, List<String> jars, String... settings) {
        return new Contestant(name, title, PACKAGE + client, jars, List.of(settings), Kind.PEER);
    }

    private static List<String> with(String... jars) {
        return Stream.concat(API.stream(), Stream.of(jars)).toList();
    }
}
