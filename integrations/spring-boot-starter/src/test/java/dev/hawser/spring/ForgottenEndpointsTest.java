package dev.hawser.spring;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.websocket.server.ServerEndpoint;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Profile;

class ForgottenEndpointsTest {
    @ServerEndpoint("/no-bean")
    static class NoBean {}

    @Profile("production")
    @ServerEndpoint("/not-now")
    static class NotInThisProfile {}

    @Test
    void anEndpointClassThatIsNoBeanIsNamedAndOthersAreNot() {
        try (SpringApp app = SpringApp.start(ServerEndpointBeansTest.App.class)) {
            Set<String> forgotten = app.bean(ServerEndpointBeans.class).forgotten();
            assertTrue(forgotten.contains(NoBean.class.getName()), forgotten::toString);
            assertFalse(forgotten.contains(NotInThisProfile.class.getName()), forgotten::toString);
            assertFalse(
                    forgotten.contains(ServerEndpointBeansTest.GreetingEndpoint.class.getName()), forgotten::toString);
        }
    }
}
