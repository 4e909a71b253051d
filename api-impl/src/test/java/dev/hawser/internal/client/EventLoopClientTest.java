package dev.hawser.internal.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hawser.EndpointSettings;
import jakarta.websocket.ClientEndpoint;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A client endpoint whose callbacks run on the selector's thread, which must not wait. */
class EventLoopClientTest {
    /** More than the buffers of a socket take. */
    private static final int LONG = 16 << 20;

    private final EndpointClientContainer container = new EndpointClientContainer();

    @AfterEach
    void nothingIsLeft() throws Exception {
        container.close();
        ClientLeftovers.awaitNone();
    }

    @Test
    void aBasicSendInACallbackForWhatCameBehindTheHandshakeDoesNotWait() throws Exception {
        BlockingQueue<Long> lengths = new LinkedBlockingQueue<>();
        try (ScriptedServer server = new ScriptedServer(peer -> {
            peer.send(ScriptedServer.accept(peer.head()) + "\u0081\u0002hi");
            DataInputStream in = new DataInputStream(peer.in);
            for (int i = 0; i < 2; i++) {
                in.skipNBytes(2); // the first octet, and "64 bits of length follow"
                long length = in.readLong();
                in.skipNBytes(4 + length); // behind the mask
                lengths.add(length);
                peer.send("\u0081\u0002ho");
            }
            peer.staySilent();
        })) {
            OnTheLoop endpoint = new OnTheLoop();
            container.connectToServer(endpoint, server.uri("/"));
            assertEquals((long) LONG, lengths.poll(30, TimeUnit.SECONDS));
            assertEquals((long) LONG, lengths.poll(30, TimeUnit.SECONDS));
        }
    }

    @Test
    void onOpenAndEachMessageThatIsReadAloneAreTakenByTheLoop() throws Exception {
        try (ScriptedServer server = new ScriptedServer(peer -> {
            String head = peer.head();
            peer.send(ScriptedServer.accept(head) + "\u0081\u0001a");
            for (int i = 0; i < 3; i++) {
                readFrame(peer);
                peer.send("\u0081\u0001b");
            }
            peer.staySilent();
        })) {
            Threads endpoint = new Threads();
            container.connectToServer(endpoint, server.uri("/"));
            String loop = endpoint.next();
            for (String event : List.of("a", "b", "b", "b")) {
                assertEquals(loop.replace("open", event), endpoint.next());
            }
        }
    }

    private static void readFrame(ScriptedServer.Peer peer) throws IOException {
        peer.read();
        peer.in.readNBytes(4 + (peer.read() & 0x7F));
    }

    @ClientEndpoint
    @EndpointSettings({"dispatch=event-loop", "outboundBytes=64MiB"})
    public static class OnTheLoop {
        @OnOpen
        public void opened(Session session) {
            session.setMaxIdleTimeout(0);
        }

        @OnMessage
        public void onText(String message, Session session) throws IOException {
            session.getBasicRemote().sendBinary(ByteBuffer.allocate(LONG));
        }
    }

    /** Tells on which thread each callback runs, and answers each message. */
    @ClientEndpoint
    @EndpointSettings("dispatch=event-loop")
    public static class Threads {
        private final BlockingQueue<String> calls = new LinkedBlockingQueue<>();

        String next() throws InterruptedException {
            return String.valueOf(calls.poll(30, TimeUnit.SECONDS));
        }

        @OnOpen
        public void opened() {
            calls.add("open on " + Thread.currentThread().getName());
        }

        @OnMessage
        public String onText(String message) {
            calls.add(message + " on " + Thread.currentThread().getName());
            return message;
        }
    }
}
