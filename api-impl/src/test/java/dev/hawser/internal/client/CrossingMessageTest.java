package dev.hawser.internal.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.CloseReason;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.Session;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * A message that crosses the client's close frame on the wire is delivered, as a server's sessions deliver it; onClose
 * is last.
 */
class CrossingMessageTest {
    private static final byte[] CROSSING = {(byte) 0x81, 8, 'c', 'r', 'o', 's', 's', 'i', 'n', 'g'};
    private static final byte[] BYE = {(byte) 0x88, 2, 0x03, (byte) 0xE8}; // 1000
    private static final byte[] BEHIND = {(byte) 0x81, 1, 'x'};

    /** Reads the client's close frame, and sends a message before its own, and one behind it. */
    private static void answerLate(ScriptedServer.Peer peer) throws IOException {
        peer.send(ScriptedServer.accept(peer.head()));
        for (int i = 0; i < 2 + 4 + 2; i++) { // header, mask, code
            peer.read();
        }
        peer.out.write(CROSSING);
        peer.out.write(BYE);
        peer.out.write(BEHIND);
        peer.out.flush();
        peer.staySilent();
    }

    /** Keeps the order of its calls. */
    private static final class InOrder extends jakarta.websocket.Endpoint {
        final BlockingQueue<String> calls = new LinkedBlockingQueue<>();

        @Override
        public void onOpen(Session session, jakarta.websocket.EndpointConfig config) {
            session.addMessageHandler(String.class, (MessageHandler.Whole<String>) calls::add);
        }

        @Override
        public void onClose(Session session, CloseReason reason) {
            calls.add("close " + reason.getCloseCode().getCode());
        }
    }

    @Test
    void isDeliveredBeforeOnClose() throws Exception {
        InOrder endpoint = new InOrder();
        try (ScriptedServer server = new ScriptedServer(CrossingMessageTest::answerLate);
                EndpointClientContainer container = new EndpointClientContainer()) {
            Session session = container.connectToServer(
                    endpoint, ClientEndpointConfig.Builder.create().build(), server.uri("/"));
            session.close();
            assertEquals("crossing", endpoint.calls.poll(30, TimeUnit.SECONDS));
            assertEquals("close 1000", endpoint.calls.poll(30, TimeUnit.SECONDS));
            assertEquals(0, endpoint.calls.size(), endpoint.calls::toString);
        }
    }
}
