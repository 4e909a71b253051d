package dev.hawser.internal.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.Dispatch;
import dev.hawser.HawserMXBean;
import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.internal.observe.RecordingObserver;
import dev.hawser.internal.session.SessionHarness;
import dev.hawser.internal.transport.FakeTransport;
import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import javax.management.JMX;
import javax.management.ObjectName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A callback that does not return is told while it runs, on whichever thread that is, and JMX shows it. */
class BlockedCallbacksTest {
    /** Waits in its callback until the test lets it go. */
    @ServerEndpoint("/stuck")
    public static class Stuck {
        static volatile CountDownLatch mayReturn = new CountDownLatch(1);

        @OnMessage
        public void onText(String text) throws InterruptedException {
            mayReturn.await();
        }
    }

    @ParameterizedTest
    @EnumSource(value = Dispatch.class, mode = EnumSource.Mode.EXCLUDE, names = "VIRTUAL_THREADS")
    void itIsToldAndShownUntilItReturns(Dispatch dispatch) throws Exception {
        Stuck.mayReturn = new CountDownLatch(1);
        String name = "/stuck-" + dispatch;
        try (TestContainer test = new TestContainer(
                Settings.builder().set(Setting.DISPATCH, dispatch).build())) {
            test.container.addEndpoint(Stuck.class);
            test.container.showToJmx(name);
            HawserMXBean bean = JMX.newMXBeanProxy(
                    ManagementFactory.getPlatformMBeanServer(),
                    new ObjectName("dev.hawser:type=Container,name=\"" + name + "\""),
                    HawserMXBean.class);
            RecordingObserver told = new RecordingObserver();
            test.container.addObserver(told);
            UpgradeDecision.Accepted accepted = test.accept(TestUpgradeRequest.of("/stuck?token=secret"));
            FakeTransport transport = new FakeTransport();
            accepted.connection().transportListener().onOpen(transport, ByteBuffer.allocate(0));
            SessionHarness.await("it reads", transport::isDemanded);
            assertEquals(0, bean.getBlockedCallbacks().length);
            transport.arrive(SessionHarness.text("secret"));
            Thread reading = new Thread(accepted.connection().transportListener()::onReadable, "the-reading-thread");
            reading.start();
            SessionHarness.await("it is told", () -> !told.of("blocked").isEmpty());
            SessionHarness.await("it is shown", () -> bean.getBlockedCallbacks().length == 1);
            String line = bean.getBlockedCallbacks()[0];
            assertTrue(line.matches(accepted.session().getId() + " /stuck seconds=\\d+ thread=.+"), line);
            Thread blocked = told.blockedThreads.get(0);
            assertEquals(dispatch == Dispatch.EVENT_LOOP, blocked == reading, blocked::toString);
            assertTrue(Arrays.toString(blocked.getStackTrace()).contains("Stuck.onText"));
            assertTrue(told.of("callback MESSAGE").isEmpty(), "it was told before it returned");
            Stuck.mayReturn.countDown();
            SessionHarness.await("it is gone", () -> bean.getBlockedCallbacks().length == 0);
            reading.join(30_000);
        } finally {
            Stuck.mayReturn.countDown();
        }
    }
}
