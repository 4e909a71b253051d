package dev.hawser.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.examples.DemoProcess.Addresses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the person at the keyboard gets: two addresses, or one line that says what to change. */
class DemoServerIT {
    @TempDir
    Path folder;

    @Test
    void servesThePageAndLeavesNothingBehindWhenStopped() throws Exception {
        try (DemoProcess demo = DemoProcess.start("-Ddemo.port=0", "-Ddemo.tlsPort=0", "-Djava.io.tmpdir=" + folder)) {
            Addresses addresses = demo.awaitAddresses();
            HttpResponse<String> page = get(addresses.http());
            assertEquals(200, page.statusCode());
            assertTrue(page.body().contains("<title>Hawser Chat</title>"), page.body());

            demo.stop();

            try (Stream<Path> left = Files.list(folder)) {
                assertEquals(
                        List.of(),
                        left.filter(path -> path.toString().contains("hawser-demo"))
                                .toList());
            }
            assertEquals(List.of(), warningsIn(demo));
        }
    }

    @Test
    void aPortThatIsTakenIsOneLineAndExitCode1() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int taken = other.getLocalPort();
            assertEndsWith(
                    "Port " + taken
                            + " cannot be opened: another program is using it. Choose another with -Ddemo.port=<port>.",
                    "-Ddemo.port=" + taken,
                    "-Ddemo.tlsPort=0",
                    "-Ddemo.host=127.0.0.1");
            assertEndsWith(
                    "Port " + taken
                            + " cannot be opened: another program is using it. Choose another with -Ddemo.tlsPort=<port>.",
                    "-Ddemo.port=0",
                    "-Ddemo.tlsPort=" + taken,
                    "-Ddemo.host=127.0.0.1");
        }
    }

    @Test
    void aPortThatIsNoNumberIsOneLineAndExitCode1() throws Exception {
        assertEndsWith("-Ddemo.port=http is not a port: a number from 0 to 65535 was expected.", "-Ddemo.port=http");
    }

    @Test
    void aNumberOfNodesThatIsNoneIsOneLineAndExitCode1() throws Exception {
        assertEndsWith("-Ddemo.nodes=many is not a number from 1 to 9.", "-Ddemo.nodes=many");
    }

    @Test
    void anUnknownHostIsOneLineAndExitCode1() throws Exception {
        assertEndsWith(
                "This machine does not know the host nowhere.invalid (set with -Ddemo.host).",
                "-Ddemo.port=0",
                "-Ddemo.host=nowhere.invalid");
    }

    private static void assertEndsWith(String line, String... settings) throws IOException, InterruptedException {
        try (DemoProcess demo = DemoProcess.start(settings)) {
            assertEquals(1, demo.awaitExit());
            assertEquals(List.of(line), demo.output());
        }
    }

    /** A newcomer who sees a warning wonders what is wrong. */
    private static List<String> warningsIn(DemoProcess demo) {
        return demo.output().stream()
                .filter(line -> line.matches(".*(WARN|SEVERE|Exception).*"))
                .toList();
    }

    private static HttpResponse<String> get(URI address) throws IOException, InterruptedException {
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString());
    }
}
