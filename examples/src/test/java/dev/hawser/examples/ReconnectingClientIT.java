package dev.hawser.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.examples.client.Backoff;
import dev.hawser.examples.client.ReconnectingClient;
import dev.hawser.examples.client.ReconnectingClient.Outcome;
import java.net.URI;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** The command-line client against the demo server, and against servers that do not want it. */
class ReconnectingClientIT {
    private static final long DEADLINE_SECONDS = 60;

    private final BlockingQueue<String> printed = new LinkedBlockingQueue<>();

    @Test
    void comesBackWhenTheServerDoes() throws Exception {
        URI http;
        ReconnectingClient client;
        CompletableFuture<Outcome> outcome;
        try (DemoProcess demo = DemoProcess.startOnFreePorts()) {
            DemoProcess.Addresses addresses = demo.awaitAddresses();
            http = addresses.http();
            client = client(addresses.webSocket(false, "/echo"), 1_000);
            outcome = run(client);
            client.send("one");
            assertEquals("one", awaitLine(line -> !line.startsWith("--")));
            demo.stop();
        }
        assertEquals("-- closed with 1001 the application stops", awaitLine(line -> line.contains("closed")));
        awaitLine(line -> line.contains("next attempt in"));
        awaitLine(line -> line.contains("the TCP connect"));
        try (DemoProcess demo = DemoProcess.start("-Ddemo.port=" + http.getPort(), "-Ddemo.tlsPort=0")) {
            demo.awaitAddresses();
            client.send("two");
            assertEquals("two", awaitLine(line -> !line.startsWith("--")));
            client.leave();
            assertEquals(Outcome.DONE, outcome.get(DEADLINE_SECONDS, TimeUnit.SECONDS));
        }
    }

    @Test
    void givesUpAfterTheLimit() throws Exception {
        try (OneAnswerServer server = new OneAnswerServer("HTTP/1.1 500 Internal Server Error\r\n")) {
            assertEquals(Outcome.GIVEN_UP, client(server.uri(), 3).run());
            assertEquals(3, server.connections());
        }
    }

    @Test
    void doesNotComeBackAfterA4xx() throws Exception {
        try (OneAnswerServer server = new OneAnswerServer("HTTP/1.1 403 Forbidden\r\n")) {
            assertEquals(Outcome.REFUSED, client(server.uri(), 5).run());
            assertEquals(1, server.connections());
        }
    }

    @Test
    void doesNotComeBackAfter1008() throws Exception {
        try (OneAnswerServer server = OneAnswerServer.closing(1008)) {
            assertEquals(Outcome.REFUSED, client(server.uri(), 5).run());
            assertEquals(1, server.connections());
        }
    }

    @Test
    void isDoneAfter1000() throws Exception {
        try (OneAnswerServer server = OneAnswerServer.closing(1000)) {
            assertEquals(Outcome.DONE, client(server.uri(), 5).run());
            assertEquals(1, server.connections());
        }
    }

    @Test
    void comesBackNoSoonerThanItIsAskedTo() throws Exception {
        try (OneAnswerServer server = new OneAnswerServer("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\n")) {
            assertEquals(Outcome.GIVEN_UP, client(server.uri(), 2).run());
            assertTrue(pauseMillis() >= 1_000);
        }
    }

    @Test
    void comesBackAtTheDateItIsAskedTo() throws Exception {
        String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(
                ZonedDateTime.now(ZoneOffset.UTC).plusHours(1));
        try (OneAnswerServer server =
                new OneAnswerServer("HTTP/1.1 429 Too Many Requests\r\nRetry-After: " + date + "\r\n")) {
            ReconnectingClient client = client(server.uri(), 2);
            CompletableFuture<Outcome> outcome = run(client);
            assertTrue(pauseMillis() > Duration.ofMinutes(50).toMillis());
            client.leave();
            assertEquals(Outcome.DONE, outcome.get(DEADLINE_SECONDS, TimeUnit.SECONDS));
        }
    }

    private ReconnectingClient client(URI server, int limit) {
        Backoff backoff = new Backoff(Duration.ofMillis(10), Duration.ofMillis(200), limit, new Random(1));
        return new ReconnectingClient(server, backoff, printed::add);
    }

    private static CompletableFuture<Outcome> run(ReconnectingClient client) {
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        outcome.complete(client.run());
                    } catch (InterruptedException | RuntimeException e) {
                        outcome.completeExceptionally(e);
                    }
                },
                "reconnecting-client");
        thread.setDaemon(true);
        thread.start();
        return outcome;
    }

    private long pauseMillis() throws InterruptedException {
        String line = awaitLine(text -> text.contains("next attempt in"));
        return Long.parseLong(line.replaceAll("\\D", ""));
    }

    private String awaitLine(Predicate<String> wanted) throws InterruptedException {
        StringBuilder others = new StringBuilder();
        while (true) {
            String line = printed.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
            if (line == null) {
                throw new AssertionError("no such line within " + DEADLINE_SECONDS + " s, only: " + others);
            }
            if (wanted.test(line)) {
                return line;
            }
            others.append(line).append('\n');
        }
    }
}
