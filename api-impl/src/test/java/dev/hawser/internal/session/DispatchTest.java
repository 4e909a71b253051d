package dev.hawser.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hawser.Dispatch;
import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.extension.Opcode;
import dev.hawser.internal.connection.WebSocketConnection;
import dev.hawser.internal.transport.FakeTransport;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Callbacks of one session never overlap and keep their order, and those of others do not wait for a slow one. */
class DispatchTest {
    private static final Settings EVENT_LOOP =
            Settings.builder().set(Setting.DISPATCH, Dispatch.EVENT_LOOP).build();

    @Test
    void callbacksRunOnWorkersByDefaultWithTheApplicationsClassLoader() {
        RecordingEndpoint endpoint = new RecordingEndpoint();
        try (SessionHarness session = new SessionHarness(endpoint)) {
            session.read(SessionHarness.text("hello"));
            SessionHarness.await("echo", () -> session.received().contains("text:hello"));
            assertNotSame(Thread.currentThread(), endpoint.callbackThread);
            assertTrue(endpoint.callbackThread.getName().startsWith("test-worker"), endpoint.callbackThread.getName());
        }
    }

    @Test
    void onTheEventLoopCallbacksRunInTheReadingThreadAndAllRepliesAreOneWrite() {
        RecordingEndpoint endpoint = new RecordingEndpoint();
        Settings heldBack = Settings.builder() // for as long as a loaded machine may take
                .set(Setting.FLUSH_DELAY, Duration.ofMinutes(1))
                .build()
                .over(EVENT_LOOP);
        try (SessionHarness session = new SessionHarness(endpoint, heldBack)) {
            SessionHarness.await("onOpen", () -> endpoint.session != null);
            int before = session.transport.writes();
            session.read(SessionHarness.text("one"), SessionHarness.text("two"), SessionHarness.text("three"));
            assertSame(Thread.currentThread(), endpoint.callbackThread);
            assertEquals(List.of("text:one", "text:two", "text:three"), session.received());
            assertEquals(1, session.transport.writes() - before);
        }
    }

    @Test
    void aSendOnTheEventLoopNeverWaits() {
        Sender endpoint = new Sender();
        Settings settings =
                Settings.builder().set(Setting.OUTBOUND_BYTES, 100).build().over(EVENT_LOOP);
        try (SessionHarness session = new SessionHarness(endpoint, settings)) {
            session.transport.holdWrites();
            session.read(SessionHarness.text("go"));
            assertTrue(endpoint.failure instanceof IllegalStateException, String.valueOf(endpoint.failure));
            assertTrue(endpoint.failure.getMessage().contains("event loop"), endpoint.failure.getMessage());
        }
    }

    @Test
    void aBlockedCallbackDoesNotStopOtherSessions() {
        RecordingEndpoint blocked = new RecordingEndpoint();
        RecordingEndpoint free = new RecordingEndpoint();
        try (SessionHarness session = new SessionHarness(blocked)) {
            FakeTransport other = new FakeTransport();
            WebSocketConnection second = session.connect(free, Settings.defaults(), other);
            session.read(SessionHarness.text("block"));
            SessionHarness.await("it blocks", () -> blocked.calls.contains("text:block"));
            other.arrive(SessionHarness.text("hello"));
            second.transportListener().onReadable();
            SessionHarness.await(
                    "the other answers", () -> SessionHarness.received(other).contains("text:hello"));
            assertEquals(1, blocked.release.getCount());
            blocked.release.countDown();
        }
    }

    @Test
    void manyBlockedSessionsDoNotStopOneThatIsFree() {
        List<RecordingEndpoint> blocked = new ArrayList<>();
        RecordingEndpoint free = new RecordingEndpoint();
        try (SessionHarness session = new SessionHarness(free)) {
            for (int i = 0; i < 20; i++) {
                RecordingEndpoint endpoint = new RecordingEndpoint();
                blocked.add(endpoint);
                FakeTransport transport = new FakeTransport();
                WebSocketConnection connection = session.connect(endpoint, Settings.defaults(), transport);
                transport.arrive(SessionHarness.text("block"));
                connection.transportListener().onReadable();
            }
            session.read(SessionHarness.text("hello"));
            SessionHarness.await("answered", () -> session.received().contains("text:hello"));
            blocked.forEach(endpoint -> endpoint.release.countDown());
        }
    }

    @ParameterizedTest
    @EnumSource
    void callbacksOfOneSessionNeverOverlapAndKeepTheirOrder(Dispatch dispatch) {
        assumeTrue(dispatch.isSupported(), "virtual threads are Java 21");
        Overlap endpoint = new Overlap();
        Settings settings =
                Settings.builder().set(Setting.DISPATCH, dispatch).build().over(Settings.defaults());
        try (SessionHarness session = new SessionHarness(endpoint, settings)) {
            int messages = 5_000;
            for (int i = 0; i < messages; i += 10) {
                byte[][] frames = new byte[10][];
                for (int j = 0; j < frames.length; j++) {
                    frames[j] = SessionHarness.text(Integer.toString(i + j));
                }
                SessionHarness.await("reading goes on", session.transport::takeDemand);
                session.read(frames);
            }
            SessionHarness.await("all are there", () -> endpoint.seen.size() == messages);
            assertEquals(0, endpoint.overlaps.get());
            for (int i = 0; i < messages; i++) {
                assertEquals(Integer.toString(i), endpoint.seen.get(i));
            }
        }
    }

    @Test
    void readingPausesOverTheBoundOfWaitingMessagesAndGoesOnAfterwards() {
        RecordingEndpoint endpoint = new RecordingEndpoint();
        Settings small = Settings.builder().set(Setting.INBOUND_MESSAGES, 2).build();
        try (SessionHarness session = new SessionHarness(endpoint, small)) {
            SessionHarness.await("onOpen", () -> endpoint.session != null);
            session.transport.takeDemand();
            session.read(SessionHarness.text("block"));
            SessionHarness.await("it blocks", () -> endpoint.calls.contains("text:block"));
            session.transport.takeDemand();
            session.read(text(10));
            assertEquals(false, session.transport.isDemanded());
            endpoint.release.countDown();
            SessionHarness.await("reading goes on", session.transport::isDemanded);
            SessionHarness.await("all are served", () -> session.received().size() == 11);
        }
    }

    @Test
    void aStreamHandlerReadsWhileTheMessageArrives() {
        Streamer endpoint = new Streamer();
        try (SessionHarness session = new SessionHarness(endpoint)) {
            session.read(SessionHarness.frame(Opcode.BINARY, false, new byte[] {1, 2, 3}));
            SessionHarness.await("the first part is read", () -> endpoint.read.get() == 3);
            session.read(SessionHarness.frame(Opcode.CONTINUATION, true, new byte[] {4, 5}));
            SessionHarness.await("answered", () -> session.received().contains("text:5"));
        }
    }

    @Test
    void aStreamWhoseConnectionEndsFailsInsteadOfWaiting() {
        Streamer endpoint = new Streamer();
        try (SessionHarness session = new SessionHarness(endpoint)) {
            session.read(SessionHarness.frame(Opcode.BINARY, false, new byte[] {1, 2, 3}));
            SessionHarness.await("the first part is read", () -> endpoint.read.get() == 3);
            session.transport.end();
            session.connection.transportListener().onReadable();
            SessionHarness.await("it fails", () -> endpoint.failure != null);
            assertTrue(endpoint.failure.getMessage().contains("middle of a message"), endpoint.failure.getMessage());
        }
    }

    @Test
    void aStreamIsBoundedAndReadingGoesOnAsItIsRead() {
        Streamer endpoint = new Streamer();
        endpoint.wait = true;
        Settings small = Settings.builder().set(Setting.INBOUND_BYTES, 10_000).build();
        try (SessionHarness session = new SessionHarness(endpoint, small)) {
            session.transport.takeDemand();
            session.read(SessionHarness.frame(Opcode.BINARY, false, new byte[12_000]));
            assertEquals(false, session.transport.isDemanded());
            synchronized (endpoint) {
                endpoint.wait = false;
                endpoint.notifyAll();
            }
            SessionHarness.await("reading goes on", session.transport::isDemanded);
            session.read(SessionHarness.frame(Opcode.CONTINUATION, true, new byte[5]));
            SessionHarness.await("answered", () -> session.received().contains("text:12005"));
        }
    }

    @Test
    void threadsEndWithTheContainer() {
        RecordingEndpoint endpoint = new RecordingEndpoint();
        // On a busy machine a callback may look slow, and a slow one runs on the executor, whose threads are not the
        // container's.
        Settings neverSlow = Settings.builder()
                .set(Setting.SLOW_CALLBACK, SessionHarness.SOON)
                .build();
        SessionHarness session = new SessionHarness(endpoint, neverSlow.over(Settings.defaults()));
        session.read(SessionHarness.text("hello"), SessionHarness.text("again"));
        SessionHarness.await("echo", () -> session.received().size() == 2);
        Thread worker = endpoint.callbackThread;
        session.runtime.close(Duration.ofSeconds(1));
        SessionHarness.await("the worker ends", () -> !worker.isAlive());
        session.close();
    }

    private static byte[][] text(int count) {
        byte[][] frames = new byte[count][];
        for (int i = 0; i < count; i++) {
            frames[i] = SessionHarness.text("message " + i);
        }
        return frames;
    }

    /** Sends until it is refused. */
    @ServerEndpoint("/test")
    public static class Sender {
        volatile Throwable failure;

        @OnMessage
        public void onText(String message, Session session) throws IOException {
            try {
                for (int i = 0; i < 100; i++) {
                    session.getBasicRemote().sendText("0123456789");
                }
            } catch (IllegalStateException e) {
                failure = e;
            }
        }
    }

    /** Notices when two callbacks run at once. */
    @ServerEndpoint("/test")
    public static class Overlap {
        final List<String> seen = Collections.synchronizedList(new ArrayList<>());
        final AtomicInteger inside = new AtomicInteger();
        final AtomicInteger overlaps = new AtomicInteger();

        @OnMessage
        public void onText(String message) {
            if (inside.incrementAndGet() != 1) {
                overlaps.incrementAndGet();
            }
            seen.add(message);
            LockSupport.parkNanos(1); // lets another one in, if there is one
            inside.decrementAndGet();
        }
    }

    /** Answers with the length of a stream. */
    @ServerEndpoint("/test")
    public static class Streamer {
        final AtomicInteger read = new AtomicInteger();
        volatile IOException failure;
        boolean wait;

        @OnMessage
        public String onBinary(InputStream message) throws IOException, InterruptedException {
            synchronized (this) {
                while (wait) {
                    wait();
                }
            }
            try {
                for (int octet = message.read(); octet >= 0; octet = message.read()) {
                    read.incrementAndGet();
                }
            } catch (IOException e) {
                failure = e;
                throw e;
            }
            return read.toString();
        }

        @jakarta.websocket.OnError
        public void onError(Throwable error) {
            assertThrows(Throwable.class, () -> {
                throw error;
            });
        }
    }

    @Test
    void whatArrivesBeforeOnOpenHasAddedTheHandlersWaitsForThem() {
        LateHandlers endpoint = new LateHandlers();
        FakeTransport transport = new FakeTransport();
        try (SessionHarness session = new SessionHarness(new RecordingEndpoint())) {
            WebSocketConnection late = session.connect(
                    endpoint, Settings.defaults(), transport, ByteBuffer.wrap(SessionHarness.text("early")));
            assertEquals(false, transport.isDemanded());
            endpoint.release.countDown();
            SessionHarness.await(
                    "answered", () -> SessionHarness.received(transport).contains("text:early"));
            SessionHarness.await("reading goes on", transport::isDemanded);
            transport.arrive(SessionHarness.text("later"));
            late.transportListener().onReadable();
            SessionHarness.await(
                    "answered", () -> SessionHarness.received(transport).contains("text:later"));
        }
    }

    /** Adds its handler late in onOpen. */
    public static class LateHandlers extends Endpoint {
        final CountDownLatch release = new CountDownLatch(1);

        @Override
        public void onOpen(Session session, EndpointConfig config) {
            try {
                release.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            session.addMessageHandler(String.class, (MessageHandler.Whole<String>)
                    message -> session.getAsyncRemote().sendText(message, r -> {}));
        }
    }

    @Test
    void whatArrivesBeforeOnOpenOfAnAnnotatedClassHasAddedAHandlerWaitsForIt() {
        AnnotatedLateHandler endpoint = new AnnotatedLateHandler();
        FakeTransport transport = new FakeTransport();
        try (SessionHarness session = new SessionHarness(new RecordingEndpoint())) {
            session.connect(
                    endpoint, Settings.defaults(), transport, ByteBuffer.wrap(SessionHarness.binary(new byte[3])));
            assertEquals(false, transport.isDemanded());
            endpoint.release.countDown();
            SessionHarness.await(
                    "answered", () -> SessionHarness.received(transport).contains("text:3 bytes"));
        }
    }

    /** Takes texts, and adds a handler for binary messages. */
    @ServerEndpoint("/test")
    public static class AnnotatedLateHandler {
        final CountDownLatch release = new CountDownLatch(1);

        @OnOpen
        public void onOpen(Session session) throws InterruptedException {
            release.await();
            session.addMessageHandler(byte[].class, (MessageHandler.Whole<byte[]>)
                    message -> session.getAsyncRemote().sendText(message.length + " bytes", result -> {}));
        }

        @OnMessage
        public void onText(String message) {}
    }

    @Test
    void buffersOfAnIdleConnectionAreGivenBack() {
        RecordingEndpoint endpoint = new RecordingEndpoint();
        try (SessionHarness session = new SessionHarness(endpoint)) {
            session.read(new byte[] {(byte) 0x81}); // half a header
            ByteBuffer first = session.runtime.resources().readBuffers().borrowForReading();
            assertEquals(0, first.position());
            session.read(new byte[] {(byte) 0x80, 0, 0, 0, 0});
            SessionHarness.await("echo", () -> session.received().contains("text:"));
        }
    }
}
