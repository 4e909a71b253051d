package dev.hawser.internal.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.EndpointSettings;
import dev.hawser.HawserMXBean;
import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.internal.connection.WebSocketConnection;
import dev.hawser.internal.session.SessionHarness;
import dev.hawser.internal.transport.FakeTransport;
import jakarta.websocket.server.ServerEndpoint;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.management.JMX;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

/** JMX shows a container as long as it lives. */
class JmxTest {
    private static final MBeanServer SERVER = ManagementFactory.getPlatformMBeanServer();

    private static HawserMXBean bean(String name) throws Exception {
        return JMX.newMXBeanProxy(SERVER, new ObjectName("dev.hawser:type=Container,name=" + name), HawserMXBean.class);
    }

    private static Set<ObjectName> shown() throws Exception {
        return SERVER.queryNames(new ObjectName("dev.hawser:*"), null);
    }

    private static FakeTransport opens(WebSocketConnection connection) {
        FakeTransport transport = new FakeTransport();
        connection.transportListener().onOpen(transport, ByteBuffer.allocate(0));
        SessionHarness.await("it reads", transport::isDemanded);
        return transport;
    }

    @Test
    void sessionsAreListedClosedAndCounted() throws Exception {
        try (TestContainer test = new TestContainer()) {
            test.container.addEndpoint(TestContainer.Good.class);
            test.container.showToJmx("/shop");
            HawserMXBean bean = bean("\"/shop\"");
            assertEquals(0, bean.getSessions());
            assertEquals(Map.of(), bean.getEndsByCause());

            UpgradeDecision.Accepted first = test.accept(TestUpgradeRequest.of("/good?token=secret", "Cookie: secret"));
            FakeTransport transport = opens(first.connection());
            opens(test.accept(TestUpgradeRequest.of("/good")).connection());
            assertEquals(2, bean.getSessions());
            assertEquals(Map.of("/good", 2), bean.getSessionsByEndpoint());
            assertEquals(0, bean.getBufferedBytes());
            assertTrue(bean.getThreads() > 0, "onOpen had a thread");
            assertEquals(0, bean.getRefusedHandshakes());

            assertEquals(1, bean.listSessions("/good", 1).length);
            assertEquals(0, bean.listSessions("/other", 9).length);
            String lines = String.join("\n", bean.listSessions("", 9));
            assertTrue(lines.contains(first.session().getId() + " /good opened="), lines);
            assertFalse(lines.contains("secret"), lines);

            assertFalse(bean.closeSession("nobody", 1001));
            assertTrue(bean.closeSession(first.session().getId(), 4002));
            SessionHarness.await(
                    "a close frame", () -> SessionHarness.received(transport).contains("close:4002 "));
            transport.arrive(SessionHarness.close(4002, ""));
            first.connection().transportListener().onReadable();
            SessionHarness.await("it is counted", () -> {
                return bean.getEndsByCause().equals(Map.of("CLOSED_BY_APPLICATION", 1L));
            });
        }
    }

    @Test
    void aCodeThatMustNotBeSentIsRefused() throws Exception {
        try (TestContainer test = new TestContainer()) {
            test.container.addEndpoint(TestContainer.Good.class);
            test.container.showToJmx("/codes");
            UpgradeDecision.Accepted accepted = test.accept(TestUpgradeRequest.of("/good"));
            opens(accepted.connection());
            HawserMXBean bean = bean("\"/codes\"");
            assertThrows(
                    IllegalArgumentException.class,
                    () -> bean.closeSession(accepted.session().getId(), 1006));
        }
    }

    @Test
    void theFramesOfASessionAreSwitched() throws Exception {
        try (TestContainer test = new TestContainer()) {
            test.container.showToJmx("/frames");
            HawserMXBean bean = bean("\"/frames\"");
            bean.logFrames("/good");
            bean.logFrames("abc");
            assertArrayEquals(new String[] {"/good", "abc"}, bean.getLoggedFrames());
            assertFalse(test.container.runtime().observers().none());
            bean.stopLoggingFrames("/good");
            bean.stopLoggingFrames("abc");
            assertTrue(test.container.runtime().observers().none());
        }
    }

    @Test
    void payloadsAreSwitchedWhereTheSettingAllowsItAlone() throws Exception {
        try (TestContainer test = new TestContainer()) {
            test.container.addEndpoint(TestContainer.Good.class);
            test.container.addEndpoint(Shown.class);
            test.container.showToJmx("/payloads");
            HawserMXBean bean = bean("\"/payloads\"");
            UpgradeDecision.Accepted good = test.accept(TestUpgradeRequest.of("/good"));
            opens(good.connection());
            for (String name : List.of("/good", good.session().getId(), "/nobody", "/shown")) {
                assertThrows(IllegalStateException.class, () -> bean.logPayloads(name), name);
            }
            assertEquals(0, bean.getLoggedFrames().length);
            UpgradeDecision.Accepted shown = test.accept(TestUpgradeRequest.of("/shown"));
            opens(shown.connection());
            String id = shown.session().getId();
            bean.logPayloads("/shown");
            bean.logPayloads(id);
            bean.logFrames("/good");
            assertEquals(Set.of("/shown", id), Set.of(bean.getLoggedPayloads()));
            assertEquals(Set.of("/shown", "/good", id), Set.of(bean.getLoggedFrames()));
            List.of("/shown", "/good", id).forEach(bean::stopLoggingFrames);
            assertEquals(0, bean.getLoggedPayloads().length);
            assertTrue(test.container.runtime().observers().none());
        }
    }

    /** May be shown. */
    @ServerEndpoint("/shown")
    @EndpointSettings("unsafeLogPayloads=100")
    public static class Shown {}

    @Test
    void nothingIsShownAfterTheStopAndNamesakesHaveNumbers() throws Exception {
        try (TestContainer first = new TestContainer();
                TestContainer second = new TestContainer()) {
            first.container.showToJmx("/same");
            second.container.showToJmx("/same");
            assertEquals(0, bean("\"/same\"").getSessions());
            assertEquals(0, bean("\"/same\",number=2").getSessions());
        }
        assertTrue(shown().stream().noneMatch(name -> name.toString().contains("/same")));
        TestContainer stopped = new TestContainer();
        stopped.close();
        stopped.container.showToJmx("/same");
        assertTrue(shown().stream().noneMatch(name -> name.toString().contains("/same")));
    }

    @Test
    void theSettingHidesIt() throws Exception {
        try (TestContainer test =
                new TestContainer(Settings.builder().set(Setting.JMX, false).build())) {
            test.container.showToJmx("/hidden");
            assertTrue(shown().stream().noneMatch(name -> name.toString().contains("/hidden")));
        }
    }
}
