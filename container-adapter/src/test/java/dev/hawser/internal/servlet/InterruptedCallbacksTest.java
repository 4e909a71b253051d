package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.EndpointSettings;
import dev.hawser.internal.servlet.TestServer.Application;
import dev.hawser.internal.servlet.TestServer.Container;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The interrupt flag of a thread, on the threads of real containers: what one piece of code leaves is not the next
 * one's.
 */
class InterruptedCallbacksTest {
    private static final int FRAGMENTS = 40_000;
    private static final int MESSAGE = 256 * 1024;

    /** Leaves the flag set, as one is taught to do with an InterruptedException. */
    @ServerEndpoint("/leaves")
    public static class Leaves {
        @OnMessage
        public String onText(String text) {
            Thread.currentThread().interrupt();
            return text;
        }
    }

    /** The same on the thread that reads. */
    @ServerEndpoint("/leaves-loop")
    @EndpointSettings("dispatch=event-loop")
    public static class LeavesOnTheLoop {
        @OnMessage
        public String onText(String text) {
            Thread.currentThread().interrupt();
            return text;
        }
    }

    /** Sleeps, and then sends a message as a stream: both fail on an interrupted thread. */
    @ServerEndpoint("/sleeps")
    public static class Sleeps {
        @OnMessage
        public void onText(String text, Session session) throws IOException, InterruptedException {
            TimeUnit.MILLISECONDS.sleep(1);
            try (OutputStream out = session.getBasicRemote().getSendStream()) {
                out.write(new byte[FRAGMENTS]);
            }
        }
    }

    @ServerEndpoint("/echo-loop")
    @EndpointSettings("dispatch=event-loop")
    public static class EchoesOnTheLoop {
        @OnMessage
        public String onText(String text) {
            return text + " " + Thread.currentThread().isInterrupted();
        }
    }

    /** What the interrupted threads of the application have met, and whether their flag was set afterwards. */
    private static final BlockingQueue<String> MET = new LinkedBlockingQueue<>();

    private static final BlockingQueue<Thread> SENDERS = new LinkedBlockingQueue<>();

    /**
     * Sends from a thread of the application, which sets its flag before, or is interrupted while it waits for the
     * peer.
     */
    @ServerEndpoint("/sends")
    public static class Sends {
        private volatile Session session;

        @OnOpen
        public void onOpen(Session opened) {
            session = opened;
        }

        @OnMessage
        public void onText(String task) {
            Thread sender = new Thread(() -> send(task), "sender");
            sender.setDaemon(true);
            sender.start();
            SENDERS.add(sender);
        }

        private void send(String task) {
            int sent = 0;
            try {
                if (task.equals("before")) {
                    Thread.currentThread().interrupt();
                    session.getBasicRemote().sendText("is not sent");
                }
                while (true) {
                    session.getBasicRemote()
                            .sendBinary(ByteBuffer.allocate(MESSAGE).putInt(0, sent));
                    sent++;
                }
            } catch (IOException e) {
                MET.add(sent + " " + Thread.currentThread().isInterrupted() + " " + e.getMessage());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.hawser.internal.servlet.TestServer$Container#underTest")
    void aFlagThatACallbackLeavesIsNotThatOfTheNextSession(Container container) throws Exception {
        Map<String, String> oneThread = Map.of("dev.hawser.maxWorkers", "1", "dev.hawser.slowCallback", "60s");
        Application application =
                Application.of(Leaves.class, LeavesOnTheLoop.class, Sleeps.class, EchoesOnTheLoop.class);
        try (TestServer server = container.start(application.with(oneThread));
                RawClient leaves = server.connect("/leaves").upgraded();
                RawClient leavesOnTheLoop = server.connect("/leaves-loop").upgraded();
                RawClient sleeps = server.connect("/sleeps").upgraded();
                RawClient onTheLoop = server.connect("/echo-loop").upgraded()) {
            for (int i = 0; i < 20; i++) {
                leaves.assertEchoes("left");
                leavesOnTheLoop.assertEchoes("left");
                sleeps.sendText("sleep");
                int received = 0;
                while (received < FRAGMENTS) {
                    received += sleeps.readFrame().payload().length;
                }
                onTheLoop.sendText("flag");
                assertEquals("flag false", onTheLoop.readFrame().text());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.hawser.internal.servlet.TestServer$Container#underTest")
    void aBasicSendOnAnInterruptedThreadSendsNothingAndLeavesTheFlag(Container container) throws Exception {
        MET.clear();
        try (TestServer server = container.start(Application.of(Sends.class, Leaves.class));
                RawClient client = server.connect("/sends").upgraded()) {
            client.sendText("before");
            assertEquals("0 true the sending thread is interrupted; nothing was sent", MET.poll(30, TimeUnit.SECONDS));
            client.sendFrame(0x89, new byte[] {7}); // a ping: what comes before its answer was sent before
            assertEquals(0x8A, client.readFrame().first());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.hawser.internal.servlet.TestServer$Container#underTest")
    void anInterruptWhileASendWaitsForThePeerSendsItsMessageWholeOrNotAtAll(Container container) throws Exception {
        MET.clear();
        SENDERS.clear();
        try (TestServer server = container.start(Application.of(Sends.class));
                RawClient client = server.connect("/sends").upgraded()) {
            client.sendText("until it waits");
            Thread sender = SENDERS.poll(30, TimeUnit.SECONDS);
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            int waits = 0;
            while (waits < 100 && System.nanoTime() < deadline) { // and not only for a moment
                waits = sender.getState() == Thread.State.TIMED_WAITING ? waits + 1 : 0;
                LockSupport.parkNanos(1_000_000);
            }
            sender.interrupt();
            String met = MET.poll(30, TimeUnit.SECONDS);
            String[] words = met.split(" ", 3);
            assertEquals("true", words[1], met);
            assertTrue(words[2].startsWith("interrupted while a send waited"), met);
            boolean isSent = words[2].contains("goes out whole");
            assertTrue(isSent || words[2].contains("nothing of it was sent"), met);
            int whole = Integer.parseInt(words[0]) + (isSent ? 1 : 0);
            for (int i = 0; i < whole; i++) {
                byte[] payload = client.readFrame().payload();
                assertEquals(MESSAGE, payload.length);
                assertEquals(i, ByteBuffer.wrap(payload).getInt());
            }
            client.sendFrame(0x89, new byte[] {7});
            assertEquals(0x8A, client.readFrame().first(), "nothing follows");
        }
    }
}
