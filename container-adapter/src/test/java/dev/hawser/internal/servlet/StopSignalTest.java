package dev.hawser.internal.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.internal.servlet.TestServer.Container;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** SIGTERM on a process with an embedded server, which the application stops in its own hook. */
@DisabledOnOs(OS.WINDOWS) // has no such signal
class StopSignalTest {
    private static final int PEERS = 10;
    /** 128 + 15: the JVM has ended because of the signal, and not by a kill or an error. */
    private static final int TERMINATED = 143;

    static Stream<Container> containers() {
        return Container.underTest();
    }

    @ParameterizedTest
    @MethodSource("containers")
    void everyPeerIsTold1001AndTheProcessEndsWithNothingLeft(Container container) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        EmbeddedProcess.class.getName(),
                        container.name())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<RawClient> peers = new ArrayList<>();
        try (BufferedReader printed =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
            int port = Integer.parseInt(lineWith(printed, "port ").substring("port ".length()));
            for (int i = 0; i < PEERS; i++) {
                RawClient peer = new RawClient(port, "/echo");
                peers.add(peer);
                assertEquals(101, peer.status());
                peer.assertEchoes("alive");
            }
            process.toHandle().destroy(); // SIGTERM; Process.destroy would close its output, too
            for (int i = 0; i < PEERS; i++) {
                assertEquals(1001, peers.get(i).readCloseCode());
                if (i % 2 == 0) { // the others do not answer
                    peers.get(i).sendFrame(0x88, new byte[] {0x03, (byte) 0xe9});
                }
            }
            assertEquals("stopped, threads 0", lineWith(printed, "stopped"));
            assertTrue(process.waitFor(30, TimeUnit.SECONDS), "the process does not end");
            assertEquals(TERMINATED, process.exitValue());
        } finally {
            process.destroyForcibly();
            for (RawClient peer : peers) {
                peer.close();
            }
        }
    }

    private static String lineWith(BufferedReader printed, String beginning) throws IOException {
        for (String line = printed.readLine(); line != null; line = printed.readLine()) {
            if (line.startsWith(beginning)) {
                return line;
            }
        }
        throw new AssertionError("the process ended before it printed: " + beginning);
    }
}
