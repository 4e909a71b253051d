package dev.hawser.internal.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.internal.session.SessionHarness;
import dev.hawser.internal.session.WebSocketSession;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.Session;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;

/**
 * The limits of a client's session against a server that breaks its word. The engine's own limits are in
 * HostileServerTest.
 */
class LimitsAgainstServersTest {
    private static final int TEXT = 0x81;
    private static final int BINARY = 0x82;

    private final RecordingEndpoint endpoint = new RecordingEndpoint();

    /** With the defaults but for the times: a client that waits in silence must notice. */
    @Test
    void aServerThatHasVanishedIsNoticedByAnIdleClient() throws Exception {
        Settings soon = Settings.builder()
                .set(Setting.KEEP_ALIVE_INTERVAL, Duration.ofMillis(50))
                .set(Setting.PONG_TIMEOUT, Duration.ofMillis(50))
                .build();
        assertEquals(1006, closedBy(soon, peer -> peer.staySilent()));
    }

    @Test
    void aServerThatAnswersKeepAlivePingsIsLeftInPeace() throws Exception {
        Settings soon = Settings.builder()
                .set(Setting.KEEP_ALIVE_INTERVAL, Duration.ofMillis(20))
                .set(Setting.PONG_TIMEOUT, Duration.ofSeconds(60))
                .build();
        CountDownLatch answered = new CountDownLatch(5);
        try (ScriptedServer server = new ScriptedServer(peer -> {
                    peer.send(ScriptedServer.accept(peer.head()));
                    while (true) {
                        assertEquals(0x89, peer.read(), "a ping");
                        byte[] payload = new byte[peer.read() & 0x7F];
                        byte[] mask = peer.in.readNBytes(4);
                        peer.in.readNBytes(payload, 0, payload.length);
                        for (int i = 0; i < payload.length; i++) {
                            payload[i] ^= mask[i % 4];
                        }
                        frame(peer, 0x8A, payload);
                        answered.countDown();
                    }
                });
                EndpointClientContainer container = new EndpointClientContainer()) {
            Session session = container.connectToServer(endpoint, config(soon), server.uri("/"));
            assertTrue(answered.await(30, TimeUnit.SECONDS), "pings");
            assertTrue(session.isOpen());
        }
    }

    @Test
    void aServerThatDripsAMessageIsClosedWith1008() throws Exception {
        Settings soon = Settings.builder()
                .set(Setting.MIN_MESSAGE_RATE_GRACE, Duration.ofMillis(200))
                .set(Setting.CLOSE_TIMEOUT, Duration.ofMillis(200)) // the server does not answer
                .build();
        assertEquals(1008, closedBy(soon, peer -> {
            peer.out.write(new byte[] {(byte) TEXT, 20, 'd'});
            peer.out.flush();
            peer.staySilent();
        }));
    }

    @Test
    void aServerThatStopsInTheMiddleOfAStreamFailsTheRead() throws Exception {
        Settings soon = Settings.builder()
                .set(Setting.STREAM_READ_TIMEOUT, Duration.ofMillis(100))
                .set(Setting.CLOSE_TIMEOUT, Duration.ofMillis(200)) // the server does not answer
                .build();
        CountDownLatch failed = new CountDownLatch(1);
        RecordingEndpoint streaming = new RecordingEndpoint() {
            @Override
            public void onOpen(Session session, EndpointConfig config) {
                session.addMessageHandler(InputStream.class, stream -> {
                    assertThrows(IOException.class, stream::readAllBytes);
                    failed.countDown();
                });
            }
        };
        assertEquals(1008, closedBy(streaming, soon, peer -> {
            peer.out.write(new byte[] {0x02, 1, 'd'});
            peer.out.flush();
            peer.staySilent();
        }));
        assertTrue(failed.await(30, TimeUnit.SECONDS));
    }

    @Test
    void aServerThatNeverReadsFailsTheSendAndIsCut() throws Exception {
        Settings soon = Settings.builder()
                .set(Setting.SEND_TIMEOUT, Duration.ofMillis(200))
                .build();
        CountDownLatch over = new CountDownLatch(1);
        try (ScriptedServer server = new ScriptedServer(peer -> {
                    peer.send(ScriptedServer.accept(peer.head()));
                    awaitQuietly(over);
                });
                EndpointClientContainer container = new EndpointClientContainer()) {
            Session session = container.connectToServer(endpoint, config(soon), server.uri("/"));
            assertThrows(IOException.class, () -> {
                for (int i = 0; i < 10_000; i++) {
                    session.getBasicRemote().sendBinary(ByteBuffer.allocate(256 * 1024));
                }
            });
            assertEquals(1006, endpoint.nextCloseCode());
            over.countDown();
        }
    }

    @Test
    void aServerThatNeverAnswersOurCloseIsCut() throws Exception {
        Settings soon = Settings.builder()
                .set(Setting.CLOSE_TIMEOUT, Duration.ofMillis(200))
                .build();
        CountDownLatch over = new CountDownLatch(1);
        try (ScriptedServer server = new ScriptedServer(peer -> {
                    peer.send(ScriptedServer.accept(peer.head()));
                    awaitQuietly(over);
                });
                EndpointClientContainer container = new EndpointClientContainer()) {
            container.connectToServer(endpoint, config(soon), server.uri("/")).close();
            assertEquals(1006, endpoint.nextCloseCode());
            over.countDown();
        }
    }

    /** 8 MiB of zeros in some 8 KiB. */
    @Test
    void aMessageIsMeasuredOnceInflated() throws Exception {
        Deflater deflater = new Deflater(9, true);
        deflater.setInput(new byte[8 * 1024 * 1024]);
        byte[] deflated = new byte[64 * 1024];
        int length = deflater.deflate(deflated, 0, deflated.length, Deflater.SYNC_FLUSH);
        deflater.end();
        Settings compressed = Settings.builder().set(Setting.COMPRESSION, true).build();
        RecordingEndpoint binary = new RecordingEndpoint() {
            @Override
            public void onOpen(Session session, EndpointConfig config) {
                session.addMessageHandler(byte[].class, (MessageHandler.Whole<byte[]>) message -> messages.add("all"));
            }
        };
        try (ScriptedServer server = new ScriptedServer(peer -> {
                    peer.send(ScriptedServer.accept(
                            peer.head(), "Sec-WebSocket-Extensions: permessage-deflate; client_no_context_takeover"));
                    peer.out.write(0xC2);
                    peer.out.write(126);
                    peer.out.write((length - 4) >> 8);
                    peer.out.write(length - 4);
                    peer.out.write(deflated, 0, length - 4);
                    peer.out.flush();
                    peer.staySilent();
                });
                EndpointClientContainer container = new EndpointClientContainer()) {
            container.connectToServer(binary, config(compressed), server.uri("/"));
            assertEquals(1009, binary.nextCloseCode());
            assertEquals(0, binary.messages.size());
        }
    }

    /**
     * A handler that does not return, and a server that goes on sending: the network's buffers fill up, and nothing
     * else does.
     */
    @Test
    void aServerThatSendsFasterThanTheHandlerIsNoLongerRead() throws Exception {
        int bound = 64 * 1024;
        Settings settings = Settings.builder().set(Setting.INBOUND_BYTES, bound).build();
        CountDownLatch mayReturn = new CountDownLatch(1);
        RecordingEndpoint slow = new RecordingEndpoint() {
            @Override
            public void onOpen(Session session, EndpointConfig config) {
                session.addMessageHandler(
                        byte[].class, (MessageHandler.Whole<byte[]>) message -> awaitQuietly(mayReturn));
            }
        };
        try (ScriptedServer server = new ScriptedServer(peer -> {
                    peer.send(ScriptedServer.accept(peer.head()));
                    ByteArrayOutputStream frames = new ByteArrayOutputStream();
                    for (int i = 0; i < 512; i++) {
                        frames.writeBytes(new byte[] {(byte) BINARY, 125});
                        frames.writeBytes(new byte[125]);
                    }
                    while (true) {
                        peer.out.write(frames.toByteArray());
                    }
                });
                EndpointClientContainer container = new EndpointClientContainer()) {
            WebSocketSession session =
                    (WebSocketSession) container.connectToServer(slow, config(settings), server.uri("/"));
            SessionHarness.await("reading has paused", session.connection()::isReadingPaused);
            assertTrue(session.isOpen());
            mayReturn.countDown();
        }
    }

    private int closedBy(Settings settings, ScriptedServer.Script behindTheHandshake) throws Exception {
        return closedBy(endpoint, settings, behindTheHandshake);
    }

    private static int closedBy(RecordingEndpoint told, Settings settings, ScriptedServer.Script behindTheHandshake)
            throws Exception {
        try (ScriptedServer server = new ScriptedServer(peer -> {
                    peer.send(ScriptedServer.accept(peer.head()));
                    behindTheHandshake.run(peer);
                });
                EndpointClientContainer container = new EndpointClientContainer()) {
            container.connectToServer((Endpoint) told, config(settings), server.uri("/"));
            return told.nextCloseCode();
        }
    }

    private static ClientEndpointConfig config(Settings settings) {
        ClientEndpointConfig config = ClientEndpointConfig.Builder.create().build();
        settings.applyTo(config.getUserProperties());
        return config;
    }

    private static void frame(ScriptedServer.Peer peer, int first, byte[] payload) throws IOException {
        peer.out.write(first);
        peer.out.write(payload.length);
        peer.out.write(payload);
        peer.out.flush();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
