package dev.hawser.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hawser.Dispatch;
import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.extension.Opcode;
import dev.hawser.internal.connection.WebSocketConnection;
import dev.hawser.internal.transport.FakeTransport;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What is special about callbacks on virtual threads. The rules of all callbacks are DispatchTest's; what Java 17 to 20
 * say is in the tests of deployment and connect.
 */
class VirtualThreadsTest {
    private static final Settings VIRTUAL =
            Settings.builder().set(Setting.DISPATCH, Dispatch.VIRTUAL_THREADS).build();

    @BeforeEach
    void thisJavaHasThem() {
        assumeTrue(Dispatch.VIRTUAL_THREADS.isSupported(), "virtual threads are Java 21");
    }

    @Test
    void allCallbacksRunOnVirtualThreadsWithTheApplicationsClassLoader() {
        Recorder endpoint = new Recorder();
        try (SessionHarness session = new SessionHarness(endpoint, VIRTUAL)) {
            for (int i = 0; i < 3; i++) {
                session.read(SessionHarness.text("hello"));
                int replies = i + 1;
                SessionHarness.await("echo", () -> session.received().size() == replies);
            }
            session.read(SessionHarness.close(1000, ""));
            SessionHarness.await("onClose", () -> endpoint.threads.size() == 5);
            for (Thread thread : endpoint.threads) {
                assertTrue(isVirtual(thread), thread.toString());
                assertEquals("test-virtual", thread.getName());
            }
            assertEquals(Set.of(SessionHarness.class.getClassLoader()), endpoint.loaders);
        }
    }

    @Test
    void moreCallbacksMayBlockThanThereMayBeWorkers() {
        Settings oneWorker =
                Settings.builder().set(Setting.MAX_WORKERS, 1).build().over(VIRTUAL);
        int sessions = 300;
        CountDownLatch allAreInside = new CountDownLatch(sessions);
        try (SessionHarness session = new SessionHarness(new Meeting(allAreInside), oneWorker)) {
            List<FakeTransport> transports = new ArrayList<>(List.of(session.transport));
            session.read(SessionHarness.text("wait for all"));
            for (int i = 1; i < sessions; i++) {
                FakeTransport transport = new FakeTransport();
                transports.add(transport);
                WebSocketConnection connection = session.connect(new Meeting(allAreInside), oneWorker, transport);
                transport.arrive(SessionHarness.text("wait for all"));
                connection.transportListener().onReadable();
            }
            for (FakeTransport transport : transports) {
                SessionHarness.await(
                        "all have met", () -> SessionHarness.received(transport).contains("text:met"));
            }
        }
    }

    @Test
    void aStreamHandlerWaitsForTheRestOfItsMessage() {
        try (SessionHarness session = new SessionHarness(new Streamer(), VIRTUAL)) {
            session.read(SessionHarness.frame(Opcode.BINARY, false, new byte[3]));
            session.read(SessionHarness.frame(Opcode.CONTINUATION, true, new byte[2]));
            SessionHarness.await("answered", () -> session.received().contains("text:5"));
        }
    }

    @Test
    void aCallbackThatWaitsForEverEndsWithTheContainer() {
        Stuck endpoint = new Stuck();
        SessionHarness session = new SessionHarness(endpoint, VIRTUAL);
        session.read(SessionHarness.text("wait for ever"));
        SessionHarness.await("it waits", () -> endpoint.thread != null);
        Thread thread = endpoint.thread;
        assertTrue(isVirtual(thread), thread.toString());
        session.runtime.close(Duration.ofMillis(50));
        SessionHarness.await("its thread ends", () -> !thread.isAlive());
        session.close();
    }

    @Test
    void aStopInACallbackDoesNotWaitForItself() {
        Stopper endpoint = new Stopper();
        SessionHarness session = new SessionHarness(endpoint, VIRTUAL);
        endpoint.runtime = session.runtime;
        session.read(SessionHarness.text("stop"));
        SessionHarness.await("it has stopped", () -> endpoint.stopped);
        assertFalse(endpoint.interrupted);
        session.close();
    }

    private static boolean isVirtual(Thread thread) {
        try {
            return (boolean) Thread.class.getMethod("isVirtual").invoke(thread); // Java 21
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("Thread.isVirtual", e);
        }
    }

    /** Notes where each of its callbacks runs. */
    @ServerEndpoint("/test")
    public static class Recorder {
        final List<Thread> threads = Collections.synchronizedList(new ArrayList<>());
        final Set<ClassLoader> loaders = ConcurrentHashMap.newKeySet();

        @OnOpen
        public void onOpen(Session session) {
            note();
        }

        @OnMessage
        public String onText(String message) {
            note();
            return message;
        }

        @OnClose
        public void onClose(Session session) {
            note();
        }

        private void note() {
            loaders.add(Thread.currentThread().getContextClassLoader());
            threads.add(Thread.currentThread());
        }
    }

    /** Answers when all others have been asked, too. */
    @ServerEndpoint("/test")
    public static class Meeting {
        private final CountDownLatch all;

        Meeting(CountDownLatch all) {
            this.all = all;
        }

        @OnMessage
        public String onText(String message) throws InterruptedException {
            all.countDown();
            all.await();
            return "met";
        }
    }

    /** Answers with the length of a stream. */
    @ServerEndpoint("/test")
    public static class Streamer {
        @OnMessage
        public String onBinary(InputStream message) throws IOException {
            return Integer.toString(message.readAllBytes().length);
        }
    }

    /** Waits for what never comes. */
    @ServerEndpoint("/test")
    public static class Stuck {
        volatile Thread thread;

        @OnMessage
        public void onText(String message) throws InterruptedException {
            thread = Thread.currentThread();
            new CountDownLatch(1).await();
        }
    }

    /** Closes its own container. */
    @ServerEndpoint("/test")
    public static class Stopper {
        volatile ContainerRuntime runtime;
        volatile boolean stopped;
        volatile boolean interrupted;

        @OnMessage
        public void onText(String message) {
            runtime.close(Duration.ofMillis(50));
            interrupted = Thread.currentThread().isInterrupted();
            stopped = true;
        }
    }
}
