package dev.hawser.spring.test;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hawser.spring.test.chat.Chat;
import dev.hawser.spring.test.chat.ChatApplication;
import dev.hawser.spring.test.chat.Greetings;
import dev.hawser.spring.test.chat.News;
import dev.hawser.test.EndpointTester;
import dev.hawser.test.TestPeer;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.ComponentScan.Filter;
import org.springframework.context.annotation.FilterType;
import org.springframework.test.context.ContextConfiguration;

/** A slice of one endpoint, with a real bean that a filter includes, and properties. */
@HawserTest(
        value = Chat.class,
        properties = "hawser.max-text-message-size=100B",
        includeFilters = @Filter(type = FilterType.ASSIGNABLE_TYPE, classes = Greetings.class))
@ContextConfiguration(classes = ChatApplication.class)
class OneEndpointTest {
    @Autowired
    EndpointTester tester;

    @Autowired
    ApplicationContext context;

    @Test
    void theBeanThatTheFilterIncludesIsInjected() {
        TestPeer peer = tester.connect("/chat");
        peer.sendText("ann");
        peer.expectText("hello ann 1, and hello reader");
    }

    @Test
    void theOtherEndpointIsNotThere() {
        assertEquals(0, context.getBeanNamesForType(News.class).length);
        assertEquals(
                "No endpoint answers. There are: [/chat]",
                tester.handshake("/news").expectRefused(404).body());
    }

    @Test
    void thePropertiesApply() {
        TestPeer peer = tester.connect("/chat");
        peer.sendText("x".repeat(101));
        peer.expectClose(1009);
    }
}
