package dev.hawser.micrometer;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import jakarta.websocket.Session;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each expression of the Grafana dashboard is run by a real Prometheus against a running Hawser, and finds data. */
class DashboardTest {
    private static final Path DASHBOARD = Path.of("../../docs/dashboards/hawser.json");
    /** A number, as the value of a sample. */
    private static final Pattern NUMBER = Pattern.compile("\"value\":\\[[0-9.]+,\"[0-9.e+-]+\"]");

    @TempDir
    Path folder;

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    private static List<String> expressions() throws IOException {
        List<String> found = new ArrayList<>();
        Matcher expression =
                Pattern.compile("\"expr\": \"((?:[^\"\\\\]|\\\\.)*)\"").matcher(Files.readString(DASHBOARD));
        while (expression.find()) {
            found.add(expression
                    .group(1)
                    .replace("\\\"", "\"")
                    .replace("$__rate_interval", "1m")
                    .replace("$endpoint", ".*"));
        }
        return found;
    }

    @Test
    void eachExpressionFindsData() throws Exception {
        HttpServer scraped = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        scraped.createContext("/metrics", exchange -> {
            byte[] text = registry.scrape().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
            exchange.sendResponseHeaders(200, text.length);
            exchange.getResponseBody().write(text);
            exchange.close();
        });
        scraped.start();
        try (RoomServer server = RoomServer.start(List.of(), "outboundBytes=256KiB", "memoryBudget=64MiB");
                HawserMetrics metrics = HawserMetrics.of(server.container());
                PrometheusServer prometheus =
                        PrometheusServer.start(folder, scraped.getAddress().getPort())) {
            metrics.bindTo(registry);
            List<String> expressions = expressions();
            assertTrue(expressions.size() > 10, expressions::toString);
            aCallbackBlocks(server);
            aPeerReadsNothing(server);
            Set<String> empty = new LinkedHashSet<>(expressions);
            RoomServer.await("data of " + empty, () -> {
                aGuestComesAndGoes(server); // so that rates are of something
                empty.removeIf(expression -> hasData(prometheus, expression));
                return empty.isEmpty();
            });
            assertFalse(
                    NUMBER.matcher(prometheus.query("sum(hawser_no_such_meter)"))
                            .find(),
                    "this would find anything");
        } finally {
            scraped.stop(0);
        }
    }

    private static boolean hasData(PrometheusServer prometheus, String expression) {
        try {
            return NUMBER.matcher(prometheus.query(expression)).find();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void aGuestComesAndGoes(RoomServer server) {
        try {
            server.join(new RoomServer.Guest(), "/room/guest").close();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private void aCallbackBlocks(RoomServer server) throws Exception {
        CountDownLatch mayReturn = new CountDownLatch(1);
        Session session = server.join(new RoomServer.Guest(), "/room/slow");
        RoomServer.Room.inCallback = () -> {
            try {
                mayReturn.await(60, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        try {
            session.getBasicRemote().sendText("block");
            RoomServer.await(
                    "it is counted",
                    () -> registry.find("hawser.callbacks.blocked").counter() != null);
        } finally {
            RoomServer.Room.inCallback = () -> {};
            mayReturn.countDown();
        }
    }

    /** Its queue fills until a send fails. */
    private void aPeerReadsNothing(RoomServer server) throws Exception {
        try (SilentPeer silent = SilentPeer.connect(server, "/room/silent")) {
            String much = "x".repeat(60_000);
            RoomServer.await("a send fails", () -> {
                silent.session().getAsyncRemote().sendText(much);
                return registry.find("hawser.sends.failed").counter() != null;
            });
            assertTrue(registry.get("hawser.queue.high.water").summary().max() >= 16_384);
        }
    }

    @Test
    void itsExpressionsNameMetersThatThereAre() throws Exception {
        Set<String> named = new TreeSet<>();
        for (String expression : expressions()) {
            Matcher name = Pattern.compile("hawser_[a-z_]+").matcher(expression);
            while (name.find()) {
                named.add(name.group());
            }
        }
        String page = Files.readString(Path.of("../../docs/metrics.md"));
        for (String name : named) {
            boolean known = Pattern.compile("`(hawser[.a-z]+)`")
                    .matcher(page)
                    .results()
                    .anyMatch(meter -> name.startsWith(meter.group(1).replace('.', '_')));
            assertTrue(known, name + " is not in docs/metrics.md");
        }
    }
}
