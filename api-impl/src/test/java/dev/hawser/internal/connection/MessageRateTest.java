package dev.hawser.internal.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.extension.ExtensionOffer;
import dev.hawser.extension.NegotiatedExtension;
import dev.hawser.extension.Opcode;
import dev.hawser.internal.protocol.deflate.DeflateCodecs;
import dev.hawser.internal.protocol.deflate.DeflatePolicy;
import dev.hawser.internal.protocol.deflate.PerMessageDeflate;
import dev.hawser.internal.session.RecordingEndpoint;
import dev.hawser.internal.session.SessionHarness;
import jakarta.websocket.CloseReason;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;

/**
 * Who has begun a message goes on with it at a least rate, in virtual time: the test says what time it is, and when the
 * timer looks.
 */
class MessageRateTest {
    private static final String TOO_SLOW =
            "close:1008 a message was begun and goes on at less than 1024 bytes a second";

    private static final long HALF_A_SECOND = 500_000_000;

    private final AtomicLong now = new AtomicLong(System.nanoTime());
    private final RecordingEndpoint endpoint = new RecordingEndpoint();

    private SessionHarness session(Object of, Settings settings) {
        return new SessionHarness(of, settings.over(noPings()), now::get);
    }

    private static Settings noPings() {
        return Settings.builder()
                .set(Setting.KEEP_ALIVE_INTERVAL, Duration.ZERO)
                .build();
    }

    /** So much time passes, and the timer looks as often as it would. */
    private void pass(SessionHarness session, int seconds) {
        for (int i = 0; i < seconds; i++) {
            now.addAndGet(Duration.ofSeconds(1).toNanos());
            session.connection.timeouts().run();
        }
    }

    /** The header of a frame of 60,000 bytes. */
    private static byte[] header() {
        byte[] whole = SessionHarness.frame(Opcode.TEXT, true, new byte[60_000]);
        return Arrays.copyOf(whole, 8);
    }

    @Test
    void aPeerThatDripsAMessageIsClosedWith1008() {
        try (SessionHarness session = session(endpoint, Settings.defaults())) {
            session.read(header());
            pass(session, 29);
            assertEquals("[]", session.received().toString());
            for (int i = 0; i < 4; i++) {
                session.read(new byte[1]);
                pass(session, 10);
            }
            assertTrue(session.received().contains(TOO_SLOW), session.received()::toString);
        }
    }

    /** A burst that fills one grace time does not help in the next one, wherever that begins. */
    @Test
    void aBurstBeforeADripGivesItNoMoreTimeThanTheGraceAndASixth() {
        try (SessionHarness session = session(endpoint, Settings.defaults())) {
            session.read(header());
            pass(session, 1);
            session.read(new byte[50_000]);
            for (int second = 1; second <= 30; second++) {
                assertEquals("[]", session.received().toString());
                pass(session, 1);
                session.read(new byte[1]);
            }
            pass(session, 5);
            assertTrue(session.received().contains(TOO_SLOW), session.received()::toString);
        }
    }

    /** Against all that has come, which the real one does not remember. Half a second is the unit of time. */
    @Test
    void whoIsTooSlowOverAnyGraceTimeIsFoundAndNobodyElse() {
        Random random = new Random(5);
        int found = 0;
        for (int round = 0; round < 2_000; round++) {
            MessageRate rate = new MessageRate(Settings.defaults(), new ReadingClock(System::nanoTime));
            long begin = random.nextLong();
            int[] until = new int[400]; // bytes by each moment
            int quietOneIn = 1 + random.nextInt(100);
            int burst = 1 + random.nextInt(60_000);
            rate.progressed(7, 0, true, begin);
            boolean tooSlow = false;
            for (int now = 1; now < until.length && !tooSlow; now++) {
                int come = random.nextInt(quietOneIn) == 0 ? random.nextInt(burst) : 0;
                until[now] = until[now - 1] + come;
                rate.progressed(7, until[now], true, begin + now * HALF_A_SECOND);
                tooSlow = rate.isTooSlow(begin + now * HALF_A_SECOND);
                String when = "round " + round + ", " + now + " half seconds";
                if (tooSlow) {
                    assertTrue(wasTooSlowFor(60, until, now), when);
                } else {
                    assertFalse(wasTooSlowFor(70, until, now), when);
                }
            }
            found += tooSlow ? 1 : 0;
        }
        assertTrue(found > 100 && found < 1_900, "of both kinds: " + found);
    }

    private static boolean wasTooSlowFor(int time, int[] until, int now) {
        for (int from = 0; from + time <= now; from++) {
            if (until[from + time] - until[from] < 30 * 1024) {
                return true;
            }
        }
        return false;
    }

    @Test
    void theEndpointIsToldItThoughThePeerHangsUpWithoutAnAnswer() {
        try (SessionHarness session = session(endpoint, Settings.defaults())) {
            session.read(header());
            pass(session, 61);
            session.transport.end();
            session.connection.transportListener().onReadable();
            SessionHarness.await("onClose", endpoint::ended);
            assertTrue(endpoint.calls.contains(TOO_SLOW), endpoint.calls::toString);
        }
    }

    @Test
    void aHeaderThatDripsAndAControlFrameThatDripsAreClosedToo() {
        for (byte[] begun : new byte[][] {{(byte) 0x81}, {(byte) 0x89, (byte) 0x85, 1, 2, 3, 4, 5}}) {
            try (SessionHarness session = session(endpoint, Settings.defaults())) {
                session.read(begun);
                pass(session, 61);
                assertTrue(session.received().contains(TOO_SLOW), session.received()::toString);
            }
        }
    }

    @Test
    void pingsDoNotHelpADrip() {
        try (SessionHarness session = session(endpoint, Settings.defaults())) {
            session.read(SessionHarness.frame(Opcode.TEXT, false, new byte[] {'a'}));
            for (int i = 0; i < 7; i++) {
                byte[][] pings = new byte[200][];
                Arrays.setAll(pings, n -> SessionHarness.frame(Opcode.PING, true, new byte[100]));
                session.read(pings);
                pass(session, 10);
            }
            assertTrue(session.received().contains(TOO_SLOW), session.received()::toString);
        }
    }

    /** 8,000 bytes in each five seconds are 1,600 a second once inflated, and some 8 on the wire. */
    @Test
    void whatCountsIsWhatComesOverTheWireAndNotWhatItInflatesTo() {
        DeflateCodecs codecs = new DeflateCodecs();
        NegotiatedExtension deflate = new PerMessageDeflate(DeflatePolicy.DEFAULT, codecs)
                .accept(List.of(new ExtensionOffer("permessage-deflate", List.of())));
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        try (SessionHarness session = new SessionHarness(
                endpoint, Settings.defaults().over(noPings()), now::get, Objects.requireNonNull(deflate))) {
            for (int i = 0; i < 7; i++) {
                byte[] compressed = new byte[1_000];
                deflater.setInput("a".repeat(8_000).getBytes(StandardCharsets.US_ASCII));
                int length = deflater.deflate(compressed, 0, compressed.length, Deflater.SYNC_FLUSH);
                byte[] frame = SessionHarness.frame(
                        i == 0 ? Opcode.TEXT : Opcode.CONTINUATION, false, Arrays.copyOf(compressed, length));
                frame[0] |= (byte) (i == 0 ? 0x40 : 0);
                session.read(frame);
                pass(session, 5);
            }
            assertTrue(session.received().contains(TOO_SLOW), session.received()::toString);
        } finally {
            deflater.end();
            codecs.close();
        }
    }

    @Test
    void aMessageThatKeepsTheRateMayTakeAsLongAsItLikes() {
        try (SessionHarness session = session(endpoint, Settings.defaults())) {
            session.read(SessionHarness.frame(Opcode.TEXT, false, new byte[1]));
            for (int i = 0; i < 40; i++) {
                session.read(SessionHarness.frame(Opcode.CONTINUATION, false, new byte[1500]));
                pass(session, 1);
            }
            pass(session, 1);
            assertEquals("[]", session.received().toString());
        }
    }

    @Test
    void smallMessagesWithSilenceBetweenThemAreNoDrip() {
        try (SessionHarness session = session(endpoint, Settings.defaults())) {
            for (int i = 0; i < 20; i++) {
                int sent = i + 1;
                session.read(SessionHarness.text("a"));
                SessionHarness.await("echo", () -> session.received().size() == sent);
                pass(session, 20);
            }
            assertFalse(endpoint.ended(), endpoint.calls::toString);
        }
    }

    @Test
    void zeroIsNoLeastRate() {
        Settings none = Settings.builder().set(Setting.MIN_MESSAGE_RATE, 0).build();
        try (SessionHarness session = session(endpoint, none)) {
            session.read(header());
            pass(session, 600);
            assertEquals("[]", session.received().toString());
        }
    }

    @Test
    void aPeerThatWePausedForFiveMinutesCompletesItsMessage() {
        Slow slow = new Slow();
        Settings small = Settings.builder()
                .set(Setting.INBOUND_BYTES, 10_000)
                .set(Setting.KEEP_ALIVE_INTERVAL, Duration.ofSeconds(25))
                .set(Setting.IDLE_TIMEOUT, Duration.ofSeconds(60))
                .build();
        try (SessionHarness session = session(slow, small)) {
            session.read(SessionHarness.frame(Opcode.BINARY, false, new byte[20_000]));
            SessionHarness.await("reading is paused", session.connection::isReadingPaused);
            pass(session, 300);
            assertEquals("[]", session.received().toString());
            slow.mayGo.countDown();
            SessionHarness.await("the rest is read", () -> {
                if (session.transport.takeReadable()) {
                    session.connection.transportListener().onReadable();
                }
                return session.transport.isDemanded() && !session.connection.isReadingPaused();
            });
            pass(session, 10);
            session.read(SessionHarness.frame(Opcode.CONTINUATION, true, new byte[20_000]));
            SessionHarness.await("the whole message", () -> {
                if (session.transport.takeReadable()) {
                    session.connection.transportListener().onReadable();
                }
                return slow.bytes.get() == 40_000;
            });
            assertEquals(0, slow.closed);
        }
    }

    /** Begins to read its stream when it may. */
    @ServerEndpoint("/test")
    public static class Slow {
        final CountDownLatch mayGo = new CountDownLatch(1);
        final AtomicLong bytes = new AtomicLong();
        volatile int closed;

        @OnMessage
        public void onBinary(InputStream octets) throws IOException, InterruptedException {
            mayGo.await();
            bytes.set(octets.transferTo(OutputStream.nullOutputStream()));
        }

        @OnClose
        public void onClose(CloseReason reason) {
            closed = reason.getCloseCode().getCode();
        }
    }
}
