package dev.hawser.micrometer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Debian's Prometheus on a free port of the loopback, which asks one address for its meters four times a second. Where
 * it is not installed the tests are skipped, or fail with {@code -Dprometheus.required=true}.
 */
final class PrometheusServer implements AutoCloseable {
    private static final Path PROGRAM = Path.of("/usr/bin/prometheus");
    private static final Duration SOON = Duration.ofSeconds(30);

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final int port;

    private PrometheusServer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Starts one, or skips the test.
     *
     * @param folder for its data
     * @param scraped the port of the loopback where the meters are
     */
    static PrometheusServer start(Path folder, int scraped) throws IOException {
        if (!Files.isExecutable(PROGRAM)) {
            String message = PROGRAM + " is not here, so the dashboard was not tested. Install it with: apt-get install"
                    + " --no-install-recommends prometheus";
            if (Boolean.getBoolean("test.prometheus.required")) {
                fail(message);
            }
            abort(message);
        }
        Path config = Files.writeString(folder.resolve("prometheus.yml"), """
            scrape_configs:
              - job_name: hawser
                scrape_interval: 250ms
                scrape_timeout: 250ms
                static_configs:
                  - targets: ["127.0.0.1:%d"]
            """.formatted(scraped));
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Process process = new ProcessBuilder(
                        PROGRAM.toString(),
                        "--config.file=" + config,
                        "--storage.tsdb.path=" + folder.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        PrometheusServer made = new PrometheusServer(process, port);
        boolean ready = false;
        try {
            made.awaitReady(folder.resolve("log"));
            ready = true;
        } finally {
            if (!ready) {
                made.close();
            }
        }
        return made;
    }

    private void awaitReady(Path log) throws IOException {
        long deadline = System.nanoTime() + SOON.toNanos();
        while (!isReady()) {
            if (!process.isAlive() || System.nanoTime() - deadline > 0) {
                fail("it has not started: " + Files.readString(log));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private boolean isReady() {
        try {
            return get("/-/ready").statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private HttpResponse<String> get(String path) throws IOException {
        try {
            return http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .timeout(SOON)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /** The answer to an expression, as JSON. */
    String query(String expression) throws IOException {
        HttpResponse<String> answer =
                get("/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8));
        assertEquals(200, answer.statusCode(), () -> expression + ": " + answer.body());
        assertTrue(answer.body().startsWith("{\"status\":\"success\""), answer::body);
        return answer.body();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
