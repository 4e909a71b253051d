package dev.hawser.spring.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.when;

import dev.hawser.HawserSession;
import dev.hawser.spring.test.chat.ChatApplication;
import dev.hawser.spring.test.chat.Greetings;
import dev.hawser.spring.test.chat.NightlyJob;
import dev.hawser.test.EndpointTester;
import dev.hawser.test.TestPeer;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.bean.override.mockito.MockitoBean;

/** The slice has all endpoints of the application, and nothing else. */
@HawserTest
@ContextConfiguration(classes = ChatApplication.class)
class AllEndpointsTest {
    @Autowired
    EndpointTester tester;

    @Autowired
    ApplicationContext context;

    @MockitoBean
    Greetings greetings;

    @Test
    void endpointsAndTheirCodersAreInjectedWithMocks() {
        when(greetings.of(anyString())).thenAnswer(call -> "mocked " + call.getArgument(0));
        TestPeer peer = tester.connect("/chat");
        peer.sendText("ann");
        peer.expectText("mocked ann 1, and mocked reader");
        assertEquals(
                1,
                tester.container().getOpenSessions().stream()
                        .filter(HawserSession.class::isInstance)
                        .filter(session -> session.getRequestURI().getPath().equals("/chat"))
                        .count());
        peer.close(1000);
        peer.expectClose(1000);
        peer.expectSessionEnded();
    }

    @Test
    void eachSessionHasAnInstanceOfItsOwn() {
        when(greetings.of(anyString())).thenReturn("hi");
        for (int i = 0; i < 2; i++) {
            TestPeer peer = tester.connect("/chat");
            peer.sendText("ann");
            peer.expectText("hi 1, and hi");
            peer.close(1000);
            peer.expectSessionEnded();
        }
    }

    @Test
    void topicsAreThere() {
        TestPeer one = tester.connect("/news");
        TestPeer other = tester.connect("/news");
        one.sendText("rain");
        one.expectText("rain");
        other.expectText("rain");
    }

    @Test
    void otherComponentsAreNotThere() {
        assertEquals(0, context.getBeanNamesForType(NightlyJob.class).length);
    }

    @Test
    void noWebServerIsConfigured() {
        for (String name : context.getBeanDefinitionNames()) {
            assertFalse(name.toLowerCase(Locale.ROOT).contains("webserver"), name);
        }
    }
}
