package dev.hawser.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** {@code @stomp/stompjs} and {@code sockjs-client}, from npm, in node and in Chromium. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class BrowserClientsTest {
    private static final Path CLIENTS = Path.of("src/servers/clients");

    @RestController
    static class Result {
        private final BlockingQueue<String> received = new LinkedBlockingQueue<>();

        @PostMapping("/result")
        void result(@RequestBody String text) {
            received.add(text);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import({StompTest.App.class, Result.class})
    static class App {}

    @TempDir
    static Path folder;

    @BeforeAll
    static void install() throws Exception {
        try (var files = Files.list(CLIENTS)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        run(folder, "npm", "install", "--no-audit", "--no-fund", "--ignore-scripts");
    }

    private static SpringApp start() {
        return SpringApp.start(App.class, "spring.web.resources.static-locations=" + folder.toUri());
    }

    @Test
    void theClientsRunInNode() throws Exception {
        try (SpringApp app = start()) {
            List<String> received = run(folder, "node", "node.cjs", "127.0.0.1:" + app.port());
            assertEquals(List.of("hello ws", "hello sockjs", "hello fallback"), received);
        }
    }

    @Test
    void theClientsRunInABrowser() throws Exception {
        try (SpringApp app = start()) {
            Process browser = new ProcessBuilder(
                            "chromium",
                            "--headless=new",
                            "--no-sandbox",
                            "--disable-gpu",
                            "--user-data-dir=" + folder.resolve("profile"),
                            app.http("/page.html").toString())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("browser.log").toFile())
                    .start();
            try {
                String result = app.bean(Result.class).received.poll(120, TimeUnit.SECONDS);
                assertEquals("hello browser\nhello sockjs\nhello fallback", result);
            } finally {
                browser.descendants().forEach(ProcessHandle::destroy);
                browser.destroy();
                assertTrue(browser.waitFor(30, TimeUnit.SECONDS), "the browser does not end");
            }
        }
    }

    /** The lines that a command prints. */
    private static List<String> run(Path directory, String... command) throws IOException, InterruptedException {
        File output = directory.resolve(command[0] + ".log").toFile();
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output)
                .start();
        assertTrue(process.waitFor(180, TimeUnit.SECONDS), command[0] + " does not end");
        List<String> lines = new ArrayList<>(Files.readAllLines(output.toPath(), StandardCharsets.UTF_8));
        assertEquals(0, process.exitValue(), () -> String.join("\n", lines));
        return lines;
    }
}
