package dev.hawser.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.OutputType;

/**
 * {@code mvn -Pdemo -Ddemo.nodes=2}: a node is stopped, its page and the command line go on at the other one, and get
 * each message once. Where there is no redis-server the test is skipped, or fails with {@code -Dbrokers.required=true}.
 */
class NodesIT {
    private static final Path PICTURES = Path.of("target", "screenshots");
    private static final int MESSAGES = 40;

    private DemoProcess demo;
    private URI address;

    @BeforeEach
    void start() throws Exception {
        if (DemoNodes.redisServer().isEmpty()) {
            String message = "redis-server is not installed, so the chat on several nodes was not tested. Install it"
                    + " with: apt-get install redis-server";
            if (Boolean.getBoolean("test.brokers.required")) {
                fail(message);
            }
            abort(message);
        }
        demo = DemoProcess.start(
                "-Ddemo.nodes=2",
                "-Ddemo.port=0",
                "-Ddemo.host=127.0.0.1",
                "-Ddemo.redisLib=" + System.getProperty("demo.redisLib"));
        address = demo.awaitOneAddress();
    }

    @AfterEach
    void end() throws InterruptedException {
        if (demo != null) {
            demo.stop(); // also Redis and the nodes, which a kill -9 would leave
        }
    }

    /** SIGTERM, as the demo tells its user to do it; or SIGKILL. */
    private void stopNode(String node, String signal) throws Exception {
        Pattern line = Pattern.compile("Node " + node + " is process (\\d+).*");
        for (String each : demo.output()) {
            Matcher found = line.matcher(each.strip());
            if (found.matches()) {
                assertEquals(
                        0,
                        new ProcessBuilder("kill", signal, found.group(1))
                                .start()
                                .waitFor());
                return;
            }
        }
        fail(demo.output().toString());
    }

    private static List<String> numbered(String begin) {
        return IntStream.rangeClosed(1, MESSAGES).mapToObj(i -> begin + i).toList();
    }

    @Test
    void aPageMovesToTheOtherNodeAndGetsEachMessageOnce() throws Exception {
        try (Chromium chromium = Chromium.start()) {
            ChatTab ada = ChatTab.join(chromium, address, "Ada");
            ChatTab grace = ChatTab.join(chromium, address, "Grace");
            for (int i = 0; ada.attribute("node").equals(grace.attribute("node")); i++) {
                assertTrue(i < 10, "both are always on one node");
                grace.click("leave");
                grace.awaitState("closed");
                grace.click("again");
                grace.awaitOpen();
            }
            ada.awaitMembers(2);
            grace.awaitMembers(2);
            grace.say("Made fast at the north jetty. The new line holds!");
            ada.awaitText("Grace", "Made fast at the north jetty. The new line holds!");
            String before = ada.attribute("node");
            for (int i = 1; i <= MESSAGES; i++) {
                if (i == MESSAGES / 4) {
                    stopNode(before, "-TERM");
                }
                send(grace, "tide " + i);
            }
            ada.awaitText("Grace", "tide " + MESSAGES);
            ada.awaitOpen();
            assertTrue(!ada.attribute("node").equals(before), "it is still on node " + before);
            assertEquals(numbered("tide "), ada.texts("tide "));
            assertEquals(numbered("tide "), grace.texts("tide "));
            assertEquals("Ada", ada.attribute("name"));
            ada.say("I am on the other node now, and have missed nothing");
            grace.awaitText("Ada", "I am on the other node now, and have missed nothing");
            ada.awaitMembers(2);
            ada.tab().front();
            save(chromium, "two-nodes.png", 1040, 900, false);
            save(chromium, "two-nodes-phone.png", 360, 740, true);
        }
    }

    /** Through the page's own connection, which is faster than keys. */
    private static void send(ChatTab from, String text) {
        from.tab()
                .run(
                        "const box = document.querySelector('#text'); box.value = arguments[0];"
                                + "document.querySelector('#composer').requestSubmit();",
                        text);
    }

    private static void save(Chromium chromium, String name, int width, int height, boolean phone) throws IOException {
        chromium.driver()
                .executeCdpCommand(
                        "Emulation.setDeviceMetricsOverride",
                        Map.of("width", width, "height", height, "deviceScaleFactor", phone ? 2 : 1, "mobile", phone));
        Files.createDirectories(PICTURES);
        Files.move(
                chromium.driver().getScreenshotAs(OutputType.FILE).toPath(),
                PICTURES.resolve(name),
                StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void theCommandLineMovesToTheOtherNodeAndGetsEachMessageOnce() throws Exception {
        URI room = URI.create(address.toString().replaceFirst("^http", "ws") + "chat?room=galley&name=");
        Process ada = commandLine("--reconnect", "--attempts", "30", "-s", "hawser.topics.v1", room + "Ada");
        try {
            theCommandLineMoves(ada, room);
        } finally {
            ada.destroyForcibly();
        }
    }

    private static Process commandLine(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                System.getProperty("cli.jar")));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private void theCommandLineMoves(Process ada, URI room) throws Exception {
        List<String> heard = new CopyOnWriteArrayList<>();
        Thread reading =
                new Thread(() -> ada.inputReader(StandardCharsets.UTF_8).lines().forEach(heard::add));
        reading.setDaemon(true);
        reading.start();
        await(() -> heard.stream().anyMatch(each -> each.contains("\"welcome\"")), heard);
        String node = heard.stream()
                .filter(each -> each.contains("\"welcome\""))
                .findFirst()
                .orElseThrow()
                .replaceAll(".*\"node\":\"(\\d)\".*", "$1");
        try (ChatClient grace = onTheOtherNode(room, node)) {
            for (int i = 1; i <= MESSAGES; i++) {
                if (i == MESSAGES / 4) {
                    stopNode(node, "-KILL");
                }
                grace.send("say wave " + i);
                grace.awaitText("text");
            }
            await(() -> heard.stream().anyMatch(each -> each.contains("wave " + MESSAGES + "\"")), heard);
            assertEquals(
                    numbered("wave "),
                    heard.stream()
                            .filter(each -> each.contains("\"wave "))
                            .map(each -> each.replaceAll(".*\"(wave \\d+)\".*", "$1"))
                            .toList());
        }
        ada.getOutputStream().close(); // the end of its input
        assertTrue(ada.waitFor(60, TimeUnit.SECONDS), heard::toString);
        assertEquals(0, ada.exitValue());
    }

    @Test
    void aNameIsThereOnceOnAllNodesAndLargeFilesReachTheOtherNode() throws Exception {
        URI room = URI.create(address.toString().replaceFirst("^http", "ws") + "chat?room=workshop&name=");
        byte[] content = new byte[8 << 20];
        List<ChatClient> joining = new ArrayList<>();
        try (ChatClient ada = ChatClient.connect(URI.create(room + "Ada"))) {
            String node = ada.awaitText("welcome").replaceAll(".*\"node\":\"(\\d)\".*", "$1");
            try (ChatClient grace = onTheOtherNode(room, node)) {
                ada.awaitMatch("joined Grace.*");
                grace.awaitMatch("(present|joined) .*Ada.*");
                for (int i = 2; i <= 4; i++) { // on both nodes
                    String name = "Ada " + i;
                    joining.add(ChatClient.connect(URI.create(room + "Ada")));
                    String welcome = joining.get(joining.size() - 1).awaitText("welcome");
                    assertTrue(welcome.contains("\"name\":\"" + name + "\""), welcome);
                    ada.awaitMatch("joined " + name);
                    grace.awaitMatch("joined " + name);
                }
                for (int i = 0; i < 3; i++) {
                    ada.sendFile("image/png", "large.png", content);
                }
                for (int i = 0; i < 3; i++) {
                    ByteBuffer file = grace.awaitBinary();
                    assertEquals(content.length, file.remaining() - 2 - file.getShort(0));
                    ada.awaitText("sent");
                }
            }
        } finally {
            joining.forEach(ChatClient::close);
        }
    }

    private static ChatClient onTheOtherNode(URI room, String node) throws Exception {
        for (int i = 0; i < 10; i++) {
            ChatClient client = ChatClient.connect(URI.create(room + "Grace"));
            if (!client.awaitText("welcome").contains("\"node\":\"" + node + "\"")) {
                return client;
            }
            client.close();
        }
        throw new AssertionError("always node " + node);
    }

    private static void await(BooleanSupplier condition, List<String> heard) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, heard::toString);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }
}
