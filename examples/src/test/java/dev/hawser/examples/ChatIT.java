package dev.hawser.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.examples.DemoProcess.Addresses;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The rules of the room, with clients that need not be as polite as the page. */
class ChatIT {
    private static DemoProcess demo;
    private static Addresses addresses;

    @BeforeAll
    static void start() throws Exception {
        demo = DemoProcess.startOnFreePorts();
        addresses = demo.awaitAddresses();
    }

    @AfterAll
    static void end() throws InterruptedException {
        if (demo != null) {
            demo.stop();
        }
    }

    private static ChatClient join(String name) throws Exception {
        return ChatClient.connect(addresses.webSocket(
                false,
                "/chat?name="
                        + URLEncoder.encode(name, StandardCharsets.UTF_8)
                                .replace("%26room%3D", "&room=")
                                .replace("%26pass%3D", "&pass=")
                                .replace("%2520", "%20")));
    }

    @Test
    void joiningLeavingAndTextAreTold() throws Exception {
        try (ChatClient ada = join("Ada J")) {
            assertTrue(ada.awaitText("welcome").contains("\"name\":\"Ada J\""));
            ada.awaitMatch("present \\[.*\"Ada J\".*]");
            try (ChatClient grace = join("Grace J")) {
                ada.awaitMatch("joined Grace J");
                ada.send("say \"\\\n\u0001<b>\u20ac");
                String heard = grace.awaitText("text");
                assertTrue(heard.endsWith("\"from\":\"Ada J\",\"text\":\"\\\"\\\\\\u000a\\u0001<b>\u20ac\"}"), heard);
                assertEquals(heard, ada.awaitText("text"));
            }
            ada.awaitMatch("left Grace J");
        }
    }

    private static String field(String json, String name) {
        return json.replaceAll(".*\"" + name + "\":\"([^\"]*)\".*", "$1");
    }

    @Test
    void nobodyGetsANameThatSomebodyInTheRoomHas() throws Exception {
        try (ChatClient first = join("Twin")) {
            assertEquals("Twin", field(first.awaitText("welcome"), "name"));
            try (ChatClient second = join("twin");
                    ChatClient third = join("Twin");
                    ChatClient elsewhere = join("Twin&room=galley")) {
                assertEquals("twin 2", field(second.awaitText("welcome"), "name"));
                assertEquals("Twin 3", field(third.awaitText("welcome"), "name"));
                assertEquals("Twin", field(elsewhere.awaitText("welcome"), "name"));
                second.send("say who am I?");
                assertEquals("twin 2", field(first.awaitText("text"), "from"));
            }
        }
        String longest = "y".repeat(32);
        try (ChatClient first = join(longest);
                ChatClient second = join(longest)) {
            first.awaitText("welcome");
            assertEquals("y".repeat(30) + " 2", field(second.awaitText("welcome"), "name"));
        }
    }

    @Test
    void manyWhoComeAtOnceUnderOneNameGetDifferentNames() throws Exception {
        List<CompletableFuture<ChatClient>> joining = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            joining.add(CompletableFuture.supplyAsync(() -> {
                try {
                    return join("Crowd");
                } catch (Exception e) {
                    throw new CompletionException(e);
                }
            }));
        }
        Set<String> names = new HashSet<>();
        for (CompletableFuture<ChatClient> each : joining) {
            names.add(field(each.get(30, TimeUnit.SECONDS).awaitText("welcome"), "name"));
        }
        for (CompletableFuture<ChatClient> each : joining) {
            each.get(30, TimeUnit.SECONDS).close();
        }
        assertEquals(12, names.size(), names::toString);
    }

    /** Its earlier connection may still count as present: the server may not have noticed that it broke. */
    @Test
    void aPageThatComesBackKeepsItsNameAndAStrangerCannot() throws Exception {
        try (ChatClient watching = join("Watching")) {
            watching.awaitMatch("present .*");
            try (ChatClient first = join("Ada K")) {
                String welcome = first.awaitText("welcome");
                watching.awaitMatch("joined Ada K");
                first.send("ping 1");
                String pong = first.awaitText("pong");
                try (ChatClient again = join("Ada K&pass=" + field(pong, "pass"));
                        ChatClient stranger =
                                join("Ada K&pass=" + field(welcome, "pass").replaceAll("\\..*", ".AAAA"));
                        ChatClient other = join("Watching&pass=" + field(welcome, "pass"));
                        ChatClient otherRoom = join("Ada K&room=galley");
                        ChatClient notHere = join("Ada K&room=galley&pass=" + field(welcome, "pass"))) {
                    assertEquals("Ada K", field(again.awaitText("welcome"), "name"));
                    assertEquals("Ada K 2", field(stranger.awaitText("welcome"), "name"));
                    assertEquals("Watching 2", field(other.awaitText("welcome"), "name"));
                    assertEquals("Ada K", field(otherRoom.awaitText("welcome"), "name"));
                    assertEquals("Ada K 2", field(notHere.awaitText("welcome"), "name"));
                }
                first.send("say still here");
                assertEquals("Ada K", field(watching.awaitText("text"), "from"));
            }
            watching.awaitMatch("left Ada K");
        }
    }

    @Test
    void onlyTheRoomsOfThePageExist() throws Exception {
        String page = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(addresses.http()).build(), BodyHandlers.ofString())
                .body();
        List<String> rooms = Pattern.compile("name=\"room\" value=\"([^\"]*)\"")
                .matcher(page)
                .results()
                .map(found -> found.group(1))
                .toList();
        assertEquals(3, rooms.size(), page);
        for (String room : rooms) {
            try (ChatClient there = join("Ada V&room=" + room)) {
                assertEquals(room, field(there.awaitText("welcome"), "room"));
            }
        }
        for (String room : List.of("cellar", "harbour2", "Harbour", "no%20room")) {
            try (ChatClient nowhere = join("Ada&room=" + room)) {
                assertEquals(1008, nowhere.awaitClose(), room);
            }
        }
    }

    @Test
    void aRoomHearsOnlyItself() throws Exception {
        try (ChatClient harbour = join("Ada R");
                ChatClient galley = join("Grace R&room=galley")) {
            galley.awaitMatch("present \\[\"Grace R\"]");
            harbour.awaitMatch("present .*");
            harbour.send("say to the harbour");
            galley.send("say to the galley");
            assertTrue(galley.awaitText("text").contains("to the galley"));
            assertTrue(harbour.awaitText("text").contains("to the harbour"));
        }
    }

    @Test
    void aNameThatNobodyCouldReadIsRefusedWith1008() throws Exception {
        for (String name : new String[] {"", " ", "x".repeat(33), "a\u0000b", "a\u202eb"}) {
            try (ChatClient client = join(name)) {
                assertEquals(1008, client.awaitClose(), name);
            }
        }
    }

    @Test
    void aPingIsAnsweredToTheSenderAlone() throws Exception {
        try (ChatClient ada = join("Ada P");
                ChatClient grace = join("Grace P")) {
            ada.awaitMatch("present .*");
            grace.awaitMatch("present .*\"Grace P\".*");
            ada.send("ping 42");
            assertTrue(ada.awaitText("pong").endsWith("\"token\":\"42\"}"));
            ada.send("say now");
            String next = grace.awaitText();
            while (next.matches("(joined|left) .*")) { // of other tests
                next = grace.awaitText();
            }
            assertTrue(next.contains("\"type\":\"text\""), next);
        }
    }

    @Test
    void whatIsNoCommandIsExplainedToTheSenderAlone() throws Exception {
        try (ChatClient ada = join("Ada E")) {
            ada.send("{\"type\":\"join\",\"name\":\"system\"}");
            assertTrue(ada.awaitText("error").contains("begins with"));
            ada.send(ByteBuffer.wrap(new byte[] {(byte) 0xff, (byte) 0xff, 1}));
            assertTrue(ada.awaitText("error").contains("header"));
        }
    }

    @Test
    void aFileReachesTheOthersAsItWasAndTheSenderGetsAReceipt() throws Exception {
        byte[] content = new byte[8 << 20];
        new Random(1).nextBytes(content);
        try (ChatClient ada = join("Ada F");
                ChatClient grace = join("Grace F")) {
            grace.awaitText("welcome");
            ada.sendFile("IMAGE/PNG; x", "../../etc/pass\u202ewd\n.png", content);
            ByteBuffer message = grace.awaitBinary();
            byte[] header = new byte[message.getShort()];
            message.get(header);
            String json = new String(header, StandardCharsets.UTF_8);
            assertTrue(
                    json.contains(
                            "\"from\":\"Ada F\",\"name\":\"passwd.png\",\"mediaType\":\"application/octet-stream\""),
                    json);
            byte[] received = new byte[message.remaining()];
            message.get(received);
            assertArrayEquals(content, received);
            assertTrue(ada.awaitText("sent").contains("\"name\":\"passwd.png\""));
        }
    }

    @Test
    void aFileThatIsTooLargeEndsTheConnectionWith1009() throws Exception {
        try (ChatClient ada = join("Ada L")) {
            ada.awaitText("welcome");
            try {
                ada.sendFile("image/png", "large", new byte[(8 << 20) + 2048]);
            } catch (ExecutionException e) {
                assertTrue(e.getCause() instanceof IOException, e.toString()); // the server had seen enough
            }
            assertEquals(1009, ada.awaitClose());
        }
    }

    /** A browser tab that hangs, a laptop that was closed: the socket is open, and nobody reads. */
    @Test
    void aMemberWhoNeverReadsDoesNotHoldUpTheOthers() throws Exception {
        byte[] content = new byte[4 << 20];
        try (Socket deaf = joinWithoutEverReading("Deaf");
                ChatClient ada = join("Ada S");
                ChatClient grace = join("Grace S")) {
            grace.awaitText("welcome");
            for (int i = 0; i < 12; i++) {
                ada.sendFile("image/png", "n" + i + ".png", content);
                assertEquals(content.length, contentLength(grace.awaitBinary()));
            }
            ada.awaitMatch("left Deaf");
            assertFalse(deaf.isClosed());
        }
    }

    private static int contentLength(ByteBuffer message) {
        int headerLength = message.getShort();
        return message.remaining() - headerLength;
    }

    private static Socket joinWithoutEverReading(String name) throws IOException {
        Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), addresses.http().getPort());
        socket.getOutputStream()
                .write(("GET /chat?name=" + name + " HTTP/1.1\r\nHost: localhost:"
                                + addresses.http().getPort()
                                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        InputStream input = socket.getInputStream();
        byte[] statusLine = input.readNBytes("HTTP/1.1 101".length());
        assertEquals("HTTP/1.1 101", new String(statusLine, StandardCharsets.US_ASCII));
        return socket;
    }
}
