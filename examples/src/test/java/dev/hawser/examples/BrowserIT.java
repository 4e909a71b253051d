package dev.hawser.examples;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.examples.DemoProcess.Addresses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The chat in a real browser, over ws and over wss, through a restart of the server. */
class BrowserIT {
    private static final String AWKWARD_TEXT =
            "Grüße! \"naïve\" \\ <b>bold</b> <img src=x onerror=alert(1)> & 日本 \u20ac";

    @TempDir
    Path folder;

    private Chromium chromium;
    private DemoProcess demo;
    private Addresses addresses;

    @BeforeEach
    void start() throws Exception {
        chromium = Chromium.start();
        demo = DemoProcess.startOnFreePorts();
        addresses = demo.awaitAddresses();
    }

    @AfterEach
    void end() {
        if (chromium != null) {
            chromium.close();
        }
        if (demo != null) {
            demo.close();
        }
    }

    @ParameterizedTest(name = "over TLS: {0}")
    @ValueSource(booleans = {false, true})
    void twoTabsTalkAndComeBackAfterARestartOfTheServer(boolean secure) throws Exception {
        ChatTab ada = ChatTab.join(chromium, addresses.of(secure), "Ada");
        ChatTab grace = ChatTab.join(chromium, addresses.of(secure), "Grace");
        ada.awaitMembers(2);

        exchange(ada, grace, "before");

        demo.stop();
        assertAll(() -> awaitGoingAway(ada), () -> awaitGoingAway(grace));

        demo = DemoProcess.start(
                "-Ddemo.port=" + addresses.http().getPort(),
                "-Ddemo.tlsPort=" + addresses.https().getPort());
        demo.awaitAddresses();
        ada.awaitOpen();
        grace.awaitOpen();
        ada.awaitMembers(2);
        grace.awaitMembers(2);

        exchange(grace, ada, "after");

        ada.click("leave");
        ada.awaitState("closed");
        assertAll(
                () -> assertEquals("1000", ada.attribute("closeCode")),
                () -> assertEquals("goodbye", ada.attribute("closeReason")),
                () -> assertEquals("true", ada.attribute("wasClean")));
        grace.awaitMembers(1);
    }

    /** RFC 6455 7.4.1: 1001, "such as a server going down". The page then waits for the server, and says so. */
    private static void awaitGoingAway(ChatTab tab) {
        tab.awaitState("reconnecting");
        assertAll(
                () -> assertEquals("1001", tab.attribute("closeCode")),
                () -> assertEquals("true", tab.attribute("wasClean")),
                () -> tab.tab().await("/Attempt \\d+ of 10/.test(document.querySelector('#trouble').textContent)"));
    }

    private void exchange(ChatTab from, ChatTab to, String when) throws Exception {
        from.say(when + ": " + AWKWARD_TEXT);
        to.awaitText(from.attribute("name"), when + ": " + AWKWARD_TEXT);
        from.awaitText(from.attribute("name"), when + ": " + AWKWARD_TEXT);
        to.say(when + ": and back");
        from.awaitText(to.attribute("name"), when + ": and back");

        Path picture = Pictures.noise(folder.resolve(when + ".png"), 640, when.hashCode());
        from.send(picture);
        assertEquals(sha256(picture), to.awaitFile(when + ".png"));
        assertEquals(sha256(picture), from.awaitFile(when + ".png"));
        to.awaitPicture(when + ".png");

        Path binary = folder.resolve(when + ".bin");
        byte[] bytes = new byte[5_000_001];
        new Random(when.hashCode()).nextBytes(bytes);
        Files.write(binary, bytes);
        from.send(binary);
        assertEquals(sha256(binary), to.awaitFile(when + ".bin"));
        from.awaitSent(when + ".bin");
    }

    @Test
    void theRoundTripIsMeasured() {
        ChatTab ada = ChatTab.join(chromium, addresses.http(), "Ada");
        ada.tab().await("chat.dataset.roundtrip > 0");
        ada.tab().await("/^[\\d.]+ ms$/.test(document.querySelector('#roundtrip').textContent)");
    }

    @Test
    void aFileThatIsTooLargeIsRefusedBeforeItIsSentAndTheConnectionStaysOpen() throws IOException {
        ChatTab ada = ChatTab.join(chromium, addresses.http(), "Ada");
        Path tooLarge = folder.resolve("large.bin");
        Files.write(tooLarge, new byte[(8 << 20) + 1]);
        ada.send(tooLarge);
        ada.tab().await("document.querySelector('#log .warning')?.textContent.includes('large.bin has 8.0 MiB')");
        ada.say("still here");
        ada.awaitText("Ada", "still here");
    }

    @Test
    void reconnectingCanBeStoppedByHand() throws InterruptedException {
        ChatTab ada = ChatTab.join(chromium, addresses.http(), "Ada");
        demo.stop();
        ada.awaitState("reconnecting");
        ada.click("stop");
        ada.awaitState("closed");
        ada.tab().await("!document.querySelector('#again').hidden");
    }

    @Test
    void thePageFitsAPhone() {
        ChatTab ada = ChatTab.join(chromium, addresses.http(), "A-name-as-long-as-a-name-can-be-");
        chromium.driver()
                .executeCdpCommand(
                        "Emulation.setDeviceMetricsOverride",
                        Map.of("width", 360, "height", 640, "deviceScaleFactor", 2, "mobile", true));
        ada.say("x".repeat(400));
        ada.awaitText("A-name-as-long-as-a-name-can-be-", "x".repeat(400));
        Object width = ada.tab().run("return document.documentElement.scrollWidth");
        assertEquals(360L, width);
        assertTrue((Boolean) ada.tab()
                .run("const box = document.querySelector('#send').getBoundingClientRect();"
                        + "return box.right <= 360 && box.bottom <= innerHeight"));
    }

    private static String sha256(Path file) throws IOException, GeneralSecurityException {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
        return HexFormat.of().formatHex(digest);
    }
}
