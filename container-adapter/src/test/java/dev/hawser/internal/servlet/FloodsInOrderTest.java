package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hawser.internal.client.EndpointClientContainer;
import dev.hawser.internal.protocol.handshake.AcceptKey;
import dev.hawser.internal.servlet.TestServer.Application;
import dev.hawser.internal.servlet.TestServer.Container;
import jakarta.websocket.ClientEndpoint;
import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * While peers send more than an event loop has time for, so that workers read some of it, every message comes once and
 * in order, and a bystander is served.
 */
class FloodsInOrderTest {
    private static final int PEERS = 4;
    private static final int MESSAGES = 40_000;

    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    /** Answers once all numbers have come, or one that was not expected. */
    @ServerEndpoint("/numbers")
    @ClientEndpoint
    public static class Numbers {
        final CompletableFuture<String> answer = new CompletableFuture<>();
        private int expected;

        @OnMessage
        public String number(String text) {
            if (Integer.parseInt(text) != expected) {
                answer.complete("got " + text + " and not " + expected);
            }
            return ++expected == MESSAGES && answer.complete("all") ? "all" : answer.getNow(null);
        }
    }

    /** Sends back. */
    @ServerEndpoint("/echo")
    public static class Echo {
        @OnMessage
        public String echo(String text) {
            return text;
        }
    }

    static Stream<Arguments> servers() {
        return Container.underTest()
                .flatMap(container -> Stream.of(Arguments.of(container, false), Arguments.of(container, true)));
    }

    @ParameterizedTest
    @MethodSource("servers")
    void aServerTakesThem(Container container, boolean secure) throws Exception {
        try (TestServer server = container.start(Application.of(Numbers.class, Echo.class));
                RawClient bystander = RawClient.open(server, secure, "/echo")) {
            byte[] frames = numbers(true);
            List<CompletableFuture<String>> answers = new ArrayList<>();
            for (int i = 0; i < PEERS; i++) {
                answers.add(flood(() -> RawClient.open(server, secure, "/numbers"), frames));
            }
            for (CompletableFuture<String> answer : answers) {
                do {
                    bystander.assertEchoes("beside the flood");
                } while (!answer.isDone());
                assertEquals("all", answer.join());
            }
        }
    }

    @Test
    void theClientTakesThem() throws Exception {
        try (ServerSocket listening = new ServerSocket(0, PEERS, InetAddress.getLoopbackAddress());
                EndpointClientContainer client = new EndpointClientContainer()) {
            byte[] frames = numbers(false);
            List<Numbers> endpoints = new ArrayList<>();
            for (int i = 0; i < PEERS; i++) {
                flood(() -> accept(listening), frames);
                Numbers endpoint = new Numbers();
                endpoints.add(endpoint);
                client.connectToServer(endpoint, URI.create("ws://127.0.0.1:" + listening.getLocalPort() + "/"));
            }
            for (Numbers endpoint : endpoints) {
                assertEquals("all", endpoint.answer.get(60, TimeUnit.SECONDS));
            }
        }
    }

    /** Makes a connection. */
    private interface Opening {
        RawClient open() throws Exception;
    }

    /** Sends all that at once, and gives the answer. */
    private CompletableFuture<String> flood(Opening opening, byte[] frames) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try (RawClient peer = opening.open()) {
                        peer.send(frames);
                        return peer.readFrame().text();
                    } catch (Exception e) {
                        throw new CompletionException(e);
                    }
                },
                threads);
    }

    private static byte[] numbers(boolean masked) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < MESSAGES; i++) {
            byte[] number = Integer.toString(i).getBytes(StandardCharsets.US_ASCII);
            if (masked) {
                all.writeBytes(RawClient.frame(0x81, number));
            } else {
                all.write(0x81);
                all.write(number.length);
                all.writeBytes(number);
            }
        }
        return all.toByteArray();
    }

    private static RawClient accept(ServerSocket listening) throws IOException {
        RawClient peer = new RawClient(listening.accept());
        String head = peer.readHead();
        int key = head.indexOf("Sec-WebSocket-Key: ") + 19;
        peer.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: " + AcceptKey.of(head.substring(key, head.indexOf('\r', key))) + "\r\n\r\n");
        return peer;
    }
}
