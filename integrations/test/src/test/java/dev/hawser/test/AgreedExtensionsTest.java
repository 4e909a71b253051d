package dev.hawser.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.extension.ExtensionOffer;
import dev.hawser.extension.InboundExtension;
import dev.hawser.extension.NegotiableExtension;
import dev.hawser.extension.NegotiatedExtension;
import dev.hawser.extension.Opcode;
import dev.hawser.extension.OutboundExtension;
import dev.hawser.internal.protocol.Role;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Peers that offer permessage-deflate, or an extension of the application. */
class AgreedExtensionsTest {
    private static final String LONG = "x".repeat(10_000);

    @ServerEndpoint("/echo")
    public static class Echo {
        @OnMessage
        public String text(String message, Session session) {
            return message.equals("extensions")
                    ? session.getNegotiatedExtensions().get(0).getName()
                    : message;
        }
    }

    /** Flips each octet, and marks its frames with RSV2. With the parameter "weak" the client cannot read them. */
    public static class Flipping implements NegotiableExtension {
        @Override
        public String name() {
            return "x-flip";
        }

        @Override
        public int rsv() {
            return InboundExtension.RSV2;
        }

        @Override
        public NegotiatedExtension accept(List<ExtensionOffer> offers) {
            return new NegotiatedExtension(offers.get(0), () -> new Flip(false), () -> new Flip(false));
        }

        @Override
        public List<ExtensionOffer> offers() {
            return List.of(new ExtensionOffer(name(), List.of()));
        }

        @Override
        public NegotiatedExtension confirm(ExtensionOffer response) {
            boolean weak = !response.parameters().isEmpty();
            return new NegotiatedExtension(response, () -> new Flip(weak), () -> new Flip(false));
        }
    }

    private record Flip(boolean isWeak) implements InboundExtension, OutboundExtension {
        @Override
        public int rsv() {
            return RSV2;
        }

        @Override
        public Scope scope() {
            return Scope.FRAME;
        }

        @Override
        public boolean frameBegins(Opcode opcode, int rsv, boolean fin) {
            return rsv != 0;
        }

        @Override
        public boolean decode(ByteBuffer encoded, boolean endOfFrame, ByteBuffer decoded) {
            if (isWeak) {
                throw new IllegalStateException("too weak");
            }
            while (encoded.hasRemaining() && decoded.hasRemaining()) {
                decoded.put((byte) ~encoded.get());
            }
            return !encoded.hasRemaining();
        }

        @Override
        public Encoded encode(Opcode opcode, boolean fin, byte[] payload, int offset, int length) {
            byte[] flipped = new byte[length];
            for (int i = 0; i < length; i++) {
                flipped[i] = (byte) ~payload[offset + i];
            }
            return new Encoded(RSV2, flipped, 0, length);
        }

        @Override
        public void close() {}
    }

    /** A tester of an application whose class path names the extension. */
    private static EndpointTester withFlipping(Path classPath) throws IOException {
        Path services = Files.createDirectories(classPath.resolve("META-INF/services"));
        Files.writeString(services.resolve(NegotiableExtension.class.getName()), Flipping.class.getName());
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        URL[] urls = {classPath.toUri().toURL()};
        try (URLClassLoader application = new URLClassLoader(urls, before)) {
            thread.setContextClassLoader(application);
            return EndpointTester.of(Echo.class);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    @Test
    void aPeerSpeaksTheExtensionsOfTheApplication(@TempDir Path classPath) throws IOException {
        try (EndpointTester tester = withFlipping(classPath)) {
            TestPeer peer = tester.handshake("/echo")
                    .extensions("x-flip", "permessage-deflate")
                    .connect();
            assertEquals(
                    List.of("x-flip", "permessage-deflate"),
                    peer.extensions().stream().map(ExtensionOffer::name).toList());
            peer.sendText(LONG);
            peer.expectText(LONG);
        }
    }

    @Test
    void aFailureOfThePeersHalfOfAnExtensionIsNotTheServers(@TempDir Path classPath) throws IOException {
        try (EndpointTester tester = withFlipping(classPath)) {
            TestPeer peer = tester.handshake("/echo").extensions("x-flip; weak").connect();
            peer.sendText("hi");
            String message =
                    assertThrows(AssertionError.class, peer::expectText).getMessage();
            assertTrue(message.contains("java.lang.IllegalStateException: too weak"), message);
            peer.close(1000);
            peer.expectSessionEnded();
        }
    }

    private static EndpointTester tester(Settings settings) {
        return EndpointTester.builder().endpoint(Echo.class).settings(settings).start();
    }

    @Test
    void withPermessageDeflateBothSidesCompress() {
        try (EndpointTester tester = EndpointTester.of(Echo.class)) {
            TestPeer peer =
                    tester.handshake("/echo").extensions("permessage-deflate").connect();
            assertEquals("permessage-deflate", peer.extensions().get(0).name());
            peer.sendText(LONG);
            assertTrue(peer.sentBytes() < 200, () -> peer.sentBytes() + " bytes");
            peer.expectText(LONG);
            assertTrue(peer.receivedBytes() < 200, () -> peer.receivedBytes() + " bytes");
            peer.sendText("extensions");
            peer.expectText("permessage-deflate");
        }
    }

    @Test
    void whoDoesNotOfferItGetsPlainMessages() {
        try (EndpointTester tester = EndpointTester.of(Echo.class)) {
            TestPeer peer = tester.connect("/echo");
            assertTrue(peer.extensions().isEmpty());
            peer.sendText(LONG);
            peer.expectText(LONG);
            assertTrue(peer.sentBytes() >= 10_000);
            assertTrue(peer.receivedBytes() >= 10_000);
        }
    }

    @Test
    void aServerThatDoesNotCompressDeclines() {
        Settings settings = Settings.builder().set(Setting.COMPRESSION, false).build();
        try (EndpointTester tester = tester(settings)) {
            TestPeer peer = tester.handshake("/echo")
                    .header("Sec-WebSocket-Extensions", "permessage-deflate")
                    .connect();
            assertTrue(peer.extensions().isEmpty());
            peer.sendText(LONG);
            peer.expectText(LONG);
            assertTrue(peer.sentBytes() >= 10_000);
        }
    }

    @Test
    void anOfferThatMakesNoSenseIsDeclinedAndTheNextAccepted() {
        try (EndpointTester tester = EndpointTester.of(Echo.class)) {
            TestPeer peer = tester.handshake("/echo")
                    .extensions(
                            "permessage-deflate; server_max_window_bits=99",
                            "permessage-deflate; server_no_context_takeover; server_max_window_bits=9")
                    .connect();
            assertTrue(
                    peer.extensions().toString().contains("server_max_window_bits=9"),
                    () -> peer.extensions().toString());
            peer.sendText(LONG);
            peer.expectText(LONG);
            TestHandshake illegal = tester.handshake("/echo");
            assertThrows(IllegalArgumentException.class, () -> illegal.extensions("no token;;"));
        }
    }

    @Test
    void bothSidesKeepTheirContextIfTheServerDoes() {
        Settings settings = Settings.builder()
                .set(Setting.COMPRESSION_CONTEXT_TAKEOVER, true)
                .build();
        byte[] random = new byte[3_000];
        new Random(7).nextBytes(random);
        String noise = new String(random, StandardCharsets.ISO_8859_1);
        try (EndpointTester tester = tester(settings)) {
            TestPeer peer =
                    tester.handshake("/echo").extensions("permessage-deflate").connect();
            peer.sendText(noise);
            peer.expectText(noise);
            long sent = peer.sentBytes();
            long received = peer.receivedBytes();
            peer.sendText(noise);
            peer.expectText(noise);
            assertTrue(peer.sentBytes() - sent < 500, () -> peer.sentBytes() - sent + " bytes");
            assertTrue(peer.receivedBytes() - received < 500, () -> peer.receivedBytes() - received + " bytes");
        }
    }

    @Test
    void fragmentsAndEmptyMessagesAreCompressedToo() {
        try (EndpointTester tester = EndpointTester.of(Echo.class)) {
            TestPeer peer =
                    tester.handshake("/echo").extensions("permessage-deflate").connect();
            peer.sendTextInFragments(LONG, "", LONG);
            peer.expectText(LONG + LONG);
            assertTrue(peer.sentBytes() < 500, () -> peer.sentBytes() + " bytes");
            peer.sendText("");
            peer.expectText("");
            peer.sendFrame(Opcode.TEXT, false, LONG.getBytes(StandardCharsets.UTF_8));
            peer.sendPing(new byte[] {1});
            peer.sendFrame(Opcode.CONTINUATION, true, new byte[] {'y'});
            peer.expectPong(new byte[] {1});
            peer.expectText(LONG + "y");
        }
    }

    @Test
    void whatCannotBeInflatedEndsTheSession() {
        try (EndpointTester tester = EndpointTester.of(Echo.class)) {
            TestPeer peer =
                    tester.handshake("/echo").extensions("permessage-deflate").connect();
            byte[] garbage = {7, (byte) 0xFF, (byte) 0xFF};
            peer.sendRaw(TestFrame.encoded(
                    Role.CLIENT, Opcode.TEXT, true, InboundExtension.RSV1, garbage, 0, garbage.length));
            peer.expectClose(1007);
        }
    }

    @Test
    void aPeerThatHasLeftCanStillBeToldToSend() {
        try (EndpointTester tester = EndpointTester.of(Echo.class)) {
            TestPeer peer =
                    tester.handshake("/echo").extensions("permessage-deflate").connect();
            peer.vanish();
            peer.sendText(LONG); // is lost
            peer.expectSessionEnded();
        }
    }
}
