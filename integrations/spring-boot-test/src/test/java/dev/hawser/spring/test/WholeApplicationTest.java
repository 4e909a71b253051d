package dev.hawser.spring.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hawser.spring.test.chat.ChatApplication;
import dev.hawser.spring.test.chat.NightlyJob;
import dev.hawser.test.EndpointTester;
import dev.hawser.test.TestPeer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/** The whole application, whose endpoints are served in memory. */
@SpringBootTest(classes = ChatApplication.class)
@AutoConfigureHawser
class WholeApplicationTest {
    @Autowired
    EndpointTester tester;

    @Autowired
    ApplicationContext context;

    @Test
    void itsEndpointsAnswerPeersInMemory() {
        TestPeer peer = tester.handshake("/chat").principal("ann").connect();
        peer.sendText("ann");
        peer.expectText("hello ann 1, and hello reader");
    }

    /** Spring 7 pauses a context while other tests use theirs. */
    @Test
    void itServesAfterSpringHasPausedItsContext() throws ReflectiveOperationException {
        boolean pauses = Arrays.stream(ConfigurableApplicationContext.class.getMethods())
                .anyMatch(method -> method.getName().equals("pause"));
        assumeTrue(pauses, "Spring 6 pauses no context");
        ConfigurableApplicationContext.class.getMethod("pause").invoke(context);
        ConfigurableApplicationContext.class.getMethod("restart").invoke(context);
        itsEndpointsAnswerPeersInMemory();
    }

    @Test
    void itsOtherBeansAreThere() {
        assertEquals(1, context.getBeanNamesForType(NightlyJob.class).length);
    }
}
