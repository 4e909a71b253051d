package dev.hawser.internal.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.extension.Opcode;
import dev.hawser.internal.session.ContainerRuntime;
import dev.hawser.internal.session.RecordingEndpoint;
import dev.hawser.internal.session.SessionHarness;
import jakarta.websocket.CloseReason;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * RFC 6455 section 7: however a connection ends, the endpoint hears it once, last, with the code of who closed first.
 */
class ConnectionEndTest {
    private final RecordingEndpoint endpoint = new RecordingEndpoint();

    @Test
    void aCloseOfThePeerIsAnsweredAfterTheRepliesToWhatCameBefore() {
        try (SessionHarness session = new SessionHarness(endpoint)) {
            session.read(SessionHarness.text("last words"), SessionHarness.close(1000, "bye"));
            awaitEnd(session);
            assertEquals(List.of("open", "text:last words", "close:1000 bye"), endpoint.calls);
            assertEquals(List.of("text:last words", "close:1000 bye"), session.received());
            SessionHarness.await("the server closes first", session.transport::isClosed);
        }
    }

    /**
     * RFC 6455 7.1.1: shutdown() of one direction, and recv() of the other to its end, is how to get a clean closure.
     */
    @Test
    void aPeerThatEndsItsDirectionBehindItsCloseFrameGetsTheRepliesAndTheAnswer() {
        try (SessionHarness session = new SessionHarness(endpoint)) {
            session.read(SessionHarness.text("block"), SessionHarness.text("last"), SessionHarness.close(1000, "bye"));
            SessionHarness.await("the callback runs", () -> endpoint.calls.contains("text:block"));
            session.transport.end();
            session.connection.transportListener().onReadable();
            endpoint.release.countDown();
            awaitEnd(session);
            SessionHarness.await("transport closed", session.transport::isClosed);
            assertEquals(List.of("open", "text:block", "text:last", "close:1000 bye"), endpoint.calls);
            assertEquals(List.of("text:block", "text:last", "close:1000 bye"), session.received());
        }
    }

    @Test
    void aPeerThatIsGoneBehindItsCloseFrameHasClosedInOrder() {
        try (SessionHarness session = new SessionHarness(endpoint)) {
            session.read(SessionHarness.text("block"), SessionHarness.close(1000, "bye"));
            SessionHarness.await("the callback runs", () -> endpoint.calls.contains("text:block"));
            session.transport.end();
            session.connection.transportListener().onReadable();
            session.transport.beforeWrite(() -> {
                throw new IllegalStateException("reset by peer");
            });
            endpoint.release.countDown();
            awaitEnd(session);
            SessionHarness.await("transport closed", session.transport::isClosed);
            assertEquals(List.of("open", "text:block", "close:1000 bye"), endpoint.calls);
        }
    }

    /** And the code is that of its close frame, though it was not answered (RFC 6455 7.1.5). */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPeerThatHasClosedDoesNotWaitForACallbackBeyondTheCloseTimeout(boolean endsItsDirection) {
        Settings impatient = Settings.builder()
                .set(Setting.CLOSE_TIMEOUT, Duration.ofMillis(50))
                .build();
        try (SessionHarness session = new SessionHarness(endpoint, impatient)) {
            session.read(SessionHarness.text("block"), SessionHarness.close(1000, "bye"));
            SessionHarness.await("the callback runs", () -> endpoint.calls.contains("text:block"));
            if (endsItsDirection) {
                session.transport.end();
                session.connection.transportListener().onReadable();
            }
            SessionHarness.await("transport closed", session.transport::isClosed);
            endpoint.release.countDown();
            awaitEnd(session);
            assertEquals(List.of("open", "text:block", "close:1000 bye"), endpoint.calls);
        }
    }

    @Test
    void aCloseWithoutCodeIsToldAs1005AndAnsweredWithoutOne() {
        try (SessionHarness session = new SessionHarness(endpoint)) {
            session.read(SessionHarness.frame(Opcode.CLOSE, true, new byte[0]));
            awaitEnd(session);
            assertEquals(List.of("open", "close:1005 "), endpoint.calls);
            assertEquals(List.of("close:1005 "), session.received());
        }
    }

    @Test
    void ourCloseWaitsForThePeersAnswer() throws IOException {
        try (SessionHarness session = new SessionHarness(endpoint)) {
            awaitOpen();
            endpoint.session.close(new CloseReason(CloseReason.CloseCodes.NORMAL_CLOSURE, "enough"));
            assertEquals(List.of("close:1000 enough"), session.received());
            assertFalse(endpoint.ended(), "before the answer");
            assertTrue(endpoint.session.isOpen(), "before the answer");
            session.read(SessionHarness.close(1000, "enough"));
            awaitEnd(session);
            assertEquals(List.of("open", "close:1000 enough"), endpoint.calls);
            SessionHarness.await("transport closed", session.transport::isClosed);
        }
    }

    @Test
    void aPeerThatNeverAnswersOurCloseIsCutAfterTheCloseTimeout() throws IOException {
        Settings settings = Settings.builder()
                .set(Setting.CLOSE_TIMEOUT, Duration.ofMillis(50))
                .build();
        try (SessionHarness session = new SessionHarness(endpoint, settings)) {
            awaitOpen();
            endpoint.session.close();
            awaitEnd(session);
            assertEquals(List.of("open", "close:1006 the closing handshake took too long"), endpoint.calls);
            assertTrue(session.transport.isClosed());
        }
    }

    @Test
    void aViolationIsToldToTheEndpointOnceAfterWhatWasAcceptedBefore() {
        try (SessionHarness session = new SessionHarness(endpoint)) {
            session.read(SessionHarness.text("accepted"), new byte[] {(byte) 0x83, (byte) 0x80, 0, 0, 0, 0});
            awaitEnd(session);
            assertEquals(4, endpoint.calls.size(), endpoint.calls::toString);
            assertEquals("text:accepted", endpoint.calls.get(1));
            assertTrue(endpoint.calls.get(2).startsWith("error:"), endpoint.calls::toString);
            assertTrue(endpoint.calls.get(3).startsWith("close:1002 "), endpoint.calls::toString);
            assertTrue(session.received().toString().contains("close:1002"), session.received()::toString);
            SessionHarness.await("its direction is ended", session.transport::isOutputShut);
            assertFalse(session.transport.isClosed(), "unread bytes would reset the connection");
            session.transport.end();
            session.connection.transportListener().onReadable();
            assertTrue(session.transport.isClosed());
        }
    }

    @Test
    void anEndBetweenMessagesIs1006WithoutAnError() {
        try (SessionHarness session = new SessionHarness(endpoint)) {
            session.transport.end();
            session.connection.transportListener().onReadable();
            awaitEnd(session);
            assertEquals(List.of("open", "close:1006 "), endpoint.calls);
        }
    }

    @Test
    void anEndInTheMiddleOfAMessageIsAnErrorToo() {
        try (SessionHarness session = new SessionHarness(endpoint)) {
            session.read(new byte[] {(byte) 0x81, (byte) 0x85, 1, 2, 3, 4, 5});
            session.transport.end();
            session.connection.transportListener().onReadable();
            awaitEnd(session);
            assertEquals(
                    List.of("open", "error:the connection ended in the middle of a message", "close:1006 "),
                    endpoint.calls);
        }
    }

    @Test
    void anEndInTheMiddleOfAHeaderIsAnErrorToo() {
        try (SessionHarness session = new SessionHarness(endpoint)) {
            session.read(new byte[] {(byte) 0x81});
            session.transport.end();
            session.connection.transportListener().onReadable();
            awaitEnd(session);
            assertEquals("error:the connection ended in the middle of a message", endpoint.calls.get(1));
        }
    }

    @Test
    void aBrokenConnectionIsOneErrorAndOneClose() {
        try (SessionHarness session = new SessionHarness(endpoint)) {
            session.transport.breakReading(new IOException("reset"));
            session.connection.transportListener().onReadable();
            session.connection.transportListener().onClosed(new IOException("reset, again"));
            awaitEnd(session);
            assertEquals(List.of("open", "error:reset", "close:1006 "), endpoint.calls);
            assertTrue(session.transport.isClosed());
        }
    }

    @Test
    void afterTheEndTheSessionIsClosedAndGoneFromTheRegistry() {
        try (SessionHarness session = new SessionHarness(endpoint)) {
            awaitOpen();
            assertEquals(1, session.runtime.registry().size());
            assertEquals(1, endpoint.session.getOpenSessions().size());
            session.read(SessionHarness.close(1001, ""));
            awaitEnd(session);
            SessionHarness.await("not open", () -> !endpoint.session.isOpen());
            SessionHarness.await(
                    "the registry is empty", () -> session.runtime.registry().size() == 0);
        }
    }

    @Test
    void stoppingTheContainerTellsEveryPeer1001() {
        try (SessionHarness session = new SessionHarness(endpoint)) {
            awaitOpen();
            session.runtime.close(Duration.ofMillis(50));
            assertEquals(List.of("close:1001 the application stops"), session.received());
            assertTrue(endpoint.ended(), endpoint.calls::toString);
            assertTrue(session.transport.isClosed());
        }
    }

    @Test
    void aTransportThatLingersAfterAViolationDoesNotOutliveTheContainer() {
        try (SessionHarness session = new SessionHarness(endpoint)) {
            session.read(new byte[] {(byte) 0x83, (byte) 0x80, 0, 0, 0, 0}); // an opcode that does not exist
            awaitEnd(session);
            SessionHarness.await("its direction is ended", session.transport::isOutputShut);
            assertFalse(session.transport.isClosed(), "the peer may still read why");
            assertEquals(1, session.runtime.registry().size());
            session.runtime.close(Duration.ofMillis(50));
            assertTrue(session.transport.isClosed());
            assertEquals(0, session.runtime.registry().size());
        }
    }

    @Test
    void aTransportWhoseCloseFrameIsNotTakenDoesNotOutliveTheContainer() {
        try (SessionHarness session = new SessionHarness(endpoint)) {
            session.transport.holdWrites();
            session.read(SessionHarness.close(1000, "bye"));
            awaitEnd(session);
            assertFalse(session.transport.isClosed());
            session.runtime.close(Duration.ofMillis(50));
            assertTrue(session.transport.isClosed());
            assertEquals(List.of("open", "close:1000 bye"), endpoint.calls);
        }
    }

    @Test
    void aCallbackThatFailsOfTheBrokenConnectionIsTheOneErrorThatIsTold() {
        SendingEndpoint sending = new SendingEndpoint();
        try (SessionHarness session = new SessionHarness(sending)) {
            session.read(SessionHarness.text("send"));
            SessionHarness.await("the callback runs", () -> sending.calls.contains("send"));
            session.connection.transportListener().onClosed(new IOException("destroyed"));
            sending.release.countDown();
            SessionHarness.await("onClose", () -> sending.calls.toString().contains("close"));
            assertEquals(List.of("send", "error:the connection broke: destroyed", "close:1006"), sending.calls);
        }
    }

    @Test
    void aCallbackThatNeverReturnsIsInterruptedWhenTheContainerHasStopped() {
        SendingEndpoint sending = new SendingEndpoint();
        try (SessionHarness session = new SessionHarness(sending)) {
            session.read(SessionHarness.text("wait"));
            SessionHarness.await("the callback runs", () -> sending.calls.contains("wait"));
            session.runtime.close(Duration.ofMillis(50));
            assertTrue(session.transport.isClosed());
            SessionHarness.await("onClose", () -> sending.calls.toString().contains("close"));
            assertEquals(List.of("wait", "error:null", "close:1001"), sending.calls);
        }
    }

    /** Sends when it is released, and lets what that throws go. */
    @ServerEndpoint("/sending")
    public static class SendingEndpoint {
        final List<String> calls = new CopyOnWriteArrayList<>();
        final CountDownLatch release = new CountDownLatch(1);

        @OnMessage
        public void onText(String message, Session session) throws Exception {
            calls.add(message);
            release.await();
            session.getBasicRemote().sendText("too late");
        }

        @OnError
        public void onError(Throwable error) {
            calls.add("error:" + error.getMessage());
        }

        @OnClose
        public void onClose(CloseReason reason) {
            calls.add("close:" + reason.getCloseCode().getCode());
        }
    }

    @Test
    void anExceptionOfACallbackLeavesTheConnectionOpen() {
        try (SessionHarness session = new SessionHarness(endpoint)) {
            session.read(SessionHarness.text("throw"), SessionHarness.text("still here"));
            SessionHarness.await("echo", () -> session.received().contains("text:still here"));
            assertEquals(List.of("open", "text:throw", "error:throw", "text:still here"), endpoint.calls);
        }
    }

    @Test
    void whatArrivesBeforeThePeersCloseFrameIsDeliveredThoughWeHaveClosed() throws IOException {
        try (SessionHarness session = new SessionHarness(endpoint)) {
            awaitOpen();
            endpoint.session.close();
            session.read(
                    SessionHarness.text("crossing"), SessionHarness.close(1000, ""), SessionHarness.text("behind"));
            awaitEnd(session);
            assertEquals(List.of("open", "text:crossing", "close:1000 "), endpoint.calls);
            assertEquals(List.of("close:1000 "), session.received(), "the reply has nowhere to go");
        }
    }

    @Test
    void whatArrivesBeforeTheCloseTimeoutIsDeliveredThoughThePeerNeverAnswers() throws IOException {
        Settings settings = Settings.builder()
                .set(Setting.CLOSE_TIMEOUT, Duration.ofMillis(200))
                .build();
        try (SessionHarness session = new SessionHarness(endpoint, settings)) {
            awaitOpen();
            endpoint.session.close();
            session.read(SessionHarness.text("late"));
            awaitEnd(session);
            assertEquals(
                    List.of("open", "text:late", "close:1006 the closing handshake took too long"), endpoint.calls);
        }
    }

    @Test
    void anEndpointThatFailedToOpenGetsNoMessage() {
        FailingEndpoint failing = new FailingEndpoint();
        try (SessionHarness session = new SessionHarness(failing)) {
            session.read(SessionHarness.text("late"), SessionHarness.close(1011, ""));
            SessionHarness.await("onClose", () -> failing.calls.toString().contains("close"));
            assertEquals(List.of("open", "error:no", "close:1011"), failing.calls);
        }
    }

    /** Cannot open. */
    @ServerEndpoint("/failing")
    public static class FailingEndpoint {
        final List<String> calls = new CopyOnWriteArrayList<>();

        @OnOpen
        public void onOpen() {
            calls.add("open");
            throw new IllegalStateException("no");
        }

        @OnMessage
        public void onText(String message) {
            calls.add(message);
        }

        @OnError
        public void onError(Throwable error) {
            calls.add("error:" + error.getMessage());
        }

        @OnClose
        public void onClose(CloseReason reason) {
            calls.add("close:" + reason.getCloseCode().getCode());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1004, 1006, 1015, 2000})
    void aCodeThatMustNotBeSentIsRefusedByAnOpenSessionOnly(int code) throws IOException {
        CloseReason reason = CloseCodes.closeReason(code, "");
        try (SessionHarness session = new SessionHarness(endpoint)) {
            awaitOpen();
            assertThrows(IllegalArgumentException.class, () -> endpoint.session.close(reason));
            assertTrue(endpoint.session.isOpen());
            assertEquals(List.of(), session.received());
            endpoint.session.close();
            endpoint.session.close(reason);
            session.read(SessionHarness.close(1000, ""));
            awaitEnd(session);
            SessionHarness.await("closed", () -> !endpoint.session.isOpen());
            endpoint.session.close(reason);
            assertEquals(List.of("close:1000 "), session.received());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1004, 1006, 1015, 2000})
    void aCodeThatMustNotBeSentDoesNothingOnceThePeerHasClosed(int code) throws IOException {
        try (SessionHarness session = new SessionHarness(endpoint)) {
            session.read(SessionHarness.text("block"), SessionHarness.close(1001, "bye"));
            SessionHarness.await("the callback runs", () -> endpoint.calls.contains("text:block"));
            endpoint.session.close(CloseCodes.closeReason(code, ""));
            endpoint.release.countDown();
            awaitEnd(session);
            assertEquals(List.of("text:block", "close:1001 bye"), session.received());
        }
    }

    @Test
    void aPeerThatDoesNotAnswerTheCloseOfAStopIsToldAs1001() {
        try (SessionHarness session = new SessionHarness(endpoint)) {
            awaitOpen();
            session.runtime.close(Duration.ofMillis(50));
            assertEquals(List.of("open", "close:1001 the application stops"), endpoint.calls);
        }
    }

    @Test
    void aPeerThatBreaksTheConnectionAtAStopIsToldAs1001() {
        try (SessionHarness session = new SessionHarness(endpoint)) {
            awaitOpen();
            session.connection.closeAtStop(ContainerRuntime.stopReason());
            session.transport.breakReading(new IOException("reset"));
            session.connection.transportListener().onReadable();
            awaitEnd(session);
            assertEquals(List.of("open", "error:reset", "close:1001 the application stops"), endpoint.calls);
        }
    }

    @Test
    void withinOnCloseTheSessionIsNotOpenAndItsMethodsWork() {
        ClosedEndpoint closed = new ClosedEndpoint();
        try (SessionHarness session = new SessionHarness(closed)) {
            session.read(SessionHarness.close(1000, ""));
            SessionHarness.await("onClose", () -> closed.open != null);
            assertEquals(false, closed.open);
            assertEquals("/test", closed.path);
        }
    }

    /** Looks at its session in onClose. */
    @ServerEndpoint("/closed")
    public static class ClosedEndpoint {
        volatile Boolean open;
        volatile String path;

        @OnClose
        public void onClose(Session session) {
            path = session.getRequestURI().getPath();
            open = session.isOpen();
        }
    }

    private void awaitOpen() {
        SessionHarness.await("onOpen", () -> endpoint.session != null);
    }

    private void awaitEnd(SessionHarness session) {
        SessionHarness.await(
                "onClose; calls were " + endpoint.calls + ", received " + session.received(), endpoint::ended);
    }
}
