package dev.hawser.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.cli.CommandLineProcess.Result;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code --reconnect}: when it comes back, when not, and no sooner than it is asked to. */
class ReconnectIT {
    private static final Pattern PAUSE = Pattern.compile("next attempt in (\\d+) ms");

    @Test
    void comesBackWhenTheServerDoes() throws Exception {
        Server server = Server.start();
        int port = server.port();
        try (CommandLineProcess tool = CommandLineProcess.start("-r", "--attempts", "1000", server.uri("/echo"))) {
            tool.type("one");
            tool.awaitOutput("one\n");
            server.close();
            tool.awaitOutput("-- closed with 1001 the application stops");
            tool.awaitOutput("next attempt in");
            tool.awaitOutput("the TCP connect");
            tool.type("two");
            server = Server.start(port, null);
            tool.awaitOutput("two\n");
            tool.stop();
            assertEquals("one\ntwo\n", tool.awaitEnd().out());
        } finally {
            server.close();
        }
    }

    @Test
    void givesUpAfterTheLimit() throws Exception {
        try (OneAnswerServer server = new OneAnswerServer("HTTP/1.1 500 Internal Server Error\r\n")) {
            Result result = CommandLineProcess.run("", "-r", "--attempts", "3", "--wait", "-1", server.uri());
            assertEquals(ExitCode.NOT_CONNECTED, result.exitCode(), result.err());
            assertEquals(3, server.connections());
        }
    }

    @Test
    void doesNotComeBackToAServerThatRefusesItOrIsDone() throws Exception {
        try (OneAnswerServer refusing = new OneAnswerServer("HTTP/1.1 403 Forbidden\r\n");
                OneAnswerServer policy = OneAnswerServer.closing(1008);
                OneAnswerServer done = OneAnswerServer.closing(1000)) {
            Result refused = CommandLineProcess.run("", "-r", "--wait", "-1", refusing.uri());
            assertEquals(ExitCode.NOT_CONNECTED, refused.exitCode(), refused.err());
            assertEquals(1, refusing.connections());
            Result closed = CommandLineProcess.run("", "-r", "--wait", "-1", policy.uri());
            assertEquals(ExitCode.BROKEN, closed.exitCode(), closed.err());
            assertEquals(1, policy.connections());
            Result ended = CommandLineProcess.run("", "-r", "--wait", "-1", done.uri());
            assertEquals(ExitCode.DONE, ended.exitCode(), ended.err());
            assertEquals(1, done.connections());
        }
    }

    @Test
    void comesBackNoSoonerThanItIsAskedTo() throws Exception {
        try (OneAnswerServer busy = new OneAnswerServer("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\n")) {
            Result result = CommandLineProcess.run("", "-r", "--attempts", "2", "--wait", "-1", busy.uri());
            assertTrue(pause(result) >= 1_000, result.err());
        }
        String inAnHour = DateTimeFormatter.RFC_1123_DATE_TIME.format(
                ZonedDateTime.now(ZoneOffset.UTC).plusHours(1));
        String later = "HTTP/1.1 429 Too Many Requests\r\nRetry-After: " + inAnHour + "\r\n";
        try (OneAnswerServer busy = new OneAnswerServer(later);
                CommandLineProcess tool = CommandLineProcess.start("-r", "--wait", "-1", busy.uri())) {
            tool.awaitOutput("next attempt in");
            tool.stop();
            assertTrue(pause(tool.awaitEnd()) > 50 * 60 * 1_000);
        }
    }

    private static long pause(Result result) {
        Matcher pause = PAUSE.matcher(result.err());
        assertTrue(pause.find(), result.err());
        return Long.parseLong(pause.group(1));
    }
}
