package dev.hawser.benchmarks.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A crowd notices each message that is wrong, and each connection that is missing. */
class CrowdTest {
    private static final URI URI_OF_NOBODY = URI.create("ws://127.0.0.1:1/");
    private static final long PATIENCE = 20_000;
    private static final long SHORT_PATIENCE = 50;

    private final ExecutorService peer = Executors.newSingleThreadExecutor();

    @AfterEach
    void end() {
        peer.shutdownNow();
    }

    /** A client whose peer answers like this, or not at all for the empty text. */
    private Client answering(UnaryOperator<String> answer) {
        return (uri, listener) -> new Client.Connection() {
            @Override
            public void send(String text) {
                String reply = answer.apply(text);
                if (!reply.isEmpty()) {
                    peer.execute(() -> listener.received(reply));
                }
            }

            @Override
            public void close() {
                peer.execute(() -> listener.ended("1000"));
            }
        };
    }

    @Test
    void echoesAreCounted() throws Exception {
        Crowd crowd = new Crowd(answering(text -> text), URI_OF_NOBODY, PATIENCE);
        crowd.open(100);
        crowd.talkOnce();
        assertEquals(100, crowd.messages());
        crowd.talk();
        while (crowd.messages() < 1000) {
            Thread.onSpinWait();
        }
        crowd.stop();
        crowd.close();
    }

    @Test
    void anotherTextIsAFailure() throws Exception {
        Crowd crowd = new Crowd(answering(text -> text.substring(1) + "!"), URI_OF_NOBODY, PATIENCE);
        crowd.open(3);
        String message = assertThrows(IOException.class, crowd::talkOnce).getMessage();
        assertTrue(message.startsWith("an echo differs"), message);
    }

    @Test
    void aMissingEchoIsAFailure() throws Exception {
        Crowd crowd = new Crowd(answering(text -> ""), URI_OF_NOBODY, SHORT_PATIENCE);
        crowd.open(3);
        String message = assertThrows(IOException.class, crowd::talkOnce).getMessage();
        assertTrue(message.contains("3 echoes are missing"), message);
    }

    @Test
    void aConnectionThatDoesNotOpenIsAFailure() {
        Client refused = (uri, listener) -> {
            throw new IOException("refused", new OutOfMemoryError("no more threads"));
        };
        Crowd crowd = new Crowd(refused, URI_OF_NOBODY, PATIENCE);
        String message = assertThrows(IOException.class, () -> crowd.open(3)).getMessage();
        assertTrue(message.endsWith("no more threads"), message);
    }

    @Test
    void aConnectionThatEndsEarlyIsAFailure() throws Exception {
        Client ending = (uri, listener) -> {
            Client.Connection connection = answering(text -> "").connect(uri, listener);
            listener.ended("1006");
            return connection;
        };
        Crowd crowd = new Crowd(ending, URI_OF_NOBODY, PATIENCE);
        String message = assertThrows(IOException.class, () -> {
                    crowd.open(1);
                    crowd.talkOnce();
                })
                .getMessage();
        assertTrue(message.contains("1006"), message);
    }
}
