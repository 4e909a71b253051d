package dev.hawser.cli;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hawser.cli.CommandLineProcess.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** A server writes no control sequence to a terminal, and a pipe gets what the server has sent. */
class TerminalIT {
    /** Renames the window, clears the screen in two ways, writes to the left, and overwrites the line. */
    private static final String EVIL = "a\u001b]0;b\u0007c\u001b[2J\u009b2J\u202ed\re\nf\tg";

    private static final String HARMLESS = "a\\u001b]0;b\\u0007c\\u001b[2J\\u009b2J\\u202ed\\u000de\nf\tg";
    private static final String IN_ONE_LINE = HARMLESS.replace("\n", "\\u000a").replace("\t", "\\u0009");

    private static OneAnswerServer talking() throws Exception {
        return OneAnswerServer.accepting("", OneAnswerServer.text(EVIL), OneAnswerServer.close(1000, EVIL));
    }

    @Test
    void whatATerminalShowsHasNoControlCharactersOfTheServer() throws Exception {
        assumeScript();
        try (OneAnswerServer server = talking()) {
            Result result = CommandLineProcess.runInTerminal("--wait", "-1", server.uri());
            assertShows(HARMLESS + "\n", result);
            assertShows("-- closed with 1000 " + IN_ONE_LINE + " (CLOSED_BY_PEER)\n", result);
            assertEquals(ExitCode.DONE, result.exitCode());
            assertShows(HARMLESS, CommandLineProcess.runInTerminal("--wait", "-1", "--binary", server.uri()));
        }
    }

    @Test
    void aPipeGetsWhatTheServerHasSentAndNotesAreHarmlessThereToo() throws Exception {
        try (OneAnswerServer server = talking()) {
            for (String[] options : new String[][] {{}, {"--binary"}}) {
                Result result = CommandLineProcess.run("", options(options, "--wait", "-1", server.uri()));
                assertEquals(EVIL, result.out().stripTrailing());
                assertTrue(result.err().contains("-- closed with 1000 " + IN_ONE_LINE + " ("), result.err());
                assertHarmless(result.err());
            }
        }
    }

    private static Object[] options(String[] first, Object... more) {
        Object[] all = new Object[first.length + more.length];
        System.arraycopy(first, 0, all, 0, first.length);
        System.arraycopy(more, 0, all, first.length, more.length);
        return all;
    }

    @Test
    void notesAboutTopicsAreHarmless() throws Exception {
        String envelope = "\u001e{\"topic\":\"news\u009b2J\",\"kind\":\"gap\"}\n\u001b[2J";
        try (OneAnswerServer server = OneAnswerServer.accepting(
                "Sec-WebSocket-Protocol: hawser.topics.v1\r\n",
                OneAnswerServer.text(envelope),
                OneAnswerServer.close(1000, ""))) {
            Result result = CommandLineProcess.run("", "-s", "hawser.topics.v1", "--wait", "-1", server.uri());
            assertTrue(result.err().contains("-- news\\u009b2J: gap \\u001b[2J\n"), result.err());
            assertHarmless(result.err());
        }
    }

    @Test
    void whatAServerSaysInARefusalIsHarmless() throws Exception {
        for (String head : new String[] {
            "HTTP/1.1 403 \u001b[2J\u009b2J\r\n",
            "HTTP/1.1 302 Found\r\nLocation: ws://\u001b[2J\u009b2J/\r\n",
            "HTTP/1.1 101 OK\r\nUpgrade: \u001b[2J\r\nConnection: Upgrade\r\n",
            "HTTP/1.1 401 No\r\nWWW-Authenticate: \u001b[2J\u009b2J\r\n",
            "\u001b[2J\u009b2J\r\n",
        }) {
            try (OneAnswerServer server = new OneAnswerServer(head)) {
                Result result = CommandLineProcess.run("", "-L", "1", "--wait", "-1", server.uri());
                assertEquals(ExitCode.NOT_CONNECTED, result.exitCode(), result.err());
                assertHarmless(result.err());
                Result load = CommandLineProcess.run("", "-L", "1", "--bench", "1", server.uri());
                assertHarmless(load.out() + load.err());
            }
        }
    }

    /** Behind each line a terminal begins the next one at its left edge. */
    private static void assertShows(String text, Result result) {
        String shown = result.out().replace("\r\n", "\n");
        assertAll(() -> assertTrue(shown.contains(text), shown), () -> assertHarmless(shown));
    }

    private static void assertHarmless(String text) {
        assertEquals(
                0,
                text.chars()
                        .filter(each -> Character.isISOControl(each) && each != '\n' && each != '\t' || each == 0x202e)
                        .count(),
                text);
    }

    private static void assumeScript() {
        assumeTrue(
                Files.exists(Path.of("/usr/bin/script")) && Files.isDirectory(Path.of("/proc/self")),
                "script(1) of util-linux is not here");
    }
}
