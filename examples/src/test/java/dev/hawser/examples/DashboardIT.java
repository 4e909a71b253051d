package dev.hawser.examples;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.examples.Chromium.Tab;
import dev.hawser.examples.DemoProcess.Addresses;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The live page in a real browser, beside a chat that is used. */
class DashboardIT {
    private DemoProcess demo;
    private Addresses addresses;

    @BeforeEach
    void start() throws Exception {
        demo = DemoProcess.startOnFreePorts();
        addresses = demo.awaitAddresses();
    }

    @AfterEach
    void end() {
        demo.close();
    }

    private static URI dashboard(URI chat) {
        return chat.resolve("dashboard.html");
    }

    private static String ended(String cause) {
        return "document.querySelector('#causes [data-cause=" + cause + "]')?.dataset.count";
    }

    @Test
    void thePageShowsWhatHappensInTheChatAndWhySessionsEnded() throws Exception {
        try (Chromium chromium = Chromium.start()) {
            Tab page = chromium.open(dashboard(addresses.http()));
            page.await("live.dataset.state === 'open' && live.dataset.sessions === '1'");
            page.await("document.querySelector('#endpoints').textContent === '/dashboard/live1'");

            ChatTab ada = ChatTab.join(chromium.inNewWindow(), addresses.http(), "Ada");
            page.await("live.dataset.sessions === '2' && live.dataset.opened >= 1");
            page.await("document.querySelector('#endpoints').textContent.startsWith('/chat1')");
            for (int i = 1; i <= 5; i++) {
                ada.say("tide " + i);
                ada.awaitText("Ada", "tide " + i);
            }
            page.await("live.dataset.received >= 5 && live.dataset.sent >= 5");
            page.await("document.querySelector('#messages svg path.line').getAttribute('d').split('L').length > 3");
            page.await("document.querySelector('#callbacks svg path.line').getAttribute('d').length > 3");

            ada.click("leave");
            page.await(ended("CLOSED_BY_PEER") + " === '1'");
            page.await("document.querySelector('#recent [data-cause=CLOSED_BY_PEER]')"
                    + ".textContent.startsWith('closed by peer/chat · 1000')");
            try (ChatClient grace = ChatClient.connect(addresses.webSocket(false, "/chat?name=Grace"))) {
                grace.awaitText("welcome");
            }
            page.await(ended("PEER_VANISHED") + " === '1' || " + ended("CONNECTION_BROKEN") + " === '1'");
            try (ChatClient nobody = ChatClient.connect(addresses.webSocket(false, "/chat?name="))) {
                assertEquals(1008, nobody.awaitClose());
            }
            page.await(ended("CLOSED_BY_APPLICATION") + " === '1'");
        }
    }

    @Test
    void thePageComesBackAfterARestartOfTheServer() throws Exception {
        try (Chromium chromium = Chromium.start()) {
            Tab page = chromium.open(dashboard(addresses.https()));
            page.await("live.dataset.state === 'open'");
            demo.stop();
            page.await("live.dataset.state === 'waiting'");
            page.await("/^Trying again\\s+in \\d+ s$/.test(document.querySelector('#pill').innerText.trim())");
            demo = DemoProcess.start(
                    "-Ddemo.port=" + addresses.http().getPort(),
                    "-Ddemo.tlsPort=" + addresses.https().getPort());
            demo.awaitAddresses();
            page.await("live.dataset.state === 'open' && document.querySelector('#state').textContent === 'Live'");
        }
    }

    @Test
    void theChatAndThePageLeadToEachOther() throws Exception {
        try (Chromium chromium = Chromium.start()) {
            Tab chat = chromium.open(addresses.http());
            URI page = URI.create((String) chat.run("return document.querySelector('#see-live').href"));
            assertEquals(dashboard(addresses.http()), page);
            Tab live = chromium.open(page);
            live.await("live.dataset.state === 'open'");
            assertEquals(addresses.http().toString(), live.run("return document.querySelector('header a').href"));
        }
    }

    @Test
    void thePageFitsAPhone() {
        try (Chromium chromium = Chromium.start()) {
            Tab page = chromium.open(dashboard(addresses.http()));
            chromium.driver()
                    .executeCdpCommand(
                            "Emulation.setDeviceMetricsOverride",
                            Map.of("width", 360, "height", 740, "deviceScaleFactor", 2, "mobile", true));
            page.await("live.dataset.state === 'open'");
            assertEquals(360L, page.run("return document.documentElement.scrollWidth"));
            assertEquals(
                    0L,
                    page.run("return [...document.querySelectorAll('body *')].filter((element) =>"
                            + " element.getBoundingClientRect().right > 361).length"));
        }
    }

    @Test
    void neitherNamesNorMessagesNorPassesReachThePage() throws Exception {
        try (ChatClient page = ChatClient.connect(addresses.webSocket(false, "/dashboard/live"))) {
            page.awaitMatch(".*\"sessions\":1,.*");
            try (ChatClient ada =
                    ChatClient.connect(addresses.webSocket(false, "/chat?name=SecretAda&pass=secretpass"))) {
                String pass = ada.awaitText("welcome").replaceAll(".*\"pass\":\"([^\"]+)\".*", "$1");
                ada.send("say secret words");
                ada.awaitText("text");
                StringBuilder seen = new StringBuilder();
                while (!seen.toString().matches("(?s).*\"received\":[1-9].*")) {
                    seen.append(page.awaitText());
                }
                ada.close();
                while (!seen.toString().contains("\"endpoint\":\"/chat\"")) {
                    seen.append(page.awaitText());
                }
                String all = seen.toString();
                assertAll(
                        () -> assertFalse(all.toLowerCase(Locale.ROOT).contains("secret"), all),
                        () -> assertFalse(all.contains(pass), all));
            }
        }
    }

    @Test
    void thePageTakesNoMessages() throws Exception {
        try (ChatClient page = ChatClient.connect(addresses.webSocket(false, "/dashboard/live"))) {
            assertTrue(page.awaitText().startsWith("{\"node\":\"\""));
            page.send("more, please");
            assertEquals(1003, page.awaitClose());
        }
    }
}
