package dev.hawser.cli;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.cli.CommandLineProcess.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pipes, options and exit codes of {@code java -jar hawser-cli.jar}. */
class CommandLineIT {
    private static Server server;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws Exception {
        server = Server.start();
    }

    @AfterAll
    static void end() throws Exception {
        server.close();
    }

    @Test
    void linesGoOutAndAnswersComeBackBeforeItEnds() throws Exception {
        Result result = CommandLineProcess.run("one\nGrüße, 日本\n\nthree", server.uri("/echo"));
        assertEquals(List.of("one", "Grüße, 日本", "", "three"), result.lines());
        assertEquals(ExitCode.DONE, result.exitCode(), result.err());
        assertTrue(result.err().contains("-- connected to " + server.uri("/echo")), result.err());
        assertTrue(result.err().contains("-- closed with 1000"), result.err());
    }

    @Test
    void bytesComeBackAsTheyWere() throws Exception {
        byte[] content = new byte[1_000_003];
        new Random(1).nextBytes(content);
        Result result = CommandLineProcess.run(Map.of(), content, "--binary", server.uri("/echo"), "--deflate", "-q");
        assertArrayEquals(content, result.bytes());
        assertEquals(ExitCode.DONE, result.exitCode(), result.err());
        assertEquals("", result.err());
    }

    @Test
    void aPersonTypesAndReadsAndEndsItWithCtrlD() throws Exception {
        try (CommandLineProcess tool = CommandLineProcess.start(server.uri("/echo"))) {
            tool.type("hello");
            tool.awaitOutput("hello\n");
            tool.type("and again");
            tool.awaitOutput("and again\n");
            tool.stop();
            Result result = tool.awaitEnd();
            assertEquals(143, result.exitCode()); // of the signal
            assertTrue(result.err().contains("closed with 1000"), result.err());
        }
    }

    @Test
    void messagesOfTheCommandLineReplaceStandardInputAndACountEndsIt() throws Exception {
        Result result = CommandLineProcess.run(
                "not read\n", "-m", "first", "-m", "second", "--count", "2", server.uri("/echo"));
        assertEquals(List.of("first", "second"), result.lines());
        assertEquals(ExitCode.DONE, result.exitCode(), result.err());
    }

    @Test
    void itWaitsForMessagesAfterTheEndOfTheInputIfAsked() throws Exception {
        Result result = CommandLineProcess.run("", "--wait", "-1", "--count", "1", server.uri("/once"));
        assertEquals(List.of("welcome"), result.lines());
    }

    @Test
    void aMessageOfSeveralMegabytesIsReceived() throws Exception {
        String large = "x".repeat(3 << 20);
        assertEquals(
                large,
                CommandLineProcess.run(large, server.uri("/echo")).lines().get(0));
        Result refused = CommandLineProcess.run(large, "--max-message", "1", server.uri("/echo"));
        assertEquals(ExitCode.BROKEN, refused.exitCode(), refused.err());
    }

    @ParameterizedTest(name = "{0} is exit code {1}")
    @CsvSource({"1000,0", "1001,3", "1008,3", "1011,3", "4001,3"})
    void theExitCodeSaysHowItEnded(int closeCode, int exitCode) throws Exception {
        Result result = CommandLineProcess.run("", "--wait", "-1", server.uri("/close/" + closeCode));
        assertEquals(exitCode, result.exitCode(), result.err());
        assertTrue(result.err().contains("-- closed with " + closeCode + " as asked (CLOSED_BY_PEER)"), result.err());
    }

    @Test
    void withoutAConnectionTheExitCodeIs2() throws Exception {
        try (OneAnswerServer refusing = new OneAnswerServer("HTTP/1.1 403 Forbidden\r\n")) {
            Result refused = CommandLineProcess.run("", refusing.uri() + "?token=s3cret");
            assertEquals(ExitCode.NOT_CONNECTED, refused.exitCode());
            assertTrue(refused.err().contains("403"), refused.err());
            assertFalse(refused.err().contains("s3cret"), refused.err());
        }
        Result nobody = CommandLineProcess.run("", "ws://127.0.0.1:1/");
        assertEquals(ExitCode.NOT_CONNECTED, nobody.exitCode());
        assertTrue(nobody.err().contains("the TCP connect"), nobody.err());
    }

    @Test
    void wrongUsageIsALineAndExitCode1AndNoSecretIsRepeated() throws Exception {
        List<List<Object>> wrong = List.of(
                List.of(),
                List.of("http:/nowhere"),
                List.of("mailto:somebody"),
                List.of("--no-such-option", "ws://127.0.0.1:1/"),
                List.of("--heder=Authorization: Bearer s3cret", "ws://127.0.0.1:1/"),
                List.of("--heder:s3cret", "ws://127.0.0.1:1/"),
                List.of("-Zs3cret", "ws://127.0.0.1:1/"),
                List.of("-H", "Authorization:", "s3cret", "ws://127.0.0.1:1/"),
                List.of("-H", "s3cret", "ws://127.0.0.1:1/"),
                List.of("--cacert", folder.resolve("missing.pem"), "wss://127.0.0.1:1/"),
                List.of("--cert", folder.resolve("missing.pem"), "wss://127.0.0.1:1/"),
                List.of("--bench", "0", "ws://127.0.0.1:1/"),
                List.of("--max-message", "4096", "ws://127.0.0.1:1/"));
        for (List<Object> arguments : wrong) {
            Result result = CommandLineProcess.run("", arguments.toArray());
            assertEquals(ExitCode.USAGE, result.exitCode(), arguments + ": " + result.err());
            assertTrue(result.err().lines().count() <= 2 && !result.err().isBlank(), arguments + ": " + result.err());
            assertFalse(result.err().contains("s3cret"), result.err());
        }
    }

    @Test
    void fieldsSubprotocolAndOriginAreSentAndFieldsMayComeFromAFile() throws Exception {
        Path options =
                Files.writeString(folder.resolve("options"), "--header=X-Two: from a file\n--origin=http://page\n");
        Result result =
                CommandLineProcess.run("", "-H", "X-One: a: b", "@" + options, "--wait", "-1", server.uri("/fields"));
        assertEquals(
                List.of("X-One=[a: b]", "X-Two=[from a file]", "Origin=[http://page]"), result.lines(), result.err());
        assertFalse(result.err().contains("from a file"), result.err());
        Result chosen = CommandLineProcess.run("", "-s", "other", "-s", "superchat", server.uri("/echo"));
        assertTrue(chosen.err().contains(", subprotocol superchat"), chosen.err());
    }

    @Test
    void framesAreShownWithTheirHeadersAndWithoutTheirPayload() throws Exception {
        Result plain = CommandLineProcess.run("secret\n", "--frames", "-q", server.uri("/echo"));
        List<String> frames = plain.err()
                .lines()
                .map(line -> line.replaceFirst("^ *[0-9.]+ ", ""))
                .toList();
        assertAll(
                () -> assertTrue(frames.contains("> TEXT         length=6 fin=1 rsv=0"), plain.err()),
                () -> assertTrue(frames.contains("< TEXT         length=6 fin=1 rsv=0"), plain.err()),
                () -> assertTrue(frames.contains("> CLOSE        length=2 fin=1 rsv=0 code=1000"), plain.err()),
                () -> assertFalse(plain.err().contains("secret"), plain.err()));
        Result small = CommandLineProcess.run("x".repeat(500), "-f", "--deflate", server.uri("/echo"));
        assertTrue(small.err().matches("(?s).*> TEXT +length=\\d{1,2} fin=1 rsv=4\\n.*"), small.err());
        assertTrue(small.err().contains(", permessage-deflate"), small.err());
        assertEquals(List.of("x".repeat(500)), small.lines());
    }

    @Test
    void pingsAreAnsweredAndTimed() throws Exception {
        Result result = CommandLineProcess.run("", "--ping", "--count", "2", server.uri("/echo"));
        assertEquals(ExitCode.DONE, result.exitCode(), result.err());
        assertTrue(result.lines().get(0).matches("pong 1 after [0-9.]+ (µs|ms|s)"), result.out());
        assertTrue(result.lines().get(2).startsWith("2 pongs: shortest "), result.out());
        Result ended = CommandLineProcess.run("", "--ping", "--count", "2", server.uri("/close/1001"));
        assertEquals(ExitCode.BROKEN, ended.exitCode(), ended.err());
    }

    @Test
    void pingsThatAreInterruptedCloseTheConnectionWith1000() throws Exception {
        try (CommandLineProcess pinging = CommandLineProcess.start("--ping", server.uri("/ends"))) {
            pinging.awaitOutput("pong 1 after");
            pinging.stop();
            pinging.awaitEnd();
        }
        assertEquals(1000, Endpoints.Ends.CODES.poll(30, TimeUnit.SECONDS));
    }

    @Test
    void aBenchCountsWhatItSaw() throws Exception {
        Result result = CommandLineProcess.run("", "--bench", "20", "--seconds", "1", server.uri("/echo"));
        assertEquals(ExitCode.DONE, result.exitCode(), result.err());
        assertTrue(result.lines().get(0).matches("20 of 20 connections in .* a second: half within .*"), result.out());
        assertTrue(
                result.lines().get(1).matches("[1-9]\\d* messages of 128 bytes, and as many answers, in .*"),
                result.out());
        Result silent = CommandLineProcess.run("", "--bench", "2", "--seconds", "1", server.uri("/silent"));
        assertEquals(ExitCode.BROKEN, silent.exitCode());
        assertTrue(silent.err().startsWith("2 connections got no answer"), silent.err());
        Result nobody = CommandLineProcess.run("", "--bench", "2", "ws://127.0.0.1:1/");
        assertEquals(ExitCode.NOT_CONNECTED, nobody.exitCode());
    }

    @Test
    void helpAndVersionGoToStandardOutput() throws Exception {
        Result help = CommandLineProcess.run("", "--help");
        assertEquals(0, help.exitCode());
        assertTrue(help.out().contains("--reconnect") && help.out().contains("Exit codes:"), help.out());
        Result version = CommandLineProcess.run("", "--version");
        assertEquals(0, version.exitCode());
        assertTrue(version.out().matches("hawser-cli [0-9].*, Java [0-9.]+.*\\n"), version.out());
    }
}
