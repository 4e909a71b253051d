package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.EndpointSettings;
import dev.hawser.internal.client.EndpointClientContainer;
import io.undertow.Handlers;
import io.undertow.Undertow;
import io.undertow.server.DefaultByteBufferPool;
import io.undertow.websockets.WebSocketExtension;
import io.undertow.websockets.client.WebSocketClient;
import io.undertow.websockets.client.WebSocketClientNegotiation;
import io.undertow.websockets.core.AbstractReceiveListener;
import io.undertow.websockets.core.BufferedBinaryMessage;
import io.undertow.websockets.core.BufferedTextMessage;
import io.undertow.websockets.core.CloseMessage;
import io.undertow.websockets.core.WebSocketChannel;
import io.undertow.websockets.core.WebSockets;
import io.undertow.websockets.extensions.PerMessageDeflateHandshake;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.Extension;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xnio.OptionMap;
import org.xnio.Xnio;
import org.xnio.XnioWorker;

/**
 * Undertow's own client, with permessage-deflate, against this server. A client that is answered
 * {@code client_no_context_takeover} must not refer to the messages before (RFC 7692 7.1.1.2); Undertow's does, unless
 * it is told so beside the handshake, as docs/containers.md says.
 */
class UndertowClientTest {
    private static final String TEXT = "the quick brown fox jumps over the lazy dog; ".repeat(40);
    private static final String FORGETTING =
            "permessage-deflate; client_no_context_takeover; server_no_context_takeover";

    @ServerEndpoint("/echo")
    public static class Echo {
        @OnMessage
        public String echo(String text) {
            return text;
        }
    }

    @ServerEndpoint("/plain")
    @EndpointSettings("compression=false")
    public static class Plain {
        @OnMessage
        public String echo(String text) {
            return text;
        }
    }

    private EmbeddedServer server;
    private Wiretap wiretap;
    private XnioWorker worker;
    private DefaultByteBufferPool buffers;

    /** What the client is told: texts, and close codes. */
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();

    @BeforeEach
    void start() throws Exception {
        server = new EmbeddedServer("/", Echo.class, Plain.class).start();
        wiretap = new Wiretap(server.port());
        worker = Xnio.getInstance().createWorker(OptionMap.EMPTY);
        buffers = new DefaultByteBufferPool(false, 16 * 1024);
    }

    @AfterEach
    void stop() throws Exception {
        worker.shutdownNow();
        buffers.close();
        wiretap.close();
        server.close();
    }

    private WebSocketChannel connect(String offer, PerMessageDeflateHandshake handshake) throws IOException {
        return connect("/echo", offer, handshake);
    }

    private WebSocketChannel connect(String path, String offer, PerMessageDeflateHandshake handshake)
            throws IOException {
        WebSocketChannel channel = WebSocketClient.connectionBuilder(
                        worker, buffers, URI.create("ws://127.0.0.1:" + wiretap.port() + path))
                .setClientNegotiation(new WebSocketClientNegotiation(List.of(), WebSocketExtension.parse(offer)))
                .setClientExtensions(Set.of(handshake))
                .connect()
                .get();
        channel.getReceiveSetter().set(new AbstractReceiveListener() {
            @Override
            protected void onFullTextMessage(WebSocketChannel from, BufferedTextMessage message) {
                received.add(message.getData());
            }

            @Override
            protected void onFullCloseMessage(WebSocketChannel from, BufferedBinaryMessage message) throws IOException {
                var payload = message.getData();
                CloseMessage close = new CloseMessage(payload.getResource());
                received.add("close " + close.getCode() + " " + close.getReason());
                payload.free();
                from.sendClose();
            }
        });
        channel.resumeReceives();
        return channel;
    }

    private String next() throws InterruptedException {
        return String.valueOf(received.poll(30, TimeUnit.SECONDS));
    }

    @Test
    void itRefersBackThoughItHasBeenToldNotToAndOurFramesStandForThemselves() throws Exception {
        try (WebSocketChannel channel = connect(FORGETTING, new PerMessageDeflateHandshake(true))) {
            WebSockets.sendTextBlocking(TEXT, channel);
            assertEquals(TEXT, next());
            WebSockets.sendTextBlocking(TEXT, channel);
            assertEquals(
                    "close 1007 compressed payload is not DEFLATE: invalid distance too far back (RFC 7692 7.2.2)",
                    next());
        }
        String answer = wiretap.head(wiretap.fromServer());
        assertTrue(answer.contains("client_no_context_takeover"), answer);
        List<byte[]> theirs = wiretap.compressed(wiretap.fromClient());
        List<byte[]> ours = wiretap.compressed(wiretap.fromServer());
        assertEquals(2, theirs.size());
        assertEquals(1, ours.size());
        assertEquals(TEXT, inflated(new Inflater(true), ours.get(0)));
        Inflater kept = new Inflater(true);
        assertEquals(TEXT, inflated(kept, theirs.get(0)));
        DataFormatException thrown =
                assertThrows(DataFormatException.class, () -> inflated(new Inflater(true), theirs.get(1)));
        assertEquals("invalid distance too far back", thrown.getMessage());
        assertEquals(TEXT, inflated(kept, theirs.get(1)), "it needs the message before");
    }

    @Test
    void toldBesideTheHandshakeItDoesNot() throws Exception {
        assertEchoesFiveTimes(FORGETTING, new PerMessageDeflateHandshake(true, false, false));
        for (byte[] payload : wiretap.compressed(wiretap.fromClient())) {
            assertEquals(TEXT, inflated(new Inflater(true), payload));
        }
    }

    @Test
    void itMayReferBackWhereItHasNotOfferedToForget() throws Exception {
        assertEchoesFiveTimes("permessage-deflate", new PerMessageDeflateHandshake(true));
    }

    @Test
    void anEndpointWithoutCompressionServesItAsItIs() throws Exception {
        try (WebSocketChannel channel = connect("/plain", FORGETTING, new PerMessageDeflateHandshake(true))) {
            for (int i = 0; i < 3; i++) {
                WebSockets.sendTextBlocking(TEXT, channel);
                assertEquals(TEXT, next());
            }
        }
    }

    /** The other way round: this client, told to forget by Undertow's server, does. */
    @Test
    void ourClientKeepsToTheSameAnswerOfUndertowsServer() throws Exception {
        Undertow undertow = Undertow.builder()
                .addHttpListener(0, "127.0.0.1")
                .setHandler(Handlers.websocket((exchange, channel) -> {
                            channel.getReceiveSetter().set(new AbstractReceiveListener() {
                                @Override
                                protected void onFullTextMessage(WebSocketChannel from, BufferedTextMessage message) {
                                    WebSockets.sendText(message.getData(), from, null);
                                }
                            });
                            channel.resumeReceives();
                        })
                        .addExtension(new PerMessageDeflateHandshake()))
                .build();
        undertow.start();
        Endpoint endpoint = new Endpoint() {
            @Override
            public void onOpen(Session session, EndpointConfig config) {
                session.addMessageHandler(String.class, received::add);
            }
        };
        int port = ((InetSocketAddress) undertow.getListenerInfo().get(0).getAddress()).getPort();
        try (Wiretap tapped = new Wiretap(port);
                EndpointClientContainer container = new EndpointClientContainer()) {
            Session session = container.connectToServer(
                    endpoint,
                    ClientEndpointConfig.Builder.create()
                            .extensions(List.of(new Forgetting()))
                            .build(),
                    URI.create("ws://127.0.0.1:" + tapped.port() + "/"));
            for (int i = 0; i < 5; i++) {
                session.getBasicRemote().sendText(TEXT);
                assertEquals(TEXT, next());
            }
            String answer = tapped.head(tapped.fromServer());
            assertTrue(answer.contains("client_no_context_takeover"), answer);
            List<byte[]> ours = tapped.compressed(tapped.fromClient());
            assertEquals(5, ours.size());
            for (byte[] payload : ours) {
                assertEquals(TEXT, inflated(new Inflater(true), payload));
            }
        } finally {
            undertow.stop();
        }
    }

    /** permessage-deflate with both parameters. */
    private record Forgetting() implements Extension {
        @Override
        public String getName() {
            return "permessage-deflate";
        }

        @Override
        public List<Parameter> getParameters() {
            return List.of(new Flag("client_no_context_takeover"), new Flag("server_no_context_takeover"));
        }
    }

    private record Flag(String name) implements Extension.Parameter {
        @Override
        public String getName() {
            return name;
        }

        @Override
        public String getValue() {
            return "";
        }
    }

    private void assertEchoesFiveTimes(String offer, PerMessageDeflateHandshake handshake) throws Exception {
        try (WebSocketChannel channel = connect(offer, handshake)) {
            for (int i = 0; i < 5; i++) {
                WebSockets.sendTextBlocking(TEXT, channel);
                assertEquals(TEXT, next());
            }
        }
        List<byte[]> ours = wiretap.compressed(wiretap.fromServer());
        assertEquals(5, ours.size());
        for (byte[] payload : ours) {
            assertEquals(TEXT, inflated(new Inflater(true), payload));
        }
    }

    /** RFC 7692 7.2.2 with zlib itself. */
    private static String inflated(Inflater inflater, byte[] payload) throws DataFormatException {
        byte[] stream = Arrays.copyOf(payload, payload.length + 4);
        stream[stream.length - 1] = (byte) 0xFF;
        stream[stream.length - 2] = (byte) 0xFF;
        inflater.setInput(stream);
        byte[] out = new byte[2 * TEXT.length()];
        int count = inflater.inflate(out);
        return new String(out, 0, count, StandardCharsets.US_ASCII);
    }

    /** Carries the bytes of one connection, and keeps a copy of them. */
    private static final class Wiretap implements AutoCloseable {
        private final ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        private final ByteArrayOutputStream toServer = new ByteArrayOutputStream();
        private final ByteArrayOutputStream toClient = new ByteArrayOutputStream();

        Wiretap(int port) throws IOException {
            Thread thread = new Thread(() -> carry(port), "wiretap");
            thread.setDaemon(true);
            thread.start();
        }

        int port() {
            return listening.getLocalPort();
        }

        private void carry(int port) {
            try (Socket client = listening.accept();
                    Socket server = new Socket(InetAddress.getLoopbackAddress(), port)) {
                Thread back = new Thread(() -> copy(server, client, toClient), "wiretap-back");
                back.setDaemon(true);
                back.start();
                copy(client, server, toServer);
                back.join();
            } catch (IOException | InterruptedException e) {
                // the test is over
            }
        }

        private static void copy(Socket from, Socket to, ByteArrayOutputStream copy) {
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                byte[] piece = new byte[8192];
                for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
                    copy.write(piece, 0, count);
                    out.write(piece, 0, count);
                }
                to.shutdownOutput();
            } catch (IOException e) {
                // one of them has gone
            }
        }

        byte[] fromClient() {
            return toServer.toByteArray();
        }

        byte[] fromServer() {
            return toClient.toByteArray();
        }

        String head(byte[] bytes) {
            String all = new String(bytes, StandardCharsets.ISO_8859_1);
            return all.substring(0, all.indexOf("\r\n\r\n") + 4);
        }

        /** The payloads of the compressed messages, whose fragments are joined, unmasked. */
        List<byte[]> compressed(byte[] bytes) {
            List<byte[]> messages = new ArrayList<>();
            ByteArrayOutputStream message = new ByteArrayOutputStream();
            ByteBuffer frames = ByteBuffer.wrap(bytes);
            frames.position(head(bytes).length());
            while (frames.remaining() >= 2) {
                int first = frames.get() & 0xFF;
                int second = frames.get() & 0xFF;
                int length = second & 0x7F;
                length = length == 126 ? frames.getShort() & 0xFFFF : length == 127 ? (int) frames.getLong() : length;
                byte[] key = new byte[4];
                if ((second & 0x80) != 0) {
                    frames.get(key);
                }
                byte[] payload = new byte[length];
                frames.get(payload);
                for (int i = 0; i < length; i++) {
                    payload[i] ^= key[i % 4];
                }
                boolean data = (first & 0xF) <= 2;
                if (data) {
                    message.writeBytes(payload);
                }
                if (data && (first & 0x80) != 0) {
                    messages.add(message.toByteArray());
                    message.reset();
                }
            }
            return messages;
        }

        @Override
        public void close() throws IOException {
            listening.close();
        }
    }
}
