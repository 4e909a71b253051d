package dev.hawser.internal.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.CloseCause;
import dev.hawser.ConnectionObserver;
import dev.hawser.Dispatch;
import dev.hawser.ObservedConnection;
import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.extension.Opcode;
import dev.hawser.internal.session.SessionHarness;
import dev.hawser.internal.session.SharedSends;
import dev.hawser.internal.session.WebSocketSession;
import dev.hawser.internal.transport.SharedMessage;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.PongMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An observer is told what happens to a connection, on whichever thread its callbacks run. */
class ObserverTest {
    /** Echoes text, throws at "throw", and takes binary messages as its subclass says. */
    @ServerEndpoint("/test")
    public static class Echo {
        volatile Session session;
        volatile boolean ended;

        @OnOpen
        public void onOpen(Session opened) {
            session = opened;
        }

        @OnMessage
        public String onText(String text) {
            if (text.equals("throw")) {
                throw new IllegalStateException("as the test wants it");
            }
            return text;
        }

        @OnMessage
        public void onPong(PongMessage pong) {}

        @OnError
        public void onError(Throwable error) {}

        @OnClose
        public void onClose() {
            ended = true;
        }
    }

    /** Takes binary messages in parts. */
    @ServerEndpoint("/test")
    public static class Parts {
        @OnMessage
        public void onPart(ByteBuffer part, boolean last) {}
    }

    /** Takes binary messages as streams. */
    @ServerEndpoint("/test")
    public static class Streams {
        @OnMessage
        public void onStream(InputStream message) throws IOException {
            message.readAllBytes();
        }
    }

    private final RecordingObserver told = new RecordingObserver();

    private SessionHarness observed(Object endpoint, Settings settings) {
        SessionHarness harness = new SessionHarness(endpoint, settings);
        harness.runtime.observers().add(told);
        return harness;
    }

    private void awaits(String... lines) {
        SessionHarness.await(List.of(lines) + " in " + told.lines, () -> told.has(lines));
    }

    @ParameterizedTest
    @EnumSource(value = Dispatch.class, mode = EnumSource.Mode.EXCLUDE, names = "VIRTUAL_THREADS")
    void aMessageItsCallbackAndItsReplyAreTold(Dispatch dispatch) {
        Settings settings = Settings.builder().set(Setting.DISPATCH, dispatch).build();
        try (SessionHarness harness = observed(new Echo(), settings)) {
            harness.read(SessionHarness.text("h\u00e9llo"));
            awaits(
                    "frame in TEXT fin rsv0 6",
                    "message in TEXT 6",
                    "callback MESSAGE",
                    "frame out TEXT fin rsv0 6",
                    "message out TEXT 6");
            assertEquals(5, told.lines.size(), told.lines::toString);
        }
    }

    @Test
    void aConnectionIsToldFromItsOpeningToItsEnd() {
        try (SessionHarness harness = new SessionHarness(new Echo())) {
            harness.runtime.observers().add(told);
            Echo endpoint = new Echo();
            harness.connect(endpoint, Settings.defaults(), new dev.hawser.internal.transport.FakeTransport());
            awaits("opened /test", "callback OPEN");
            ObservedConnection connection = told.connections.get(0);
            assertEquals(new ObservedConnection(endpoint.session.getId(), "/test", false), connection);
            harness.runtime.close(Duration.ofMillis(100));
        }
        awaits("callback CLOSE", "ended STOPPED 1001");
        assertEquals("opened /test", told.lines.get(0));
        assertEquals(2, told.of("ended").size(), "one for each of the two sessions");
    }

    @Test
    void theEndIsToldOnceWithItsCauseAndCodes() {
        try (SessionHarness harness = observed(new Echo(), Settings.defaults())) {
            harness.read(SessionHarness.close(4001, "bye"));
            awaits("frame in CLOSE fin rsv0 5 code 4001", "callback CLOSE", "ended CLOSED_BY_PEER 4001");
            SessionHarness.await(
                    "the answer",
                    () -> told.has("frame out CLOSE fin rsv0 2 code 4001")
                            || told.has("frame out CLOSE fin rsv0 5 code 4001"));
        }
        assertEquals(1, told.of("ended").size());
    }

    @Test
    void aCloseFrameThatBreaksARuleIsToldWithoutACode() {
        try (SessionHarness harness = observed(new Echo(), Settings.defaults())) {
            harness.read(SessionHarness.frame(Opcode.CLOSE, true, new byte[1]));
            awaits("frame in CLOSE fin rsv0 1", "ended PROTOCOL_ERROR 1002");
        }
    }

    @Test
    void aConnectionThatNeverOpensIsToldItsEndAlone() {
        try (SessionHarness harness = observed(new Echo(), Settings.defaults())) {
            harness.accepted(new Echo(), Settings.defaults()).cut("the test cuts it", CloseCause.NOT_OPENED);
            awaits("ended NOT_OPENED 1006");
            assertEquals(List.of("ended NOT_OPENED 1006"), told.lines);
        }
    }

    @Test
    void controlFramesAreTold() {
        try (SessionHarness harness = observed(new Echo(), Settings.defaults())) {
            harness.read(
                    SessionHarness.frame(Opcode.PING, true, new byte[3]),
                    SessionHarness.frame(Opcode.PONG, true, new byte[4]));
            awaits(
                    "frame in PING fin rsv0 3",
                    "frame out PONG fin rsv0 3",
                    "frame in PONG fin rsv0 4",
                    "callback PONG");
        }
    }

    @Test
    void fragmentsAreFramesOfOneMessage() throws IOException {
        Echo endpoint = new Echo();
        try (SessionHarness harness = observed(endpoint, Settings.defaults())) {
            harness.read(
                    SessionHarness.frame(Opcode.TEXT, false, new byte[] {'a', 'b'}),
                    SessionHarness.frame(Opcode.CONTINUATION, true, new byte[] {'c'}));
            awaits("frame in TEXT more rsv0 2", "frame in CONTINUATION fin rsv0 1", "message in TEXT 3");
            endpoint.session.getBasicRemote().sendText("12", false);
            endpoint.session.getBasicRemote().sendText("345", true);
            awaits("frame out TEXT more rsv0 2", "frame out CONTINUATION fin rsv0 3", "message out TEXT 5");
        }
    }

    @Test
    void partsAndStreamsAreMessages() {
        for (Object endpoint : List.of(new Parts(), new Streams())) {
            told.lines.clear();
            try (SessionHarness harness = observed(endpoint, Settings.defaults())) {
                harness.read(
                        SessionHarness.frame(Opcode.BINARY, false, new byte[20_000]),
                        SessionHarness.frame(Opcode.CONTINUATION, true, new byte[5]));
                awaits("frame in BINARY more rsv0 20000", "message in BINARY 20005", "callback MESSAGE");
            }
        }
    }

    @Test
    void aCallbackThatThrowsAndItsErrorHandlerAreTold() {
        try (SessionHarness harness = observed(new Echo(), Settings.defaults())) {
            harness.read(SessionHarness.text("throw"));
            awaits("callback MESSAGE", "callback ERROR");
        }
    }

    @ParameterizedTest
    @EnumSource(value = Dispatch.class, mode = EnumSource.Mode.EXCLUDE, names = "VIRTUAL_THREADS")
    void aCallbackBeginsOnTheThreadOnWhichItEnds(Dispatch dispatch) {
        Settings settings = Settings.builder().set(Setting.DISPATCH, dispatch).build();
        try (SessionHarness harness = observed(new Echo(), settings)) {
            harness.read(SessionHarness.text("throw"), SessionHarness.frame(Opcode.PONG, true, new byte[4]));
            harness.read(SessionHarness.close(1000, ""));
            awaits("ended CLOSED_BY_PEER 1000");
        }
        assertEquals(
                told.begun.stream().sorted().toList(),
                told.ended.stream().sorted().toList());
        assertEquals(4, told.begun.size(), told.begun::toString);
    }

    /** Programmatic, and without onError. */
    public static class Silent extends Endpoint {
        @Override
        public void onOpen(Session session, EndpointConfig config) {
            session.addMessageHandler(String.class, text -> {
                throw new IllegalStateException("as the test wants it");
            });
        }
    }

    @Test
    void anErrorCallbackThatThereIsNotIsNotTold() {
        try (SessionHarness harness = observed(new Silent(), Settings.defaults())) {
            harness.read(SessionHarness.text("hello"));
            awaits("callback MESSAGE");
            harness.read(SessionHarness.close(1000, ""));
            awaits("ended CLOSED_BY_PEER 1000");
            assertEquals(List.of(), told.of("callback ERROR"));
            assertEquals(told.ended.size(), told.begun.size());
        }
    }

    @Test
    void aSendThatFailsIsTold() throws IOException {
        Echo endpoint = new Echo();
        Settings settings = Settings.builder().set(Setting.OUTBOUND_BYTES, 100).build();
        try (SessionHarness harness = observed(endpoint, settings)) {
            harness.transport.holdWrites();
            endpoint.session.getAsyncRemote().sendText("x".repeat(100));
            endpoint.session.getAsyncRemote().sendText("x".repeat(100));
            awaits("send failed");
            assertEquals(1, told.of("send failed").size());
            harness.transport.releaseWrite();
        }
    }

    @Test
    void marksOfTheQueueDouble() {
        Echo endpoint = new Echo();
        try (SessionHarness harness = observed(endpoint, Settings.defaults())) {
            harness.transport.holdWrites();
            for (int i = 0; i < 20; i++) {
                endpoint.session.getAsyncRemote().sendText("x".repeat(10_000));
            }
            awaits("high water 131072");
            assertEquals(
                    List.of("high water 16384", "high water 32768", "high water 65536", "high water 131072"),
                    told.of("high water"));
            harness.transport.releaseWrite();
        }
    }

    @Test
    void aSharedMessageIsTold() {
        try (SessionHarness harness = observed(new Echo(), Settings.defaults())) {
            WebSocketSession session = SessionHarness.sessionOf(harness.connection);
            SharedSends sends = SharedSends.of(session);
            assertEquals(
                    SharedSends.Offer.ACCEPTED,
                    sends.offer(new SharedMessage(Opcode.TEXT, "hello".getBytes(StandardCharsets.UTF_8))));
            sends.flush();
            awaits("frame out TEXT fin rsv0 5", "message out TEXT 5");
        }
    }

    @Test
    void anObserverThatIsRemovedIsToldNothingMore() {
        Echo endpoint = new Echo();
        try (SessionHarness harness = observed(endpoint, Settings.defaults())) {
            assertFalse(harness.runtime.observers().none());
            harness.runtime.observers().remove(told);
            assertTrue(harness.runtime.observers().none());
            harness.read(SessionHarness.text("hello"));
            SessionHarness.await("the echo", () -> harness.received().equals(List.of("text:hello")));
            assertEquals(List.of(), told.lines);
        }
    }

    @Test
    void whatAnObserverThrowsHarmsNoSession() {
        ConnectionObserver failing = (ConnectionObserver) java.lang.reflect.Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ConnectionObserver.class}, (proxy, method, args) -> {
                    if (method.getDeclaringClass() == Object.class) {
                        return method.getName().equals("hashCode") ? (Object) 1 : proxy == args[0];
                    }
                    throw method.getName().startsWith("frame")
                            ? new StackOverflowError("as the test wants it")
                            : new OutOfMemoryError("as the test wants it");
                });
        Echo endpoint = new Echo();
        try (SessionHarness harness = new SessionHarness(endpoint)) {
            harness.runtime.observers().add(failing);
            harness.runtime.observers().add(told);
            for (int i = 0; i < 50; i++) {
                harness.read(SessionHarness.text("hello"));
            }
            SessionHarness.await("the echoes", () -> harness.received().size() == 50);
            harness.read(SessionHarness.close(1000, ""));
            awaits("ended CLOSED_BY_PEER 1000");
            SessionHarness.await("onClose", () -> endpoint.ended);
            assertEquals(50, told.of("message out").size());
        }
    }
}
