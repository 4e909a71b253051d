package dev.hawser.spring.test.page;

import static org.mockito.Mockito.when;

import dev.hawser.spring.test.HawserTest;
import dev.hawser.test.EndpointTester;
import dev.hawser.test.TestPeer;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.bean.override.mockito.MockitoBean;

/** What docs/spring.md shows. */
@HawserTest(Chat.class)
class ChatTest {
    @Autowired
    EndpointTester tester;

    @MockitoBean
    Greetings greetings;

    @Test
    void greets() {
        when(greetings.of("ann")).thenReturn("hello ann");
        TestPeer peer = tester.connect("/chat");
        peer.sendText("ann");
        peer.expectText("hello ann");
    }
}
