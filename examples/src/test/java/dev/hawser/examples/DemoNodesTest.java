package dev.hawser.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the demo's processes when one of them does not do what it should. */
@DisabledOnOs(OS.WINDOWS) // shell scripts
class DemoNodesTest {
    @TempDir
    Path folder;

    private Path script(String text) throws IOException {
        Path script = Files.writeString(folder.resolve("redis-server"), "#!/bin/sh\n" + text + "\n");
        assertTrue(script.toFile().setExecutable(true));
        return script;
    }

    @Test
    void aRedisThatDoesNotStartIsOneLine() throws IOException {
        Path redis = script("exit 1");
        DemoNodes nodes = new DemoNodes();
        try {
            IOException failure = assertThrows(
                    IOException.class, () -> nodes.start(2, redis, List.of(InetAddress.getLoopbackAddress()), 0));
            assertTrue(String.valueOf(failure.getMessage()).matches(".*/redis-server did not start on port \\d+\\."));
        } finally {
            nodes.stop();
        }
    }

    @Test
    void whatDoesNotStopIsKilledAndNothingStartsAfterwards() throws Exception {
        Path deaf = script("trap '' TERM; echo deaf; while :; do sleep 1; done");
        DemoNodes nodes = new DemoNodes(Duration.ofMillis(200));
        nodes.process(List.of("true")); // in the place of Redis
        Process process = nodes.process(List.of(deaf.toString()));
        assertEquals("deaf", process.inputReader().readLine());
        try {
            Thread stopping = new Thread(nodes::stop);
            stopping.setDaemon(true);
            stopping.start();
            stopping.join(TimeUnit.SECONDS.toMillis(20));
            assertFalse(stopping.isAlive(), "it waits for a process that does not end");
            assertTrue(process.waitFor(30, TimeUnit.SECONDS));
            assertThrows(IOException.class, () -> nodes.process(List.of("true")));
        } finally {
            process.destroyForcibly();
        }
    }
}
