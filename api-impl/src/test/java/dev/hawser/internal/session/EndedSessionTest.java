package dev.hawser.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hawser.Settings;
import dev.hawser.internal.component.Component;
import dev.hawser.internal.connection.WebSocketConnection;
import dev.hawser.internal.transport.FakeTransport;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.OnClose;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What works within onClose, and what does no more behind it. */
class EndedSessionTest {
    /**
     * All methods of Session that its javadoc has throw once the session is closed, but for getContainer: there is none
     * here.
     */
    private static Map<String, Consumer<Session>> methods() {
        MessageHandler.Whole<ByteBuffer> handler = message -> {};
        Map<String, Consumer<Session>> methods = new LinkedHashMap<>();
        methods.put("addMessageHandler", session -> session.addMessageHandler(ByteBuffer.class, handler));
        methods.put("getMessageHandlers", Session::getMessageHandlers);
        methods.put("removeMessageHandler", session -> session.removeMessageHandler(handler));
        methods.put("getProtocolVersion", Session::getProtocolVersion);
        methods.put("getNegotiatedSubprotocol", Session::getNegotiatedSubprotocol);
        methods.put("getNegotiatedExtensions", Session::getNegotiatedExtensions);
        methods.put("isSecure", Session::isSecure);
        methods.put("getMaxIdleTimeout", Session::getMaxIdleTimeout);
        methods.put("setMaxIdleTimeout", session -> session.setMaxIdleTimeout(1_000));
        methods.put("setMaxBinaryMessageBufferSize", session -> session.setMaxBinaryMessageBufferSize(100));
        methods.put("getMaxBinaryMessageBufferSize", Session::getMaxBinaryMessageBufferSize);
        methods.put("setMaxTextMessageBufferSize", session -> session.setMaxTextMessageBufferSize(100));
        methods.put("getMaxTextMessageBufferSize", Session::getMaxTextMessageBufferSize);
        methods.put("getAsyncRemote", Session::getAsyncRemote);
        methods.put("getBasicRemote", Session::getBasicRemote);
        methods.put("getRequestURI", Session::getRequestURI);
        methods.put("getRequestParameterMap", Session::getRequestParameterMap);
        methods.put("getQueryString", Session::getQueryString);
        methods.put("getPathParameters", Session::getPathParameters);
        methods.put("getUserProperties", Session::getUserProperties);
        methods.put("getUserPrincipal", Session::getUserPrincipal);
        methods.put("getOpenSessions", Session::getOpenSessions);
        return methods;
    }

    /** Calls everything when it is closed. */
    @ServerEndpoint("/test")
    public static class Closed {
        final List<String> outcomes = new CopyOnWriteArrayList<>();
        volatile Session session;

        @OnClose
        public void onClose(Session closed) {
            outcomes.add("open " + closed.isOpen());
            outcomes.add("among the open sessions " + closed.getOpenSessions().contains(closed));
            methods().forEach((name, method) -> {
                try {
                    method.accept(closed);
                } catch (RuntimeException e) {
                    outcomes.add(name + " " + e);
                }
            });
            session = closed;
        }
    }

    @Test
    void withinOnCloseItIsNotOpenAndAllItsOtherMethodsWork() {
        Closed endpoint = new Closed();
        try (SessionHarness harness = new SessionHarness(endpoint)) {
            harness.read(SessionHarness.close(1000, ""));
            SessionHarness.await("onClose", () -> endpoint.session != null);
            assertEquals(List.of("open false", "among the open sessions false"), endpoint.outcomes);
        }
    }

    @Test
    void behindOnCloseItsMethodsThrowButForTheIdAndIsOpenAndClose() throws Exception {
        Closed endpoint = new Closed();
        try (SessionHarness harness = new SessionHarness(endpoint)) {
            harness.read(SessionHarness.close(1000, ""));
            SessionHarness.await("closed", () -> endpoint.session != null && !endpoint.session.isOpen());
            Session session = endpoint.session;
            List<String> working = new ArrayList<>();
            methods().forEach((name, method) -> {
                try {
                    method.accept(session);
                    working.add(name);
                } catch (IllegalStateException e) {
                    // as its javadoc says
                }
            });
            assertEquals(List.of(), working);
            assertEquals(SessionHarness.sessionOf(harness.connection).getId(), session.getId());
            session.close();
        }
    }

    @Test
    void aBufferSizeOfZeroOrLessIsThatOfTheSettings() {
        RecordingEndpoint endpoint = new RecordingEndpoint();
        try (SessionHarness harness = new SessionHarness(endpoint)) {
            SessionHarness.await("onOpen", () -> endpoint.session != null);
            Session session = endpoint.session;
            for (int none : new int[] {0, -1, Integer.MIN_VALUE}) {
                session.setMaxTextMessageBufferSize(1);
                session.setMaxBinaryMessageBufferSize(1);
                session.setMaxTextMessageBufferSize(none);
                session.setMaxBinaryMessageBufferSize(none);
                assertEquals(64 * 1024, session.getMaxTextMessageBufferSize());
                assertEquals(64 * 1024, session.getMaxBinaryMessageBufferSize());
            }
        }
    }

    @Test
    void anInstanceWhoseConnectionNeverOpensIsGivenBackOnceAndHearsNothing() {
        List<String> calls = new CopyOnWriteArrayList<>();
        RecordingEndpoint endpoint = new RecordingEndpoint();
        try (SessionHarness harness = new SessionHarness(new RecordingEndpoint())) {
            WebSocketConnection never = harness.accepted(
                    new Component<>(endpoint, released -> calls.add("given back")), Settings.defaults());
            never.transportListener().onClosed(null); // another response than the 101 went out
            never.transportListener().onClosed(null);
            assertEquals(List.of("given back"), calls);
            assertEquals(List.of(), endpoint.calls);
        }
    }

    @Test
    void anInstanceThatHasServedIsGivenBackBehindOnClose() {
        RecordingEndpoint endpoint = new RecordingEndpoint();
        FakeTransport transport = new FakeTransport();
        try (SessionHarness harness = new SessionHarness(new RecordingEndpoint())) {
            WebSocketConnection served = harness.accepted(
                    new Component<>(endpoint, released -> endpoint.calls.add("given back")), Settings.defaults());
            served.transportListener().onOpen(transport, ByteBuffer.allocate(0));
            SessionHarness.await("onOpen has returned", transport::isDemanded);
            transport.end();
            served.transportListener().onReadable();
            SessionHarness.await("given back", () -> endpoint.calls.contains("given back"));
            assertEquals(3, endpoint.calls.size(), endpoint.calls::toString);
            assertEquals("given back", endpoint.calls.get(2), endpoint.calls::toString);
        }
    }
}
