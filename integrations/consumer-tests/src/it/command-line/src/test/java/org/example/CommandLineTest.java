package org.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.servlet.HawserInitializer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Server;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandLineTest {
    @TempDir
    Path folder;

    @Test
    void theServerEchoesWhatIsTyped() throws Exception {
        Server server = new Server(0);
        ServletContextHandler context = new ServletContextHandler("/");
        context.addServletContainerInitializer(new HawserInitializer(), Chat.class);
        server.setHandler(context);
        server.start();
        Path typed = Files.writeString(folder.resolve("typed"), "hello\n");
        Path said = folder.resolve("said");
        try {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                            "-jar",
                            "target/hawser-cli.jar",
                            "ws://localhost:" + server.getURI().getPort() + "/chat")
                    .redirectInput(typed.toFile())
                    .redirectOutput(said.toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try {
                assertTrue(process.waitFor(60, TimeUnit.SECONDS), "it has not ended");
                assertEquals(0, process.exitValue());
            } finally {
                process.destroyForcibly();
            }
            assertEquals(List.of("hello"), Files.readAllLines(said));
        } finally {
            server.stop();
        }
    }
}
