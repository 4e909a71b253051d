package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.architecture.CallTrace;
import jakarta.websocket.CloseReason;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.PongMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.io.Reader;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.NetworkTrafficListener;
import org.eclipse.jetty.server.NetworkTrafficServerConnector;
import org.eclipse.jetty.server.Server;

/**
 * Events of a connection on a real Jetty, each with its neighbours: what could have happened in its place. An event is
 * recorded before and after its neighbours, so that what depends on its place in the row is not taken for a difference.
 * To be run by a RecordingLoader.
 */
public final class Journeys {
    private static final int RUNS = 3;
    private static final BlockingQueue<String> EVENTS = new LinkedBlockingQueue<>();
    private static final BlockingQueue<Session> SESSIONS = new LinkedBlockingQueue<>();
    private static final Semaphore CLOSED = new Semaphore(0);
    private static final byte[] HELLO = "hello".getBytes(StandardCharsets.UTF_8);

    private Journeys() {}

    /** What happens to an open connection while it is recorded. */
    private interface Happening {
        void on(RawClient client, Session session) throws Exception;
    }

    /** A text message of one frame comes. */
    public static final class Message implements Callable<Void> {
        @Override
        public Void call() throws Exception {
            try (EmbeddedServer server = server().start()) {
                record(server, "/told", "receive", sent(0x81, HELLO, "text hello"));
            }
            return null;
        }
    }

    /** The same. Its neighbours: what else a peer sends, and what else an endpoint takes. */
    public static final class Receive implements Callable<Void> {
        @Override
        public Void call() throws Exception {
            try (EmbeddedServer server = server().start()) {
                for (int run = 0; run < RUNS; run++) {
                    record(server, "/told", "receive", sent(0x81, HELLO, "text hello"));
                    record(server, "/told", "a binary message", sent(0x82, HELLO, "binary"));
                    record(server, "/told", "a ping", (client, session) -> {
                        client.sendFrame(0x89, HELLO);
                        assertEquals(0x8a, client.readFrame().first());
                    });
                    record(server, "/told", "a pong", sent(0x8a, HELLO, "pong"));
                    record(server, "/told", "a first fragment", sent(0x01, HELLO, null));
                    record(server, "/told", "a close frame", sent(0x88, new byte[] {3, (byte) 0xe8}, "closed"));
                    record(
                            server,
                            "/told",
                            "text that is not UTF-8",
                            sent(0x81, new byte[] {'h', 'e', 'l', 'l', (byte) 0xff}, "closed"));
                    record(server, "/told", "a reserved bit", sent(0xc1, HELLO, "closed"));
                    record(server, "/told", "an unknown opcode", sent(0x83, HELLO, "closed"));
                    record(server, "/told", "a frame without a mask", (client, session) -> {
                        client.sendHex("81 05 68 65 6c 6c 6f");
                        next("closed");
                    });
                    record(server, "/told", "a message over the limit", sent(0x81, new byte[100], "closed"));
                    record(server, "/parts", "an endpoint that takes parts", sent(0x81, HELLO, "part hello"));
                    record(server, "/stream", "an endpoint that takes a stream", sent(0x81, HELLO, "stream hello"));
                    record(server, "/binary", "an endpoint that takes no text", sent(0x81, HELLO, "closed"));
                    record(server, "/told", "receive", sent(0x81, HELLO, "text hello"));
                }
            }
            return null;
        }
    }

    /**
     * The peer closes with 1000. Its neighbours: how else a peer ends a connection, and a message that ends nothing.
     */
    public static final class Close implements Callable<Void> {
        private static final byte[] NORMAL = {3, (byte) 0xe8};

        @Override
        public Void call() throws Exception {
            try (EmbeddedServer server = server().start()) {
                for (int run = 0; run < RUNS; run++) {
                    record(server, "/told", "close", sent(0x88, NORMAL, "closed"));
                    record(server, "/told", "a message", sent(0x81, HELLO, "text hello"));
                    record(server, "/told", "a close frame without a code", sent(0x88, new byte[0], "closed"));
                    record(
                            server,
                            "/told",
                            "a code that must not be sent",
                            sent(0x88, new byte[] {3, (byte) 0xed}, "closed"));
                    record(server, "/told", "the end of the stream", (client, session) -> {
                        client.socket().shutdownOutput();
                        next("closed");
                    });
                    record(server, "/told", "a reset", (client, session) -> {
                        client.reset();
                        next("closed");
                    });
                    record(server, "/told", "the answer to our close frame", (client, session) -> {
                        session.close(new CloseReason(CloseReason.CloseCodes.NORMAL_CLOSURE, ""));
                        assertEquals(1000, client.readCloseCode());
                        client.sendFrame(0x88, NORMAL);
                        next("closed");
                    });
                    record(server, "/told", "a close frame in the middle of a message", (client, session) -> {
                        client.sendFrame(0x01, HELLO);
                        client.sendFrame(0x88, NORMAL);
                        next("closed");
                    });
                    record(server, "/told", "close", sent(0x88, NORMAL, "closed"));
                }
            }
            return null;
        }
    }

    /** The peer takes nothing until a send is out of time. Its neighbours: how else a wait for the peer ends. */
    public static final class SendTimeout implements Callable<Void> {
        private static final int MUCH = 16 << 20;

        @Override
        public Void call() throws Exception {
            try (EmbeddedServer server = server().withParameter("dev.hawser.sendTimeout", "1s")
                    .withParameter("dev.hawser.closeTimeout", "1s")
                    .start()) {
                for (int run = 0; run < RUNS; run++) {
                    record(server, "/told", "send timeout", SendTimeout::untilItIsTooLate);
                    record(server, "/told", "a peer that takes it in time", (client, session) -> {
                        send(session);
                        assertEquals(MUCH, client.readFrame().payload().length);
                        next("sent true");
                    });
                    record(server, "/told", "a reset while it waits", (client, session) -> {
                        send(session);
                        client.reset();
                        nextTwo("sent false", "closed");
                    });
                    record(server, "/told", "a close frame that is not answered", (client, session) -> {
                        session.close();
                        next("closed");
                    });
                    record(server, "/told", "a peer that is idle", (client, session) -> {
                        session.setMaxIdleTimeout(100);
                        assertEquals(1001, client.readCloseCode());
                        client.sendFrame(0x88, new byte[] {3, (byte) 0xe9});
                        next("closed");
                    });
                    record(server, "/told", "send timeout", SendTimeout::untilItIsTooLate);
                }
            }
            return null;
        }

        private static void untilItIsTooLate(RawClient client, Session session) throws InterruptedException {
            send(session);
            nextTwo("sent false", "closed");
        }

        private static void send(Session session) {
            session.getAsyncRemote()
                    .sendBinary(ByteBuffer.allocate(MUCH), result -> EVENTS.add("sent " + result.isOK()));
        }
    }

    /** Without a budget, whose watch looks at all connections now and then, whatever happens to one. */
    private static EmbeddedServer server() {
        return new EmbeddedServer("/", Told.class, Parts.class, Stream.class, Binary.class)
                .withParameter("dev.hawser.memoryBudget", "0");
    }

    /** Sends a frame, and waits until the endpoint tells the event; null for none. */
    private static Happening sent(int firstByte, byte[] payload, String event) {
        return (client, session) -> {
            client.sendFrame(firstByte, payload);
            if (event != null) {
                next(event);
            }
        };
    }

    /** Records what happens to a connection that has received before. */
    private static void record(EmbeddedServer server, String path, String event, Happening happening) throws Exception {
        try (RawClient client = server.connect(path).upgraded()) {
            Session session = SESSIONS.poll(30, TimeUnit.SECONDS);
            assertTrue(session != null, "not opened in time");
            client.sendFrame(0x82, HELLO);
            next("binary");
            CallTrace.begin();
            happening.on(client, session);
            CallTrace.end(event);
        }
        awaitClosed();
    }

    /** The next connection begins when nothing of this one is left. */
    private static void awaitClosed() throws InterruptedException {
        assertTrue(CLOSED.tryAcquire(30, TimeUnit.SECONDS), "not closed in time");
        EVENTS.clear();
    }

    private static void next(String event) throws InterruptedException {
        assertEquals(event, EVENTS.poll(30, TimeUnit.SECONDS));
    }

    private static void nextTwo(String one, String other) throws InterruptedException {
        List<String> both = List.of(
                String.valueOf(EVENTS.poll(30, TimeUnit.SECONDS)), String.valueOf(EVENTS.poll(30, TimeUnit.SECONDS)));
        assertTrue(both.contains(one) && both.contains(other), both::toString);
    }

    /** Our own frames above the write of Jetty's connector, for a send of this thread. */
    public static List<String> sendStack() throws Exception {
        BlockingQueue<List<String>> stacks = new LinkedBlockingQueue<>();
        Thread sender = Thread.currentThread();
        try (EmbeddedServer server = server()) {
            Server jetty = server.context().getServer();
            NetworkTrafficServerConnector connector = new NetworkTrafficServerConnector(jetty);
            connector.setHost("127.0.0.1");
            connector.setNetworkTrafficListener(new NetworkTrafficListener() {
                @Override
                public void outgoing(Socket socket, ByteBuffer bytes) {
                    if (Thread.currentThread() == sender) {
                        stacks.add(CallTrace.ownFrames());
                    }
                }
            });
            jetty.addConnector(connector);
            server.start();
            try (RawClient client = new RawClient(connector.getLocalPort(), "/told")) {
                client.upgraded();
                Session session = SESSIONS.poll(30, TimeUnit.SECONDS);
                assertTrue(session != null, "not opened in time");
                return untilItWritesItself(session, client, stacks);
            }
        }
    }

    /**
     * The end of the turn of {@code @OnOpen} may write a send that comes at the same moment: the next one is asked
     * then.
     */
    private static List<String> untilItWritesItself(Session session, RawClient client, Queue<List<String>> stacks)
            throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (System.nanoTime() < deadline) {
            session.getBasicRemote().sendText("hello");
            assertEquals("hello", client.readFrame().text());
            List<String> stack = stacks.poll();
            if (stack != null) {
                return stack;
            }
        }
        throw new AssertionError("no send was written by its own thread in time");
    }

    /** Tells the scenario what happens to it. */
    public abstract static class Telling {
        @OnOpen
        public void onOpen(Session session) {
            SESSIONS.add(session);
        }

        @OnMessage
        public void onBinary(byte[] message) {
            EVENTS.add("binary");
        }

        @OnClose
        public void onClose() {
            EVENTS.add("closed");
            CLOSED.release();
        }
    }

    /** Takes whole messages. */
    @ServerEndpoint("/told")
    public static class Told extends Telling {
        @OnMessage(maxMessageSize = 64)
        public void onText(String message) {
            CallTrace.handsOver();
            EVENTS.add("text " + message);
        }

        @OnMessage
        public void onPong(PongMessage message) {
            EVENTS.add("pong");
        }
    }

    /** Takes text in parts. */
    @ServerEndpoint("/parts")
    public static class Parts extends Telling {
        @OnMessage
        public void onText(String part, boolean last) {
            EVENTS.add("part " + part);
        }
    }

    /** Takes text as a stream. */
    @ServerEndpoint("/stream")
    public static class Stream extends Telling {
        @OnMessage
        public void onText(Reader message) throws IOException {
            StringBuilder text = new StringBuilder();
            for (int read = message.read(); read >= 0; read = message.read()) {
                text.append((char) read);
            }
            EVENTS.add("stream " + text);
        }
    }

    /** Takes no text. */
    @ServerEndpoint("/binary")
    public static class Binary extends Telling {}
}
