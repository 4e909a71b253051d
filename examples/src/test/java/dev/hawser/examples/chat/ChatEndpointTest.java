package dev.hawser.examples.chat;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.test.EndpointTester;
import dev.hawser.test.TestPeer;
import dev.hawser.topic.Topics;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The room without a server, with members that leave as no browser does. */
class ChatEndpointTest {
    private final EndpointTester tester = EndpointTester.of(ChatEndpoint.class);

    @BeforeEach
    void start() {
        Room.configure(Topics.of(tester.container()));
    }

    @AfterEach
    void end() {
        tester.close();
    }

    private TestPeer join(String name) {
        return tester.connect("/chat?name=" + name);
    }

    private static void isWelcome(TestPeer peer, String name) {
        String welcome = peer.expectText();
        assertTrue(welcome.contains("\"type\":\"welcome\"") && welcome.contains("\"name\":\"" + name + "\""), welcome);
    }

    @Test
    void whoVanishesMidFrameGivesTheNameBack() {
        TestPeer first = join("Ada");
        isWelcome(first, "Ada");
        isWelcome(join("Ada"), "Ada 2");
        first.vanishMidFrame();
        first.expectSessionEnded();
        isWelcome(join("Ada"), "Ada");
    }

    @Test
    void aNameThatNobodyCouldReadIsRefusedWith1008() {
        join("a%00b").expectClose(1008);
        join("").expectClose(1008);
        tester.await(
                "nobody is left", () -> tester.container().getOpenSessions().isEmpty());
    }

    @Test
    void whatIsNoCommandIsExplained() {
        TestPeer peer = join("Ada");
        isWelcome(peer, "Ada");
        peer.sendTextInFragments("shout ", "Hello!");
        String answer = peer.expectText();
        assertTrue(answer.contains("\"type\":\"error\""), answer);
    }
}
