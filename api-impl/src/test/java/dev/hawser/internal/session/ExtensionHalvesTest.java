package dev.hawser.internal.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.CloseCause;
import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.extension.ExtensionOffer;
import dev.hawser.extension.InboundExtension;
import dev.hawser.extension.NegotiatedExtension;
import dev.hawser.extension.Opcode;
import dev.hawser.extension.OutboundExtension;
import dev.hawser.internal.connection.WebSocketConnection;
import dev.hawser.internal.transport.ExtensionFailedException;
import dev.hawser.internal.transport.FakeTransport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The halves of an extension live as long as their connection: called in order, closed once, at the end, whatever it
 * is.
 */
class ExtensionHalvesTest {
    private final RecordingEndpoint endpoint = new RecordingEndpoint();
    private final Outbound outbound = new Outbound();
    private final Inbound inbound = new Inbound();

    /** Repeats each payload tenfold, with RSV1; what it is told to do otherwise it does in {@link #encode}. */
    private static final class Outbound implements OutboundExtension {
        final AtomicInteger closes = new AtomicInteger();
        final AtomicInteger wrongCalls = new AtomicInteger();
        final AtomicInteger inside = new AtomicInteger();
        volatile Runnable meanwhile = () -> {};
        volatile @Nullable Object key;

        @Override
        public int rsv() {
            return InboundExtension.RSV1;
        }

        @Override
        public @Nullable Object sharingKey() {
            return key;
        }

        @Override
        public Encoded encode(Opcode opcode, boolean fin, byte[] payload, int offset, int length) {
            if (inside.incrementAndGet() > 1 || closes.get() > 0 || opcode.isControl()) {
                wrongCalls.incrementAndGet();
            }
            try {
                meanwhile.run();
                byte[] tenfold = new byte[length * 10];
                for (int i = 0; i < 10; i++) {
                    System.arraycopy(payload, offset, tenfold, i * length, length);
                }
                return new Encoded(opcode == Opcode.CONTINUATION ? 0 : InboundExtension.RSV1, tenfold, 0, length * 10);
            } finally {
                inside.decrementAndGet();
            }
        }

        @Override
        public void close() {
            closes.incrementAndGet();
            if (inside.get() > 0) {
                wrongCalls.incrementAndGet();
            }
        }
    }

    /** Leaves payloads as they are, but for one that begins with {@code !}, where it throws, or {@code *}. */
    private static final class Inbound implements InboundExtension {
        final AtomicInteger closes = new AtomicInteger();
        volatile Runnable meanwhile = () -> {};

        @Override
        public int rsv() {
            return RSV1;
        }

        @Override
        public Scope scope() {
            return Scope.MESSAGE;
        }

        @Override
        public boolean frameBegins(Opcode opcode, int rsv, boolean fin) {
            return true;
        }

        @Override
        public boolean decode(ByteBuffer encoded, boolean endOfFrame, ByteBuffer decoded) {
            while (encoded.hasRemaining() && decoded.hasRemaining()) {
                byte octet = encoded.get();
                if (octet == '!') {
                    throw new IllegalStateException("the application's words");
                }
                if (octet == '*') {
                    meanwhile.run();
                }
                decoded.put(octet);
            }
            return !encoded.hasRemaining();
        }

        @Override
        public void close() {
            closes.incrementAndGet();
        }
    }

    private SessionHarness open() {
        SessionHarness session = new SessionHarness(
                endpoint,
                Settings.builder().set(Setting.OUTBOUND_BYTES, 1000).build(),
                new NegotiatedExtension(new ExtensionOffer("x-test", List.of()), () -> inbound, () -> outbound));
        SessionHarness.await("open", () -> endpoint.session != null);
        return session;
    }

    private void assertClosedOnce() {
        SessionHarness.await("the end", endpoint::ended);
        SessionHarness.await("both are closed", () -> outbound.closes.get() > 0 && inbound.closes.get() > 0);
        assertEquals(1, outbound.closes.get(), "sending half");
        assertEquals(1, inbound.closes.get(), "receiving half");
        assertEquals(0, outbound.wrongCalls.get(), "calls inside others, after the close, or for control frames");
    }

    @Test
    void dataFramesPassThroughAndControlFramesDoNot() throws IOException {
        try (SessionHarness session = open()) {
            endpoint.session.getBasicRemote().sendPing(ByteBuffer.wrap(new byte[] {7}));
            endpoint.session.getBasicRemote().sendText("a", false);
            endpoint.session.getBasicRemote().sendText("b", true);
            endpoint.session.close();
            byte[] expected = {
                (byte) 0x89,
                1,
                7, // ping
                0x41,
                10,
                'a',
                'a',
                'a',
                'a',
                'a',
                'a',
                'a',
                'a',
                'a',
                'a', // RSV1, text, not final
                (byte) 0x80,
                10,
                'b',
                'b',
                'b',
                'b',
                'b',
                'b',
                'b',
                'b',
                'b',
                'b', // continuation, final
                (byte) 0x88,
                2,
                3,
                (byte) 0xE8 // close, 1000
            };
            byte[] written = session.transport.written();
            assertEquals(Arrays.toString(expected), Arrays.toString(Arrays.copyOf(written, expected.length)));
        }
        assertClosedOnce();
    }

    @Test
    void aTextForManySessionsIsEncodedOnceWhereHistoryPlaysNoPart() throws IOException {
        try (SessionHarness session = open()) {
            FakeTransport second = new FakeTransport();
            RecordingEndpoint other = new RecordingEndpoint();
            session.connect(other, Settings.defaults(), second); // has the same halves
            SessionHarness.await("open", () -> other.session != null);
            AtomicInteger encoded = new AtomicInteger();
            outbound.meanwhile = encoded::incrementAndGet;
            String text = "x".repeat(300);
            for (Object key : new Object[] {null, "same"}) {
                outbound.key = key;
                encoded.set(0);
                endpoint.session.getBasicRemote().sendText(text);
                other.session.getBasicRemote().sendText(text);
                assertEquals(2, encoded.get(), "the key is asked for when a connection begins");
            }
            FakeTransport third = new FakeTransport();
            FakeTransport fourth = new FakeTransport();
            RecordingEndpoint one = new RecordingEndpoint();
            RecordingEndpoint two = new RecordingEndpoint();
            session.connect(one, Settings.defaults(), third);
            session.connect(two, Settings.defaults(), fourth);
            SessionHarness.await("open", () -> one.session != null && two.session != null);
            // The end of a turn forgets; those of onOpen may still be to come.
            SessionHarness.await("once for both", () -> {
                encoded.set(0);
                send(one, text);
                send(two, text);
                return encoded.get() == 1;
            });
            two.session.getBasicRemote().sendText(text, false);
            two.session.getBasicRemote().sendText(text, true);
            assertEquals(3, encoded.get(), "once for both, and never shared in parts");
            int both = third.written().length;
            assertArrayEquals(third.written(), Arrays.copyOf(fourth.written(), both));
        }
    }

    private static void send(RecordingEndpoint to, String text) {
        try {
            to.session.getBasicRemote().sendText(text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void boundsCountWhatGoesOverTheWire() throws IOException {
        try (SessionHarness session = open()) {
            session.transport.holdWrites();
            endpoint.session.getAsyncRemote().sendText("x".repeat(20), result -> {});
            assertEquals(
                    4 + 200,
                    session.connection.outbound().progress().bufferedBytes()); // a header of four bytes: over 125
            session.transport.releaseWrite();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"the transport never opens", "the container has ended"})
    void eachIsClosedOnceWhereTheConnectionNeverOpens(String why) {
        List<Inbound> receiving = new CopyOnWriteArrayList<>();
        List<Outbound> sending = new CopyOnWriteArrayList<>();
        NegotiatedExtension extension = new NegotiatedExtension(
                new ExtensionOffer("x-test", List.of()),
                () -> {
                    receiving.add(new Inbound());
                    return receiving.get(receiving.size() - 1);
                },
                () -> {
                    sending.add(new Outbound());
                    return sending.get(sending.size() - 1);
                });
        try (SessionHarness session = new SessionHarness(endpoint, Settings.defaults(), extension)) {
            WebSocketConnection accepted = session.accepted(new RecordingEndpoint(), Settings.defaults());
            if (why.equals("the container has ended")) {
                session.runtime.close(Duration.ZERO);
                accepted.transportListener().onOpen(new FakeTransport(), ByteBuffer.allocate(0));
            } else {
                accepted.transportListener().onClosed(null);
            }
            assertEquals(1, receiving.get(1).closes.get());
            assertEquals(1, sending.get(1).closes.get());
        }
        assertEquals(1, receiving.get(1).closes.get());
        assertEquals(1, sending.get(1).closes.get());
    }

    @ParameterizedTest
    @ValueSource(strings = {"close", "closed by peer", "violation", "cut", "end of stream", "reset", "stop"})
    void eachIsClosedOnceHoweverTheConnectionEnds(String how) throws IOException {
        try (SessionHarness session = open()) {
            session.read(SessionHarness.text("begun"));
            SessionHarness.await("the reply", () -> session.transport.written().length > 0);
            switch (how) {
                case "close" -> {
                    endpoint.session.close();
                    session.read(SessionHarness.close(1000, ""));
                }
                case "closed by peer" -> session.read(SessionHarness.close(1000, ""));
                case "violation" -> session.read(new byte[] {(byte) 0x8F, (byte) 0x80, 0, 0, 0, 0}); // opcode 15
                case "cut" -> session.connection.cut("enough", CloseCause.STOPPED);
                case "reset" -> {
                    session.transport.breakReading(new IOException("reset"));
                    session.connection.transportListener().onReadable();
                }
                case "end of stream" -> {
                    session.transport.end();
                    session.connection.transportListener().onReadable();
                }
                default -> {}
            }
        }
        assertClosedOnce();
        assertThrows(
                IllegalStateException.class,
                () -> endpoint.session.getBasicRemote().sendText("late"));
        assertEquals(0, outbound.wrongCalls.get());
    }

    @Test
    void theSendingHalfIsNotClosedWhileItEncodes() throws Exception {
        CountDownLatch encoding = new CountDownLatch(1);
        CountDownLatch cutting = new CountDownLatch(1);
        try (SessionHarness session = open()) {
            outbound.meanwhile = () -> {
                encoding.countDown();
                try {
                    assertTrue(cutting.await(30, TimeUnit.SECONDS));
                    assertFalse(cutting.await(50, TimeUnit.MILLISECONDS) && outbound.closes.get() > 0);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            };
            session.executor.execute(() -> endpoint.session.getAsyncRemote().sendText("in the middle", result -> {}));
            assertTrue(encoding.await(30, TimeUnit.SECONDS));
            session.executor.execute(() -> {
                cutting.countDown();
                session.connection.cut("meanwhile", CloseCause.STOPPED);
            });
            assertClosedOnce();
        }
    }

    @Test
    void aSendingHalfThatEndsItsOwnConnectionIsClosedAfterwards() {
        try (SessionHarness session = open()) {
            outbound.meanwhile = () -> session.connection.cut("by the extension", CloseCause.STOPPED);
            assertThrows(
                    IOException.class, () -> endpoint.session.getBasicRemote().sendText("x"));
            assertClosedOnce();
        }
    }

    @Test
    void aSendingHalfThatThrowsFailsTheSendAndEndsTheConnection() {
        try (SessionHarness session = open()) {
            outbound.meanwhile = () -> {
                throw new IllegalStateException("no");
            };
            IOException refused = assertThrows(
                    IOException.class, () -> endpoint.session.getBasicRemote().sendText("x"));
            assertEquals("an extension could not encode a frame", refused.getMessage());
            assertInstanceOf(IllegalStateException.class, refused.getCause());
            assertClosedOnce();
            assertTrue(session.transport.isClosed());
        }
    }

    @Test
    void anAsynchronousSendIsToldThatFailureToo() {
        CompletableFuture<Throwable> told = new CompletableFuture<>();
        try (SessionHarness session = open()) {
            outbound.meanwhile = () -> {
                throw new IllegalStateException("no");
            };
            endpoint.session.getAsyncRemote().sendText("x", result -> told.complete(result.getException()));
            SessionHarness.await("it is told", told::isDone);
            assertInstanceOf(ExtensionFailedException.class, told.join());
            assertInstanceOf(IllegalStateException.class, told.join().getCause());
            assertTrue(told.join().getStackTrace().length > 0, "where it was sent");
        }
    }

    @Test
    void aSendingHalfMustNotSend() {
        try (SessionHarness session = open()) {
            outbound.meanwhile = () -> {
                try {
                    endpoint.session.getBasicRemote().sendText("from within");
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            };
            IOException refused = assertThrows(
                    IOException.class, () -> endpoint.session.getBasicRemote().sendText("x"));
            assertEquals(
                    "An extension must not send while it encodes a frame",
                    refused.getCause().getMessage());
            assertClosedOnce();
        }
    }

    /** The thread is the application's, and so is what it waits for next. */
    @Test
    void aFlagThatTheSendingHalfLeavesIsNotSeenByItsSender() throws Exception {
        outbound.meanwhile = () -> Thread.currentThread().interrupt();
        NegotiatedExtension both =
                new NegotiatedExtension(new ExtensionOffer("x", List.of()), () -> inbound, () -> outbound);
        try (SessionHarness session = new SessionHarness(endpoint, Settings.defaults(), both)) {
            SessionHarness.await("onOpen", () -> endpoint.session != null);
            session.transport.writesEndOn(session.executor);
            endpoint.session.getBasicRemote().sendText("first");
            assertFalse(Thread.currentThread().isInterrupted());
            Thread.currentThread().interrupt();
            endpoint.session.getAsyncRemote().sendText("second");
            assertTrue(Thread.interrupted(), "one that was there before stays");
        }
    }

    @Test
    void aReceivingHalfThatThrowsEndsTheConnectionWith1011AndTellsThePeerNothing() {
        try (SessionHarness session = open()) {
            session.read(SessionHarness.text("well"), SessionHarness.text("!"));
            SessionHarness.await("the close frame", session.transport::isOutputShut);
            byte[] written = session.transport.written();
            String ascii = new String(written, java.nio.charset.StandardCharsets.ISO_8859_1);
            assertTrue(ascii.startsWith("\u00C1(wellwell"), "40 bytes, the reply to what came before: " + ascii);
            assertTrue(ascii.endsWith("\u0003\u00F3a frame could not be decoded"), ascii); // 1011
            assertFalse(ascii.contains("words"));
            session.transport.end();
            session.connection.transportListener().onReadable();
            assertClosedOnce();
            assertTrue(endpoint.calls.contains("error:a frame could not be decoded"), endpoint.calls.toString());
        }
    }

    @Test
    void aReceivingHalfThatClosesItsOwnSessionDoesSoOnceItHasReturned() {
        AtomicInteger writtenInside = new AtomicInteger(-1);
        try (SessionHarness session = open()) {
            inbound.meanwhile = () -> {
                try {
                    endpoint.session.close();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
                writtenInside.set(session.transport.written().length);
            };
            session.read(SessionHarness.text("*"));
            SessionHarness.await("the close frame", () -> session.transport.written().length > 0);
            assertEquals(0, writtenInside.get(), "bytes written under the engine's lock");
            session.read(SessionHarness.close(1000, ""));
            assertClosedOnce();
        }
    }

    /** The reading thread holds the engine's lock and waits for the queue's; who ends the connection wants both. */
    @Test
    void aSendingHalfThatEndsItsConnectionDoesNotWaitForAReadingThatWaitsForIt() throws InterruptedException {
        try (SessionHarness session = open()) {
            Thread reader = new Thread(() -> session.read(SessionHarness.frame(Opcode.PING, true, new byte[] {1})));
            outbound.meanwhile = () -> {
                reader.start();
                SessionHarness.await("the pong waits", () -> reader.getState() == Thread.State.WAITING);
                session.connection.cut("by the extension", CloseCause.STOPPED);
            };
            Thread sender = new Thread(() -> endpoint.session.getAsyncRemote().sendText("x"));
            sender.start();
            sender.join(SessionHarness.SOON.toMillis());
            assertFalse(sender.isAlive(), "the sender waits for the reader, and the reader for the sender");
            reader.join(SessionHarness.SOON.toMillis());
            assertClosedOnce();
        }
    }

    /** LockRecording sees a transport that is called under the queue's lock. */
    @Test
    void aPingThatTheSendingHalfSendsGoesOutWithWhatItEncodes() throws IOException {
        try (SessionHarness session = open()) {
            outbound.meanwhile = () -> {
                try {
                    endpoint.session.getBasicRemote().sendPing(ByteBuffer.wrap(new byte[] {7}));
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
                outbound.meanwhile = () -> {};
            };
            endpoint.session.getBasicRemote().sendText("x");
            String wire = HexFormat.of().formatHex(session.transport.written());
            assertTrue(wire.contains("890107"), wire);
        }
    }
}
