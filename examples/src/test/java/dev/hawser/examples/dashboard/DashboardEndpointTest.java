package dev.hawser.examples.dashboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.ConnectionObserver;
import dev.hawser.HawserContainer;
import dev.hawser.examples.echo.EchoEndpoint;
import dev.hawser.test.EndpointTester;
import dev.hawser.test.TestPeer;
import java.lang.reflect.Proxy;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the pages are told, and that nothing is done for pages that are not there. */
class DashboardEndpointTest {
    private static final Pattern RECEIVED = Pattern.compile("\"received\":(\\d+),");

    private final EndpointTester tester = EndpointTester.of(DashboardEndpoint.class, EchoEndpoint.class);

    @AfterEach
    void end() {
        tester.close();
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("dashboard"))
                .count();
    }

    private static int received(String second) {
        Matcher found = RECEIVED.matcher(second);
        assertTrue(found.find(), second);
        return Integer.parseInt(found.group(1));
    }

    @Test
    void itBeginsWithTheFirstPageAndEndsWithTheLast() {
        long before = threads();
        TestPeer first = tester.connect("/dashboard/live");
        first.expectText();
        TestPeer second = tester.connect("/dashboard/live");
        second.expectText();
        assertEquals(before + 1, threads());
        first.close();
        first.expectSessionEnded();
        String seen = second.expectText();
        while (!seen.contains("\"cause\":\"CLOSED_BY_PEER\"")) { // the second before that may be on its way
            seen = second.expectText();
        }
        assertTrue(DashboardEndpoint.isWatched(tester.container()));
        second.vanishMidFrame();
        second.expectSessionEnded();
        assertTrue(!DashboardEndpoint.isWatched(tester.container()));
        tester.await("the thread has ended", () -> threads() == before);
    }

    @Test
    void everyMessageIsCountedInOneSecondAndThoseOfThePageInNone() {
        TestPeer page = tester.connect("/dashboard/live");
        page.expectText();
        TestPeer echo = tester.connect("/echo");
        for (int i = 0; i < 7; i++) {
            echo.sendText("message");
            echo.expectText("message");
        }
        int seen = 0;
        int sent = 0;
        while (seen < 7 || sent < 7) {
            String second = page.expectText();
            seen += received(second);
            sent += received(second.replace("\"sent\":", "\"received\":").replaceFirst("\"received\":\\d+,", ""));
        }
        String later = page.expectText();
        assertEquals(7, seen);
        assertEquals(7, sent);
        assertEquals(0, received(later), later);
        assertTrue(later.contains("\"sent\":0,"), later);
    }

    @Test
    void aPageThatDoesNotReadMissesSecondsAndNothingPilesUpForIt() {
        TestPeer slow = tester.connect("/dashboard/live");
        TestPeer quick = tester.connect("/dashboard/live");
        slow.expectText();
        slow.stopReading();
        slow.session().getAsyncRemote().sendText("x".repeat(500_000)); // more than is on its way
        long waiting = slow.session().getBufferedAmount();
        assertTrue(waiting > 0);
        for (int i = 0; i < 4; i++) {
            quick.expectText();
        }
        assertTrue(slow.session().getBufferedAmount() <= waiting);
    }

    @Test
    void theObserverIsThereWhileSomebodyLooksAndNotLonger() {
        Set<Object> observers = ConcurrentHashMap.newKeySet();
        HawserContainer counting = (HawserContainer) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {HawserContainer.class}, (proxy, method, arguments) -> {
                    switch (method.getName()) {
                        case "addObserver" -> observers.add(arguments[0]);
                        case "removeObserver" -> observers.remove(arguments[0]);
                        default -> {}
                    }
                    return method.invoke(tester.container(), arguments);
                });
        TestPeer page = tester.connect("/echo");
        Watch watch = Watch.of(counting, "/", "/dashboard/live");
        assertEquals(0, observers.size());
        watch.add(page.session());
        watch.begin();
        assertEquals(1, observers.size());
        assertTrue(watch.remove(page.session()));
        assertEquals(0, observers.size());
    }

    @Test
    void pagesConnectAgainIfTheObserverIsTakenOut() {
        HawserContainer finds = (HawserContainer) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {HawserContainer.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("addObserver")) {
                        ((ConnectionObserver) arguments[0]).takenOut();
                    }
                    return method.invoke(tester.container(), arguments);
                });
        TestPeer page = tester.connect("/echo");
        Watch watch = Watch.of(finds, "/", "/dashboard/live");
        watch.add(page.session());
        watch.begin();
        page.expectClose(1012);
        assertTrue(watch.remove(page.session()));
    }
}
