package dev.hawser.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.SendHandler;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What sends do with what they are given: buffers are consumed, and null is refused by the name of its parameter. */
class ControlFrameSendTest {
    private final RecordingEndpoint endpoint = new RecordingEndpoint();

    @Test
    void aSentPingOrPongHasConsumedItsBuffer() throws Exception {
        try (SessionHarness session = open()) {
            for (RemoteEndpoint remote : remotes()) {
                ByteBuffer ping = part(5);
                remote.sendPing(ping);
                assertEquals(5, ping.position(), "position after the ping");
                assertEquals(5, ping.limit(), "limit after the ping");
                ByteBuffer pong = part(4).asReadOnlyBuffer();
                remote.sendPong(pong);
                assertEquals(4, pong.position(), "position after the pong");
                assertEquals(4, pong.limit(), "limit after the pong");
            }
            assertEquals(List.of("ping:3", "pong:23", "ping:3", "pong:23"), session.received());
        }
    }

    @Test
    void aSentBinaryMessageHasConsumedItsBuffer() throws Exception {
        try (SessionHarness session = open()) {
            RemoteEndpoint.Basic basic = endpoint.session.getBasicRemote();
            RemoteEndpoint.Async async = endpoint.session.getAsyncRemote();
            ByteBuffer[] given = {part(5), part(5), part(5), part(5), part(5), part(5)};
            basic.sendBinary(given[0]);
            basic.sendBinary(given[1], true);
            basic.sendObject(given[2]);
            async.sendBinary(given[3]).get();
            async.sendBinary(given[4], result -> {});
            async.sendObject(given[5]).get();
            for (ByteBuffer buffer : given) {
                assertEquals(5, buffer.position());
                assertEquals(5, buffer.limit());
            }
            assertEquals(6, session.received().size());
        }
    }

    @Test
    void aPingOfMoreThan125BytesIsRefused() {
        try (SessionHarness session = open()) {
            for (RemoteEndpoint remote : remotes()) {
                assertThrows(IllegalArgumentException.class, () -> remote.sendPing(ByteBuffer.allocate(126)));
                assertThrows(IllegalArgumentException.class, () -> remote.sendPong(ByteBuffer.allocate(126)));
            }
            assertEquals(List.of(), session.received());
        }
    }

    @Test
    void nullIsRefusedByTheNameOfItsParameter() {
        try (SessionHarness session = open()) {
            RemoteEndpoint.Basic basic = endpoint.session.getBasicRemote();
            RemoteEndpoint.Async async = endpoint.session.getAsyncRemote();
            SendHandler handler = result -> {};
            for (RemoteEndpoint remote : remotes()) {
                refused("applicationData", () -> remote.sendPing(null));
                refused("applicationData", () -> remote.sendPong(null));
            }
            Map<Executable, String> calls = Map.ofEntries(
                    Map.entry(() -> basic.sendText(null), "text"),
                    Map.entry(() -> basic.sendText(null, true), "partialMessage"),
                    Map.entry(() -> basic.sendBinary(null), "data"),
                    Map.entry(() -> basic.sendBinary(null, true), "partialByte"),
                    Map.entry(() -> basic.sendObject(null), "data"),
                    Map.entry(() -> async.sendText(null), "text"),
                    Map.entry(() -> async.sendText(null, handler), "text"),
                    Map.entry(() -> async.sendText("x", null), "handler"),
                    Map.entry(() -> async.sendBinary(null), "data"),
                    Map.entry(() -> async.sendBinary(null, handler), "data"),
                    Map.entry(() -> async.sendBinary(part(5), null), "handler"),
                    Map.entry(() -> async.sendObject(null), "data"),
                    Map.entry(() -> async.sendObject(null, handler), "data"),
                    Map.entry(() -> async.sendObject("x", null), "handler"));
            calls.forEach((call, name) -> refused(name, call));
            assertEquals(List.of(), session.received());
        }
    }

    private static void refused(String name, Executable call) {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, call);
        assertTrue(refused.getMessage().startsWith(name + " "), refused.getMessage());
    }

    /** The digits 2 to 4 in the middle of an array, up to the limit. */
    private static ByteBuffer part(int limit) {
        return ByteBuffer.wrap(new byte[] {'0', '1', '2', '3', '4', '5'})
                .position(2)
                .limit(limit);
    }

    private List<RemoteEndpoint> remotes() {
        return List.of(endpoint.session.getBasicRemote(), endpoint.session.getAsyncRemote());
    }

    private SessionHarness open() {
        SessionHarness session = new SessionHarness(endpoint);
        SessionHarness.await("onOpen", () -> endpoint.session != null);
        return session;
    }
}
