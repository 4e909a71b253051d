package dev.hawser.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hawser.examples.Chromium.Tab;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** topics.js in a browser, over sockets that do what the test wants. */
class TopicScriptIT {
    /** Makes {@code topics}, {@code made} (its sockets), {@code hear} and {@code told} (its events). */
    private static final String BEGIN = """
            const made = [];
            window.WebSocket = class {
              constructor(url) { this.url = String(url); this.readyState = 0; made.push(this); }
              close() { this.closed = true; }
            };
            const { TopicSocket } = await import("/topics.js");
            const topics = new TopicSocket("ws://localhost/chat?name=Ada");
            const told = [];
            for (const type of ["open", "lost", "topic"]) topics.addEventListener(type, () => told.push(type));
            const hear = (socket, topic, offset) => socket.onmessage({
              type: "message",
              data: "\\x1e" + JSON.stringify({ topic, kind: "text", epoch: "e1", offset }) + "\\nhello",
            });
            topics.connect();
            made[0].readyState = 1;
            made[0].onopen({ type: "open" });
            """;

    private static Chromium chromium;
    private static DemoProcess demo;
    private static Tab page;

    @BeforeAll
    static void start() throws Exception {
        chromium = Chromium.start();
        demo = DemoProcess.startOnFreePorts();
        page = chromium.open(demo.awaitAddresses().http());
    }

    @AfterAll
    static void end() {
        if (chromium != null) {
            chromium.close();
        }
        if (demo != null) {
            demo.close();
        }
    }

    @Test
    void theTopicsHeardLongestAgoAreForgottenBeforeTheAddressIsTooLong() {
        assertEquals(
                "short true,&hawser.topic=e1.2000.room%2F1999&hawser.topic=e1.2001.first", page.runAsync(BEGIN + """
                        for (let i = 0; i < 2000; i++) {
                          hear(made[0], "room/" + i, i + 1);
                          hear(made[0], "first", i + 2);
                        }
                        topics.connect();
                        const { url } = made[1];
                        return "short " + (url.length < 5000 || url.length) + ","
                          + url.slice(url.indexOf("&hawser.topic=e1.2000."));
                        """));
    }

    @Test
    void aTopicThatWasLeftIsNotAskedFor() {
        assertEquals("ws://localhost/chat?name=Ada&hawser.topic=e1.2.here", page.runAsync(BEGIN + """
                        hear(made[0], "left", 1);
                        hear(made[0], "here", 2);
                        topics.forget("left");
                        topics.connect();
                        return made[1].url;
                        """));
    }

    @Test
    void connectClosesTheEarlierSocketWhoseEndDoesNotConcernTheNewOne() {
        assertEquals("closed true,lost 0,topic 1,present true", page.runAsync(BEGIN + """
                        topics.connect();
                        made[1].readyState = 1;
                        made[1].onopen({ type: "open" });
                        made[0].onclose?.({ type: "close", code: 1000, reason: "", wasClean: true });
                        if (made[1].onmessage) hear(made[1], "room", 1);
                        const count = (type) => told.filter((each) => each === type).length;
                        return ["closed " + Boolean(made[0].closed), "lost " + count("lost"), "topic " + count("topic"),
                          "present " + (topics.socket === made[1])].join();
                        """));
    }
}
