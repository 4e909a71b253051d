package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.websocket.CloseReason;
import jakarta.websocket.Decoder;
import jakarta.websocket.Encoder;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.Extension;
import jakarta.websocket.HandshakeResponse;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.HandshakeRequest;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Whatever of the application is called, and on whatever thread, has the application's class loader as context loader.
 */
class ContextClassLoaderTest {
    /** By callback; a callback that is called with two loaders has the wrong one here. */
    static final Map<String, ClassLoader> SEEN = new ConcurrentHashMap<>();

    static final CompletableFuture<Session> OPEN = new CompletableFuture<>();
    static final CountDownLatch ENDED = new CountDownLatch(2);
    static volatile ClassLoader application;

    static void called(String callback) {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        SEEN.merge(callback, context, (before, now) -> before == application ? now : before);
    }

    static final class Word {
        final String letters;

        Word(String letters) {
            this.letters = letters;
        }
    }

    public static final class WordCoder implements Encoder.Text<Word>, Decoder.Text<Word> {
        public WordCoder() {
            called("coder's constructor");
        }

        @Override
        public void init(EndpointConfig config) {
            called("coder's init");
        }

        @Override
        public boolean willDecode(String text) {
            called("willDecode");
            return true;
        }

        @Override
        public Word decode(String text) {
            called("decode");
            return new Word(text);
        }

        @Override
        public String encode(Word word) {
            called("encode");
            return word.letters;
        }

        @Override
        public void destroy() {
            called("coder's destroy");
            ENDED.countDown();
        }
    }

    public static final class Asked extends ServerEndpointConfig.Configurator {
        public Asked() {
            called("configurator's constructor");
        }

        @Override
        public String getNegotiatedSubprotocol(List<String> supported, List<String> requested) {
            called("getNegotiatedSubprotocol");
            return "";
        }

        @Override
        public List<Extension> getNegotiatedExtensions(List<Extension> installed, List<Extension> requested) {
            called("getNegotiatedExtensions");
            return List.of();
        }

        @Override
        public boolean checkOrigin(String origin) {
            called("checkOrigin");
            return true;
        }

        @Override
        public void modifyHandshake(ServerEndpointConfig config, HandshakeRequest request, HandshakeResponse response) {
            called("modifyHandshake");
        }

        @Override
        public <T> T getEndpointInstance(Class<T> type) throws InstantiationException {
            called("getEndpointInstance");
            return super.getEndpointInstance(type);
        }
    }

    @ServerEndpoint(
            value = "/words",
            encoders = WordCoder.class,
            decoders = WordCoder.class,
            configurator = Asked.class)
    public static final class Words {
        public Words() {
            called("endpoint's constructor");
        }

        @OnOpen
        public void onOpen(Session session) {
            called("onOpen");
            OPEN.complete(session);
        }

        @OnMessage
        public Word onMessage(Word word) {
            called("onMessage");
            if (word.letters.equals("fail")) {
                throw new IllegalArgumentException();
            }
            return word;
        }

        @OnError
        public void onError(Throwable error) {
            called("onError");
        }

        @OnClose
        public void onClose(CloseReason reason) {
            called("onClose");
        }
    }

    private static final Set<String> ALL = Set.of(
            "configurator's constructor",
            "checkOrigin",
            "getNegotiatedSubprotocol",
            "getNegotiatedExtensions",
            "modifyHandshake",
            "getEndpointInstance",
            "endpoint's constructor",
            "coder's constructor",
            "coder's init",
            "onOpen",
            "willDecode",
            "decode",
            "onMessage",
            "encode",
            "onError",
            "SendHandler",
            "onClose",
            "coder's destroy");

    @Test
    void isTheApplicationsInEveryCallbackAndTheThreadsOwnAfterwards() throws Exception {
        ClassLoader own = Thread.currentThread().getContextClassLoader();
        application = new URLClassLoader(new URL[0], own);
        EmbeddedServer server = new EmbeddedServer("/", Words.class);
        server.context().setClassLoader(application);
        try (server;
                RawClient client = new RawClient(server.start().port())) {
            client.send(
                    RawClient.handshake("/words", "Sec-WebSocket-Extensions: x-any", "Sec-WebSocket-Protocol: any"));
            client.readHead();
            client.upgraded().assertEchoes("word");
            client.sendText("fail");
            sendFromAThreadOfNoApplication(OPEN.get(30, TimeUnit.SECONDS));
            assertEquals("basic", client.readFrame().text());
            assertEquals("async", client.readFrame().text());
            client.sendFrame(0x88, new byte[] {3, (byte) 0xE8});
            assertTrue(ENDED.await(30, TimeUnit.SECONDS));
        }
        assertEquals(ALL, SEEN.keySet());
        SEEN.forEach((callback, loader) -> assertSame(application, loader, callback));
        assertSame(own, Thread.currentThread().getContextClassLoader());
    }

    private static void sendFromAThreadOfNoApplication(Session session) throws Exception {
        CompletableFuture<ClassLoader> afterwards = new CompletableFuture<>();
        CountDownLatch handled = new CountDownLatch(1);
        ClassLoader platform = ClassLoader.getPlatformClassLoader();
        Thread foreign = new Thread(() -> {
            try {
                session.getBasicRemote().sendObject(new Word("basic"));
                session.getAsyncRemote().sendObject(new Word("async"), result -> {
                    called("SendHandler");
                    handled.countDown();
                });
                afterwards.complete(Thread.currentThread().getContextClassLoader());
            } catch (Exception e) {
                afterwards.completeExceptionally(e);
            }
        });
        foreign.setContextClassLoader(platform);
        foreign.start();
        assertSame(platform, afterwards.get(30, TimeUnit.SECONDS));
        assertTrue(handled.await(30, TimeUnit.SECONDS));
    }
}
