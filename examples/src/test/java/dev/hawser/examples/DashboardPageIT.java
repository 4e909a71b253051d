package dev.hawser.examples;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.hawser.examples.Chromium.Tab;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The live page in a real browser, with seconds that no demo has: the page's own socket is one of the test. */
class DashboardPageIT {
    private static final Path PAGES = Path.of("src", "main", "webapp");

    /** In the place of the browser's WebSocket: `server` sends what the test says. */
    private static final String SOCKET = """
            window.sockets = [];
            window.WebSocket = class extends EventTarget {
              constructor() { super(); sockets.push(this); }
              close() { this.closed = true; }
              send(data) { this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(data) })); }
              lose() { this.dispatchEvent(new CloseEvent("close", { code: 1006 })); }
            };
            window.second = (more) => Object.assign({
              node: "", time: 1700000000000, millis: 1000, opened: 0, refused: 0, received: 0, receivedBytes: 0,
              sent: 0, sentBytes: 0, failedSends: 0, callbacks: 0, half: 0, most: 0, longest: 0, closes: [],
              sessions: 0, waitingBytes: 0, slow: [], waitingTurns: 0, threads: 0, endpoints: {}, ends: {}
            }, more);
            """;

    private HttpServer server;
    private Chromium chromium;
    private Tab page;

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String name = exchange.getRequestURI().getPath().substring(1);
            byte[] content = Files.readAllBytes(PAGES.resolve(name));
            exchange.getResponseHeaders().set("Content-Type", type(name));
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content);
            exchange.close();
        });
        server.start();
        chromium = Chromium.start();
        chromium.driver().executeCdpCommand("Page.addScriptToEvaluateOnNewDocument", Map.of("source", SOCKET));
        chromium.driver()
                .executeCdpCommand(
                        "Emulation.setDeviceMetricsOverride",
                        Map.of("width", 320, "height", 740, "deviceScaleFactor", 2, "mobile", true));
        page = chromium.open(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/dashboard.html"));
        page.await("sockets.length === 1");
    }

    private static String type(String name) {
        String ending = name.substring(name.lastIndexOf('.') + 1);
        return Map.of("html", "text/html", "css", "text/css", "svg", "image/svg+xml")
                .getOrDefault(ending, "text/javascript");
    }

    @AfterEach
    void end() {
        if (chromium != null) {
            chromium.close();
        }
        server.stop(0);
    }

    private String text(String selector) {
        return (String) page.run("return document.querySelector(arguments[0]).innerText.trim()", selector);
    }

    private void assertFits() {
        assertEquals(320L, page.run("return document.documentElement.scrollWidth"));
        assertEquals(
                "",
                page.run("return [...document.querySelectorAll('body *')].filter((element) =>"
                        + " element.getBoundingClientRect().right > 321).map((element) => element.outerHTML).join()"));
    }

    @Test
    void namesAreTextAndNeverMarkup() {
        page.run("const evil = '<img src=x onerror=document.title=1>/' + 'long'.repeat(60);"
                + "sockets[0].send(second({ node: evil, endpoints: { [evil]: 1, __proto__: 2 },"
                + " slow: [{ session: evil, bytes: 1, seconds: 1 }], ends: { [evil]: 3 }, closes:"
                + " [{ time: 1700000000000, endpoint: evil, session: evil, cause: evil, code: 1000 }] }))");
        assertEquals(0L, page.run("return document.querySelectorAll('main img, main script, #about img').length"));
        assertEquals("Hawser live", page.run("return document.title"));
        assertTrue(text("#endpoints").startsWith("<img src=x"), text("#endpoints"));
        assertTrue(text("#recent").contains("<img src=x"), text("#recent"));
        assertFits();
    }

    @Test
    void tensOfThousandsOfSessionsOfManyEndpointsFitAPhone() {
        page.run("const endpoints = Object.fromEntries(Array.from({ length: 40 }, (_, i) => ['/path' + i, 1000 + i]));"
                + "sockets[0].send(second({ sessions: 1234567, endpoints, opened: 9876543, received: 98765432,"
                + " receivedBytes: 9e12, sent: 98765432, sentBytes: 9e12, callbacks: 98765432, half: 9e9, most: 9e9,"
                + " longest: 9e9, waitingBytes: 9e12, threads: 1000, waitingTurns: 100000, failedSends: 1000000,"
                + " ends: { CLOSED_BY_PEER: 123456789 } }))");
        assertAll(
                () -> assertEquals("1,234,567", text("#sessions-now")),
                () -> assertEquals(9L, page.run("return document.querySelectorAll('#endpoints dt').length")),
                () -> assertTrue(text("#endpoints").startsWith("/path39"), text("#endpoints")),
                () -> assertTrue(text("#endpoints").endsWith("32 other endpoints\n32,496"), text("#endpoints")),
                () -> assertFits());
    }

    @Test
    void withoutTrafficThePageShowsNoScaleAndNoNonsense() {
        assertFits();
        page.run("sockets[0].send(second({}))");
        String shown = text("body");
        assertFalse(shown.matches("(?s).*(NaN|undefined|null|Infinity|Invalid).*"), shown);
        assertEquals("", text("#callbacks .axis"));
        assertEquals("", page.run("return document.querySelector('#callbacks svg path.line').getAttribute('d')"));
        page.run(
                "sockets[0].send(second({ time: 1700000001000, sessions: 3, callbacks: 1, half: 1500000, most: 1500000,"
                        + " longest: 1500000 }))");
        assertEquals("2 ms", text("#callbacks .axis"));
    }

    @Test
    void thePageKeepsTwoMinutesAndASecondThatWasMissedIsAGap() {
        page.run("for (let i = 0; i < 1000; i++) sockets[0].send(second({ time: 1700000000000 + 1000 * i, sessions: i,"
                + " closes: [{ time: 1700000000000, endpoint: '/', session: '' + i, cause: 'STOP', code: 1001 }] }))");
        String line = "return document.querySelector('#sessions svg path.line').getAttribute('d').match(/[ML]/g)";
        assertEquals(121L, page.run(line + ".length"), "two minutes, and where the line begins");
        assertEquals(5L, page.run("return document.querySelectorAll('#recent li').length"));
        page.run("sockets[0].send(second({ time: 1700000000000 + 1000 * 1010 }))");
        assertEquals(2L, page.run(line + ".filter((each) => each === 'M').length"));
        page.run("sockets[0].send(second({ time: 1700000000000 + 1000 * 100000 }))");
        assertEquals(1L, page.run(line + ".filter((each) => each === 'M').length"));
        page.run("sockets[0].send(second({ time: 1700000000000 }))"); // the clock was set back
        assertEquals(3L, page.run(line + ".length"));
    }

    @Test
    void aListIsMadeAnewOnlyIfItHasChanged() {
        page.run("sockets[0].send(second({ endpoints: { '/chat': 1 }, ends: { STOP: 1 } }));"
                + "window.before = document.querySelector('#causes li')");
        page.run("sockets[0].send(second({ time: 1700000001000, endpoints: { '/chat': 1 }, ends: { STOP: 1 } }))");
        assertEquals(true, page.run("return before.isConnected"));
        page.run("sockets[0].send(second({ time: 1700000002000, ends: { STOP: 2 } }))");
        assertEquals(false, page.run("return before.isConnected"));
        assertEquals("2", page.run("return document.querySelector('#causes [data-cause=STOP]').dataset.count"));
    }

    @Test
    void itConnectsAgainLaterEachTimeAndSaysSoOnce() {
        Object waiting = page.run("sockets[0].send(second({})); window.said = 0;"
                + "new MutationObserver(() => said++).observe(document.querySelector('#state'), { childList: true });"
                + "sockets[0].lose();"
                + "return document.querySelector('#pill').innerText.trim() + document.documentElement.scrollWidth");
        assertTrue(waiting.toString().matches("Trying again\\s+in \\d+ s320"), waiting::toString);
        page.await("sockets.length === 2");
        assertEquals("", page.run("return document.querySelector('#countdown').textContent"));
        for (int i = 1; i <= 3; i++) {
            page.run("sockets.at(-1).lose()");
            page.await("sockets.length === " + (i + 2));
        }
        assertEquals(8L, page.run("return said"), "each wait and each attempt is said once");
        page.run("sockets[0].send(second({ sessions: 77 }))"); // of a connection that is lost
        assertEquals("connecting", page.run("return live.dataset.state"));
        page.run("sockets.at(-1).send(second({ sessions: 5 }))");
        assertEquals("Live", text("#pill"));
        assertEquals("5", text("#sessions-now"));
    }
}
