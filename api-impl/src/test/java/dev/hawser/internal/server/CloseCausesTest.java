package dev.hawser.internal.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hawser.CloseCause;
import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.extension.Opcode;
import dev.hawser.internal.connection.WebSocketConnection;
import dev.hawser.internal.session.SessionHarness;
import dev.hawser.internal.session.SharedSends;
import dev.hawser.internal.session.WebSocketSession;
import jakarta.websocket.CloseReason;
import jakarta.websocket.EncodeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each {@link CloseCause} happens as the table of docs/errors.md says, and onClose already knows it. */
class CloseCausesTest {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([A-Z_]+)` \\| ([^|]*) \\| ([^|]*) \\| [^|]+ \\|$");

    /** A row of the table: the code on the wire and the code for onClose, as words. */
    private record Row(String cause, String wire, String told) {}

    private static EndingSession happens(CloseCause cause) throws Exception {
        return switch (cause) {
            case CLOSED_BY_PEER,
                    PEER_VANISHED,
                    CONNECTION_BROKEN,
                    KEEP_ALIVE_LOST,
                    IDLE,
                    SLOW_SENDER,
                    SLOW_READER,
                    SHORT_OF_MEMORY,
                    SEND_TIMEOUT -> byThePeer(cause);
            case PROTOCOL_ERROR,
                    INVALID_PAYLOAD,
                    UNACCEPTABLE_MESSAGE,
                    MESSAGE_TOO_BIG,
                    LIMIT_EXCEEDED,
                    EXTENSION_FAILED -> byAMessage(cause);
            default -> byThisSide(cause);
        };
    }

    private static EndingSession byThePeer(CloseCause cause) throws Exception {
        switch (cause) {
            case CLOSED_BY_PEER -> {
                return new EndingSession().reads(SessionHarness.close(4001, ""));
            }
            case PEER_VANISHED -> {
                EndingSession world = new EndingSession();
                world.session.transport.end();
                world.session.connection.transportListener().onReadable();
                return world;
            }
            case CONNECTION_BROKEN -> {
                EndingSession world = new EndingSession();
                world.session.transport.breakReading(new IOException("reset"));
                world.session.connection.transportListener().onReadable();
                return world;
            }
            case KEEP_ALIVE_LOST -> {
                return new EndingSession(Settings.builder()
                        .set(Setting.KEEP_ALIVE_INTERVAL, Duration.ofMillis(20))
                        .set(Setting.PONG_TIMEOUT, Duration.ofMillis(20)));
            }
            case IDLE -> {
                return new EndingSession(Settings.builder().set(Setting.IDLE_TIMEOUT, Duration.ofMillis(20)));
            }
            case SLOW_SENDER -> {
                return new EndingSession(
                                new EndingSession.Streams(),
                                Settings.builder().set(Setting.STREAM_READ_TIMEOUT, Duration.ofMillis(20)))
                        .reads(SessionHarness.frame(Opcode.BINARY, false, new byte[1]));
            }
            case SLOW_READER -> {
                EndingSession world = new EndingSession(Settings.builder()
                        .set(Setting.CLOSE_ON_OUTBOUND_OVERFLOW, true)
                        .set(Setting.OUTBOUND_BYTES, 100));
                world.session.transport.holdWrites();
                world.endpoint.session.getAsyncRemote().sendText("x".repeat(100));
                world.endpoint.session.getAsyncRemote().sendText("x".repeat(100));
                world.session.transport.releaseWrite();
                return world;
            }
            case SHORT_OF_MEMORY -> {
                return new EndingSession(Settings.builder().set(Setting.MEMORY_BUDGET, 10_000L))
                        .reads(SessionHarness.frame(Opcode.TEXT, false, new byte[20_000]));
            }
            case SEND_TIMEOUT -> {
                EndingSession world =
                        new EndingSession(Settings.builder().set(Setting.SEND_TIMEOUT, Duration.ofMillis(20)));
                world.session.transport.holdWrites();
                assertThrows(
                        IOException.class,
                        () -> world.endpoint.session.getBasicRemote().sendText("nobody reads this"));
                return world;
            }
            default -> throw new AssertionError(cause);
        }
    }

    private static EndingSession byAMessage(CloseCause cause) throws Exception {
        switch (cause) {
            case PROTOCOL_ERROR -> {
                return new EndingSession().reads(new byte[] {(byte) 0xff, 0});
            }
            case INVALID_PAYLOAD -> {
                return new EndingSession().reads(SessionHarness.frame(Opcode.TEXT, true, new byte[] {(byte) 0xff}));
            }
            case UNACCEPTABLE_MESSAGE -> {
                return new EndingSession().reads(SessionHarness.binary(new byte[1]));
            }
            case MESSAGE_TOO_BIG -> {
                return new EndingSession(Settings.builder().set(Setting.MAX_TEXT_MESSAGE_SIZE, 10))
                        .reads(SessionHarness.text("x".repeat(11)));
            }
            case LIMIT_EXCEEDED -> {
                byte[] part = "x".getBytes(StandardCharsets.US_ASCII);
                return new EndingSession(Settings.builder().set(Setting.MAX_FRAGMENTS, 2))
                        .reads(
                                SessionHarness.frame(Opcode.TEXT, false, part),
                                SessionHarness.frame(Opcode.CONTINUATION, false, part),
                                SessionHarness.frame(Opcode.CONTINUATION, false, part));
            }
            case EXTENSION_FAILED -> {
                byte[] compressed = SessionHarness.text("hello");
                compressed[0] |= 0x40;
                return new EndingSession(new EndingSession.Texts(), Settings.builder(), EndingSession.Failing.AGREED)
                        .reads(compressed);
            }
            default -> throw new AssertionError(cause);
        }
    }

    private static EndingSession byThisSide(CloseCause cause) throws Exception {
        switch (cause) {
            case CLOSED_BY_APPLICATION -> {
                EndingSession world = new EndingSession();
                world.endpoint.session.close(new CloseReason(CloseReason.CloseCodes.getCloseCode(4000), ""));
                return world;
            }
            case SEND_FAILED -> {
                EndingSession world = new EndingSession();
                assertThrows(
                        EncodeException.class,
                        () -> world.endpoint.session.getBasicRemote().sendObject(new EndingSession.Half()));
                return world;
            }
            case OPENING_FAILED -> {
                return new EndingSession(new EndingSession.Texts(true), Settings.builder());
            }
            case HTTP_SESSION_ENDED -> {
                EndingSession world = new EndingSession();
                ((WebSocketSession) world.endpoint.session).httpSessionEnded();
                return world;
            }
            case STOPPED -> {
                EndingSession world = new EndingSession();
                Thread stop = new Thread(() -> world.session.runtime.close(Duration.ofSeconds(30)), "stop");
                stop.setDaemon(true);
                stop.start();
                return world;
            }
            case INTERNAL_ERROR -> {
                EndingSession world = new EndingSession();
                world.session.transport.beforeWrite(() -> {
                    throw new OutOfMemoryError("of a test");
                });
                assertThrows(
                        IOException.class,
                        () -> world.endpoint.session.getBasicRemote().sendText("hello"));
                return world;
            }
            default -> throw new AssertionError(cause);
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NOT_OPENED")
    void itHappensAsTheTableSays(CloseCause cause) throws Exception {
        Row row = row(cause);
        try (EndingSession world = happens(cause)) {
            int wire = world.answersTheClose();
            SessionHarness.await("onClose", () -> world.endpoint.told >= 0);
            assertEquals(cause, world.endpoint.cause, "in onClose");
            assertEquals(code(row.wire()), wire, "the code that the peer got");
            assertEquals(code(row.told()), world.endpoint.told, "the code for onClose");
            assertEquals(cause, world.hawser().getCloseCause(), "afterwards");
        }
    }

    @Test
    void aSessionThatTheContainerDoesNotOpenInTimeHasItsOwnCause() throws Exception {
        try (TestContainer test = new TestContainer()) {
            test.container.addEndpoint(TestContainer.Good.class);
            WebSocketConnection late =
                    test.accept(TestUpgradeRequest.of("/good")).connection();
            List.copyOf(((ScheduledThreadPoolExecutor)
                                    test.container.runtime().resources().timer())
                            .getQueue())
                    .get(0)
                    .run();
            SessionHarness.await("it is cut", () -> late.closeCause() != null);
            assertEquals(CloseCause.NOT_OPENED, late.closeCause());
        }
    }

    @Test
    void anOpenSessionHasNoneAndTheFirstOneCounts() throws Exception {
        try (EndingSession world =
                new EndingSession(Settings.builder().set(Setting.CLOSE_TIMEOUT, Duration.ofMillis(20)))) {
            assertNull(world.hawser().getCloseCause());
            world.endpoint.session.close();
            assertEquals(CloseCause.CLOSED_BY_APPLICATION, world.hawser().getCloseCause());
            SessionHarness.await("the peer does not answer", () -> world.endpoint.told >= 0);
            assertEquals(CloseCause.CLOSED_BY_APPLICATION, world.endpoint.cause);
        }
    }

    @Test
    void theSendingHalfOfAnExtensionHasTheSameCause() {
        try (EndingSession world =
                new EndingSession(new EndingSession.Texts(), Settings.builder(), EndingSession.Failing.AGREED)) {
            assertThrows(
                    IOException.class,
                    () -> world.endpoint.session.getBasicRemote().sendText("hello"));
            assertEquals(-1, world.answersTheClose());
            SessionHarness.await("onClose", () -> world.endpoint.told >= 0);
            assertEquals(1006, world.endpoint.told);
            assertEquals(CloseCause.EXTENSION_FAILED, world.endpoint.cause);
        }
    }

    @Test
    void aSlowSubscriberOfATopicIsASlowReader() {
        try (EndingSession world = new EndingSession()) {
            SharedSends.of((WebSocketSession) world.endpoint.session).closeSlow();
            assertEquals(1013, world.answersTheClose());
            SessionHarness.await("onClose", () -> world.endpoint.told >= 0);
            assertEquals(CloseCause.SLOW_READER, world.endpoint.cause);
        }
    }

    @Test
    void theLogSaysItAtDebug() {
        Logger logger = Logger.getLogger("dev.hawser.connection");
        List<String> lines = new CopyOnWriteArrayList<>();
        Handler recorder = new Handler() {
            @Override
            public void publish(LogRecord line) {
                lines.add(line.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        recorder.setLevel(Level.ALL);
        logger.addHandler(recorder);
        logger.setLevel(Level.FINE);
        try (EndingSession world = new EndingSession().reads(SessionHarness.close(4001, "secret"))) {
            String line = "session " + world.endpoint.session.getId() + " has ended: CLOSED_BY_PEER, 4001";
            SessionHarness.await(line, () -> lines.contains(line));
        } finally {
            logger.setLevel(null);
            logger.removeHandler(recorder);
        }
    }

    @Test
    void theTableHasARowForEachAndNoOther() throws IOException {
        List<String> names = rows().stream().map(Row::cause).sorted().toList();
        List<String> expected =
                List.of(CloseCause.values()).stream().map(Enum::name).sorted().toList();
        assertEquals(expected, names);
    }

    private static int code(String words) {
        return switch (words) {
            case "nothing" -> -1;
            case "the application's" -> 4000;
            case "the peer's" -> 4001;
            default -> Integer.parseInt(words.substring(0, 4));
        };
    }

    private static Row row(CloseCause cause) throws IOException {
        Row found = rows().stream()
                .filter(row -> row.cause().equals(cause.name()))
                .findFirst()
                .orElse(null);
        assertNotNull(found, "docs/errors.md has no row for " + cause);
        return found;
    }

    private static List<Row> rows() throws IOException {
        List<Row> rows = new ArrayList<>();
        Matcher row = ROW.matcher(Files.readString(Path.of("../docs/errors.md")));
        while (row.find()) {
            rows.add(new Row(row.group(1), row.group(2), row.group(3)));
        }
        return rows;
    }
}
