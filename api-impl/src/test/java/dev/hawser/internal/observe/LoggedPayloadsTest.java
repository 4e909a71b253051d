package dev.hawser.internal.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.extension.ExtensionOffer;
import dev.hawser.extension.NegotiatedExtension;
import dev.hawser.extension.Opcode;
import dev.hawser.internal.protocol.FrameWriter;
import dev.hawser.internal.protocol.Role;
import dev.hawser.internal.protocol.deflate.DeflateCodecs;
import dev.hawser.internal.protocol.deflate.DeflatePolicy;
import dev.hawser.internal.protocol.deflate.PerMessageDeflate;
import dev.hawser.internal.session.SessionHarness;
import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.zip.Deflater;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Payloads are in the log of frames only if a setting and a switch say so, capped, and escaped. */
class LoggedPayloadsTest {
    /** A strong reference: a logger that nobody holds forgets its level. */
    private final Logger logger = Logger.getLogger("dev.hawser.frames");

    private final LoggedLines lines = new LoggedLines();
    private final RecordingObserver told = new RecordingObserver();

    /** Echoes text and binary messages. */
    @ServerEndpoint("/test")
    public static class Echo {
        @OnMessage
        public String onText(String text) {
            return text;
        }

        @OnMessage
        public byte[] onBinary(byte[] bytes) {
            return bytes;
        }
    }

    @BeforeEach
    void listens() {
        lines.listenTo(logger);
    }

    @AfterEach
    void isAsBefore() {
        lines.leave(logger);
    }

    private static Settings allowed(int bytes) {
        return Settings.builder().set(Setting.UNSAFE_LOG_PAYLOADS, bytes).build();
    }

    private static String id(SessionHarness harness) {
        return SessionHarness.sessionOf(harness.connection).getId();
    }

    /** A session of which payloads are logged; the observer is told, too. */
    private SessionHarness logged(int bytes, NegotiatedExtension... extensions) {
        SessionHarness harness = new SessionHarness(new Echo(), allowed(bytes), extensions);
        harness.runtime.observers().add(told);
        harness.runtime.frameLog().logPayloads(id(harness));
        return harness;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void withoutTheSettingNoSwitchShowsAPayload() {
        try (SessionHarness harness = new SessionHarness(new Echo())) {
            logger.setLevel(Level.ALL);
            harness.runtime.frameLog().logPayloads(id(harness));
            harness.runtime.frameLog().logPayloads("/test");
            SessionHarness.await("the level is noticed", () -> {
                FrameLog.followLevel();
                return !harness.runtime.observers().none();
            });
            talks(harness, "secret");
            lines.awaits("FINE session " + id(harness) + " received CLOSE length=8 fin=1 rsv=0 code=4001");
            lines.awaits("INFO session " + id(harness) + " ended CLOSED_BY_PEER code=4001");
            assertNowhere("secret");
        }
    }

    @Test
    void withTheSettingAloneNoPayloadIsShown() {
        try (SessionHarness harness = new SessionHarness(new Echo(), allowed(100))) {
            logger.setLevel(Level.FINE);
            FrameLog.followLevel();
            harness.runtime.frameLog().log(id(harness));
            harness.runtime.frameLog().logPayloads("/another");
            talks(harness, "secret");
            lines.awaits("FINE session " + id(harness) + " ended CLOSED_BY_PEER code=4001");
            lines.awaits("INFO session " + id(harness) + " ended CLOSED_BY_PEER code=4001");
            assertNowhere("secret");
        }
    }

    private static void talks(SessionHarness harness, String secret) {
        harness.read(
                SessionHarness.text(secret),
                SessionHarness.binary(ascii(secret)),
                SessionHarness.frame(Opcode.PING, true, ascii(secret)),
                SessionHarness.frame(Opcode.TEXT, false, ascii(secret)),
                SessionHarness.frame(Opcode.CONTINUATION, true, ascii(secret)));
        SessionHarness.await("the answers", () -> harness.received().size() == 4);
        harness.read(SessionHarness.close(4001, secret));
    }

    private void assertNowhere(String secret) {
        for (String form : List.of(secret, HexFormat.of().formatHex(ascii(secret)))) {
            assertTrue(lines.all.stream().noneMatch(line -> line.contains(form)), lines.all::toString);
        }
        assertTrue(lines.all.stream().noneMatch(line -> line.contains("payload=") || line.contains("reason=")));
    }

    @Test
    void aSessionThatIsNamedShowsWhatComesAndWhatIsAnswered() {
        try (SessionHarness harness = logged(100)) {
            String session = "INFO session " + id(harness);
            lines.awaits("WARNING The payloads of " + id(harness)
                    + " are written to this log from now on, as the setting" + " dev.hawser.unsafeLogPayloads allows");
            talks(harness, "hello");
            for (String way : List.of("received", "sent")) {
                lines.awaits(session + " " + way + " TEXT length=5 fin=1 rsv=0 payload=\"hello\"");
                lines.awaits(session + " " + way + " BINARY length=5 fin=1 rsv=0 payload=0x68656c6c6f");
                lines.awaits(session + " " + way + " CLOSE length=7 fin=1 rsv=0 code=4001 reason=\"hello\"");
            }
            lines.awaits(session + " received TEXT length=5 fin=0 rsv=0 payload=\"hello\"");
            lines.awaits(session + " received CONTINUATION length=5 fin=1 rsv=0 payload=\"hello\"");
            lines.awaits(session + " received PING length=5 fin=1 rsv=0 payload=0x68656c6c6f");
            lines.awaits(session + " sent PONG length=5 fin=1 rsv=0 payload=0x68656c6c6f");
            lines.awaits(session + " ended CLOSED_BY_PEER code=4001");
            assertTrue(told.has("frame in TEXT fin rsv0 5", "frame out TEXT fin rsv0 5"), told.lines::toString);
            assertEquals(6, told.of("frame in").size(), told.lines::toString);
        }
    }

    @Test
    void noLineShowsMoreThanTheSettingAllows() {
        try (SessionHarness harness = logged(4)) {
            String session = "INFO session " + id(harness);
            harness.read(SessionHarness.text("12345"), SessionHarness.binary(ascii("12345")));
            lines.awaits(session + " received TEXT length=5 fin=1 rsv=0 payload=\"1234\"...");
            lines.awaits(session + " sent TEXT length=5 fin=1 rsv=0 payload=\"1234\"...");
            lines.awaits(session + " received BINARY length=5 fin=1 rsv=0 payload=0x31323334...");
            harness.read(SessionHarness.text("1234"), SessionHarness.close(4001, "12345"));
            lines.awaits(session + " received TEXT length=4 fin=1 rsv=0 payload=\"1234\"");
            lines.awaits(session + " received CLOSE length=7 fin=1 rsv=0 code=4001 reason=\"12\"...");
            lines.awaits(session + " ended CLOSED_BY_PEER code=4001");
        }
    }

    @Test
    void nothingThatAPeerSendsIsMoreThanAWordOfALine() {
        try (SessionHarness harness = logged(100)) {
            String session = "INFO session " + id(harness);
            String evil = "a\nb\r\u001b[31m\"\\\u00e9\u2028${jndi:x}\u007f";
            harness.read(SessionHarness.text(evil));
            String word = "\"a\\x0ab\\x0d\\x1b[31m\\\"\\\\\\xc3\\xa9\\xe2\\x80\\xa8\\x24{jndi:x}\\x7f\"";
            lines.awaits(session + " received TEXT length=26 fin=1 rsv=0 payload=" + word);
            lines.awaits(session + " sent TEXT length=26 fin=1 rsv=0 payload=" + word);
            harness.read(SessionHarness.frame(Opcode.TEXT, true, new byte[] {'a', (byte) 0xFF}));
            lines.awaits(
                    session + " received TEXT length=2 fin=1 rsv=0 payload=\"a\\xff\""); // 1007, and it is seen why
            lines.awaits(session + " ended INVALID_PAYLOAD code=1007");
        }
    }

    @Test
    void aPayloadThatComesInPiecesHasOneLineAndOneThatNeverEndsShowsWhatCame() {
        try (SessionHarness harness = logged(100)) {
            String session = "INFO session " + id(harness);
            byte[] frame = SessionHarness.text("hello");
            for (byte piece : frame) {
                harness.read(new byte[] {piece});
            }
            lines.awaits(session + " received TEXT length=5 fin=1 rsv=0 payload=\"hello\"");
            lines.awaits(session + " sent TEXT length=5 fin=1 rsv=0 payload=\"hello\"");
            assertEquals(
                    1,
                    lines.all.stream().filter(line -> line.contains("received")).count());
            harness.read(Arrays.copyOf(SessionHarness.binary(ascii("world")), 9));
            harness.transport.end();
            harness.connection.transportListener().onReadable();
            lines.awaits(session + " received BINARY length=5 fin=1 rsv=0 payload=0x776f72...");
        }
    }

    @Test
    void aCompressedMessageIsShownAsItIsOnTheWire() {
        DeflateCodecs codecs = new DeflateCodecs();
        NegotiatedExtension deflate =
                Objects.requireNonNull(new PerMessageDeflate(new DeflatePolicy(6, 1, false, false, 15), codecs)
                        .accept(List.of(new ExtensionOffer("permessage-deflate", List.of()))));
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        byte[] wire = new byte[100];
        deflater.setInput(ascii("hello hello hello"));
        int length = deflater.deflate(wire, 0, wire.length, Deflater.SYNC_FLUSH) - 4;
        deflater.end();
        try (SessionHarness harness = logged(100, deflate)) {
            ByteBuffer frame = ByteBuffer.allocate(200);
            new FrameWriter(Role.CLIENT, () -> 0x12345678).putFrame(frame, true, 4, Opcode.TEXT, wire, 0, length);
            harness.read(Arrays.copyOf(frame.array(), frame.position()));
            String payload = " length=" + length + " fin=1 rsv=4 payload=0x"
                    + HexFormat.of().formatHex(wire, 0, length);
            lines.awaits("INFO session " + id(harness) + " received TEXT" + payload);
            SessionHarness.await(
                    "the answer", () -> !told.of("message out TEXT 17").isEmpty());
            assertTrue(lines.all.stream()
                    .anyMatch(line -> line.contains("sent TEXT") && line.contains("rsv=4 payload=0x")));
            assertFalse(lines.all.stream().anyMatch(line -> line.contains("hello")), lines.all::toString);
        }
        codecs.close();
    }

    @Test
    void allPayloadsAreShownAtTraceAndOneEndpointsByName() {
        try (SessionHarness harness = new SessionHarness(new Echo(), allowed(100))) {
            String session = " session " + id(harness);
            logger.setLevel(Level.FINER);
            SessionHarness.await(
                    "it is noticed", () -> !harness.runtime.observers().none());
            harness.read(SessionHarness.text("hello"));
            lines.awaits("FINER" + session + " received TEXT length=5 fin=1 rsv=0 payload=\"hello\"");
            logger.setLevel(Level.INFO);
            SessionHarness.await(
                    "that is noticed, too", () -> harness.runtime.observers().none());
            harness.runtime.frameLog().logPayloads("/test");
            harness.read(SessionHarness.text("again"));
            lines.awaits("INFO" + session + " sent TEXT length=5 fin=1 rsv=0 payload=\"again\"");
            harness.runtime.frameLog().stopLogging("/test");
            assertTrue(harness.runtime.observers().none());
        }
    }
}
