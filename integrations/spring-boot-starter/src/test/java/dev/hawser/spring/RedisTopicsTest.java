package dev.hawser.spring;

import static dev.hawser.brokers.Client.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.brokers.BrokerServer;
import dev.hawser.brokers.RedisServer;
import dev.hawser.topic.Topics;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Topics over a real Redis, to which Spring Boot's own properties lead. */
class RedisTopicsTest {
    private static final String SECRET = "vErYsEcReT";
    private static final String ENABLED = "hawser.topics.redis.enabled=true";
    /** Of Spring Boot 3.5 and 4. */
    private static final String WITHOUT_SPRING_DATA = "spring.autoconfigure.exclude="
            + "org.springframework.boot.autoconfigure.data.redis.RedisAutoConfiguration,"
            + "org.springframework.boot.autoconfigure.data.redis.RedisReactiveAutoConfiguration,"
            + "org.springframework.boot.autoconfigure.data.redis.RedisRepositoriesAutoConfiguration,"
            + "org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration,"
            + "org.springframework.boot.data.redis.autoconfigure.DataRedisReactiveAutoConfiguration,"
            + "org.springframework.boot.data.redis.autoconfigure.DataRedisRepositoriesAutoConfiguration";

    private static SpringApp connected(String... properties) {
        SpringApp app = SpringApp.start(TopicsTest.App.class, SpringApp.with(ENABLED, properties));
        await("it is connected", () -> app.bean(Topics.class).backplane().connected());
        return app;
    }

    @Test
    void nodesShareTheirTopicsOverTheRedisOfSpringBoot() throws Exception {
        String[] properties = {
            "spring.data.redis.host=127.0.0.1",
            "",
            "spring.data.redis.password=" + SECRET,
            "spring.data.redis.database=1",
            "hawser.topics.redis.prefix=shop:",
            "hawser.topics.patterns[0].pattern=news/*",
            "hawser.topics.patterns[0].history-messages=10",
            "hawser.topics.patterns[0].history-age=10m",
        };
        try (BrokerServer redis = new BrokerServer(new RedisServer("--requirepass", SECRET))) {
            properties[1] = "spring.data.redis.port=" + redis.port();
            try (SpringApp one = connected(properties);
                    SpringApp other = connected(properties);
                    Peer here = TopicsTest.reader(one);
                    Peer there = TopicsTest.reader(other)) {
                one.bean(Topics.class)
                        .publish("news/here", "rain")
                        .toCompletableFuture()
                        .join();
                TopicsTest.assertReceives(here, 1, "rain");
                TopicsTest.assertReceives(there, 1, "rain");
                assertEquals(
                        ":1",
                        RedisServer.ask(
                                redis.port(), "AUTH " + SECRET + "\r\nSELECT 1\r\nEXISTS shop:meta:{news/here}"));
            }
        }
    }

    @Test
    void anApplicationWhosePasswordRedisRefusesStartsAndConnectsWhenItIsTaken() throws Exception {
        PrintStream out = System.out;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        System.setOut(new PrintStream(log, true, StandardCharsets.UTF_8));
        try (BrokerServer redis = new BrokerServer(new RedisServer("--requirepass", "another"));
                SpringApp app = SpringApp.start(
                        TopicsTest.App.class,
                        ENABLED,
                        "logging.level.root=info",
                        "spring.data.redis.url=redis://default:" + SECRET + "@127.0.0.1:" + redis.port());
                Peer peer = Peer.connect(app.ws("/news/here"))) {
            await(
                    "it is told",
                    () -> log.toString(StandardCharsets.UTF_8)
                            .contains("topics cannot connect to Redis, and try again: "));
            Topics topics = app.bean(Topics.class);
            assertFalse(topics.backplane().connected());
            assertEquals("?", peer.send("?").receive());
            topics.publish("news/here", "rain");
            assertEquals("rain", peer.receive(), "live topics of the node go on");
            assertEquals("+OK", RedisServer.ask(redis.port(), "AUTH another\r\nCONFIG SET requirepass " + SECRET));
            await("it is connected", () -> topics.backplane().connected());
        } finally {
            System.setOut(out);
        }
        String text = log.toString(StandardCharsets.UTF_8);
        assertTrue(text.contains("WRONGPASS"), text);
        assertFalse(text.contains(SECRET), text);
    }

    @Test
    void redisIsReachedOverTlsWithABundle(@TempDir Path folder) throws Exception {
        overTls(
                folder,
                "spring.data.redis.host=localhost",
                "spring.data.redis.port=PORT",
                "spring.data.redis.password=" + SECRET);
    }

    @Test
    void redisIsReachedOverTlsWithoutSpringData(@TempDir Path folder) throws Exception {
        overTls(folder, WITHOUT_SPRING_DATA, "spring.data.redis.url=rediss://:" + SECRET + "@localhost:PORT");
    }

    private static void overTls(Path folder, String... properties) throws Exception {
        Certificate certificate = Certificate.in(folder);
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        RedisServer server = new RedisServer(
                "--requirepass",
                SECRET,
                "--tls-port",
                "" + port,
                "--tls-cert-file",
                certificate.file(),
                "--tls-key-file",
                certificate.key(),
                "--tls-auth-clients",
                "no");
        List<String> all = new ArrayList<>();
        all.add("spring.data.redis.ssl.bundle=ours");
        all.add("spring.ssl.bundle.pem.ours.truststore.certificate=file:" + certificate.file());
        for (String each : properties) {
            all.add(each.replace("PORT", "" + port));
        }
        try (BrokerServer redis = new BrokerServer(server)) {
            assertTrue(redis.port() != port);
            connected(all.toArray(String[]::new)).close();
        }
    }

    @Test
    void severalServersStopTheStart() {
        assertSeveralAreRefused();
    }

    @Test
    void severalServersStopTheStartAlsoWithoutSpringData() {
        assertSeveralAreRefused(WITHOUT_SPRING_DATA);
    }

    private static void assertSeveralAreRefused(String... properties) {
        String[] cluster = SpringApp.with(
                ENABLED, SpringApp.with("spring.data.redis.cluster.nodes=127.0.0.1:1,127.0.0.1:2", properties));
        assertEquals(
                "Topics need one Redis server, but spring.data.redis.* names a cluster, a sentinel or replicas.",
                ReportedFailures.of(TopicsTest.App.class, cluster).getDescription());
    }

    @Test
    void aUrlThatIsNotValidStopsTheStartAndIsNotRepeated() {
        FailureAnalysis analysis = ReportedFailures.of(
                TopicsTest.App.class,
                ENABLED,
                WITHOUT_SPRING_DATA,
                "spring.data.redis.url=http://:" + SECRET + "@127.0.0.1:1");
        assertEquals("spring.data.redis.url is not valid.", analysis.getDescription());
        assertFalse(String.valueOf(analysis.getCause()).contains(SECRET));
    }
}
