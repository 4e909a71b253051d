package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.extension.Opcode;
import dev.hawser.extension.RemoteProtocolException;
import dev.hawser.internal.connection.WebSocketConnection;
import dev.hawser.internal.jetty.ReadableStack;
import dev.hawser.internal.protocol.MessageSink;
import dev.hawser.internal.protocol.ProtocolLimits;
import dev.hawser.internal.protocol.Role;
import dev.hawser.internal.protocol.WebSocketProtocol;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.NetworkTrafficListener;
import org.eclipse.jetty.server.NetworkTrafficServerConnector;
import org.eclipse.jetty.server.Server;
import org.junit.jupiter.api.Test;

/** The way of a message is short: our own frames on the stack, counted, from the socket to {@code @OnMessage} and from a send to the socket. */
public class JourneyTest {
    private static final int BUDGET_IN = 8;
    private static final int BUDGET_OUT = 6;

    @Test
    void fromTheSocketToTheCallbackInAtMostEightFrames() throws Exception {
        List<String> frames = new ArrayList<>(ReadableStack.capture()); // the event loop, down to the listener
        frames.add(WebSocketConnection.class.getSimpleName() + ".onReadable");
        frames.addAll(engineStack());
        frames.add("MessageReceiver.onText");
        frames.addAll(callbackStack());
        assertTrue(frames.size() <= BUDGET_IN, () -> frames.size() + " frames: " + frames);
        assertTrue(frames.size() > 4, () -> "nothing was counted: " + frames);
    }

    @Test
    void fromASendToTheSocketInAtMostSixFrames() throws Exception {
        List<String> frames = sendStack();
        assertTrue(frames.size() <= BUDGET_OUT, () -> frames.size() + " frames: " + frames);
        assertTrue(frames.size() > 3, () -> "nothing was counted: " + frames);
    }

    /** The frames of Hawser above the caller, this class and others of the tests left out; the innermost first. */
    public static List<String> ownFrames() {
        return StackWalker.getInstance()
                .walk(stack -> new ArrayList<>(stack.filter(
                                frame -> frame.getClassName().startsWith("dev.hawser."))
                        .filter(frame -> !frame.getClassName().contains("JourneyTest"))
                        .filter(frame -> !frame.getClassName().contains("ReadableStack"))
                        .map(frame -> frame.getClassName().replaceAll(".*\\.", "") + "." + frame.getMethodName())
                        .toList()));
    }

    private static List<String> engineStack() {
        BlockingQueue<List<String>> stacks = new LinkedBlockingQueue<>();
        WebSocketProtocol engine =
                new WebSocketProtocol(Role.SERVER, new ProtocolLimits(16, 16), List.of(), new StackSink(stacks));
        byte[] hello = {(byte) 0x81, (byte) 0x85, 0x37, (byte) 0xfa, 0x21, 0x3d, 0x7f, (byte) 0x9f, 0x4d, 0x51, 0x58};
        engine.receive(ByteBuffer.wrap(hello)); // RFC 6455 5.7: a masked "Hello"
        return stacks.remove();
    }

    private static List<String> callbackStack() throws Exception {
        try (EmbeddedServer server = new EmbeddedServer("/", StackEndpoint.class).start();
                RawClient client = server.connect("/stack").upgraded()) {
            client.sendText("hello");
            assertEquals("hello", client.readFrame().text());
            List<String> stack = StackEndpoint.STACKS.poll(30, TimeUnit.SECONDS);
            assertTrue(stack != null, "no callback in time");
            return stack;
        }
    }

    /** Our own frames above the write of Jetty's connector, for a send of this thread. */
    private static List<String> sendStack() throws Exception {
        BlockingQueue<List<String>> stacks = new LinkedBlockingQueue<>();
        Thread sender = Thread.currentThread();
        try (EmbeddedServer server = new EmbeddedServer("/", OpenEndpoint.class)) {
            Server jetty = server.context().getServer();
            NetworkTrafficServerConnector connector = new NetworkTrafficServerConnector(jetty);
            connector.setHost("127.0.0.1");
            connector.setNetworkTrafficListener(new NetworkTrafficListener() {
                @Override
                public void outgoing(Socket socket, ByteBuffer bytes) {
                    if (Thread.currentThread() == sender) {
                        stacks.add(ownFrames());
                    }
                }
            });
            jetty.addConnector(connector);
            server.start();
            try (RawClient client = new RawClient(connector.getLocalPort(), "/open")) {
                client.upgraded();
                Session session = OpenEndpoint.SESSIONS.poll(30, TimeUnit.SECONDS);
                assertTrue(session != null, "not opened in time");
                return untilItWritesItself(session, client, stacks);
            }
        }
    }

    /** The end of the turn of {@code @OnOpen} may write a send that comes at the same moment: the next one is asked then. */
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

    /** Hands its sessions to the test. */
    @ServerEndpoint("/open")
    public static class OpenEndpoint {
        static final BlockingQueue<Session> SESSIONS = new LinkedBlockingQueue<>();

        @OnOpen
        public void onOpen(Session session) {
            SESSIONS.add(session);
        }
    }

    /** Echoes, and tells where it was called from. */
    @ServerEndpoint("/stack")
    public static class StackEndpoint {
        static final BlockingQueue<List<String>> STACKS = new LinkedBlockingQueue<>();

        @OnMessage
        public String onText(String message) {
            STACKS.add(ownFrames());
            return message;
        }
    }

    private record StackSink(BlockingQueue<List<String>> stacks) implements MessageSink {
        @Override
        public Reception messageBegins(Opcode kind) {
            return Reception.WHOLE;
        }

        @Override
        public long maxMessageSize(Opcode kind) {
            return 1000;
        }

        @Override
        public void onText(String message) {
            stacks.add(ownFrames());
        }

        @Override
        public void onBinary(byte[] message) {}

        @Override
        public void onTextPart(String part, boolean last) {}

        @Override
        public void onBinaryPart(byte[] part, boolean last) {}

        @Override
        public void onPing(byte[] payload) {}

        @Override
        public void onPong(byte[] payload) {}

        @Override
        public void onClose(int code, String reason) {}

        @Override
        public void onViolation(RemoteProtocolException violation) {
            throw new AssertionError(violation);
        }
    }
}
