package org.example;

import dev.hawser.test.EndpointTester;
import dev.hawser.test.TestPeer;
import org.junit.jupiter.api.Test;

class ChatTest {
    @Test
    void theEndpointEchoesWhatAPeerSends() throws Exception {
        try (EndpointTester tester = EndpointTester.of(Chat.class)) {
            TestPeer peer = tester.connect("/chat");
            peer.sendText("hello");
            peer.expectText("hello");
            peer.close(1000);
            peer.expectClose(1000);
        }
    }
}
