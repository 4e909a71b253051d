package dev.hawser.examples.dashboard;

import dev.hawser.HawserContainer;
import dev.hawser.HawserMXBean;
import dev.hawser.HawserSession;
import dev.hawser.examples.json.JsonObject;
import jakarta.websocket.CloseReason;
import jakarta.websocket.Session;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.management.JMX;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/**
 * What one container is seen doing, from the first page that looks to the last: an observer, and a thread that sends
 * the same JSON to all pages once a second. A page that has not taken its last one yet misses a second, so nothing
 * piles up for it. Thread-safe.
 */
final class Watch {
    private static final Logger LOGGER = System.getLogger("dev.hawser.examples.dashboard");
    private static final Clock CLOCK = Clock.systemUTC();
    private static final int MOST_SLOW = 5;
    /** In milliseconds. The first look comes at once, and what little it has seen is no rate. */
    private static final long SECOND = 1000;

    private final HawserContainer container;
    private final @Nullable HawserMXBean bean;
    private final Traffic traffic;
    private final ScheduledThreadPoolExecutor timer;
    private final Set<HawserSession> pages = ConcurrentHashMap.newKeySet();
    /** When the timer looked last, in nanoseconds. Confined to its thread. */
    private long lookedAt = System.nanoTime();

    private Watch(
            HawserContainer container,
            @Nullable HawserMXBean bean,
            Traffic traffic,
            ScheduledThreadPoolExecutor timer) {
        this.container = container;
        this.bean = bean;
        this.traffic = traffic;
        this.timer = timer;
    }

    /**
     * Nothing is watched before {@link #begin}.
     *
     * @param context the path of the application, as JMX names its container
     * @param page the path of the endpoint of the page
     */
    static Watch of(HawserContainer container, String context, String page) {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, work -> {
            Thread thread = new Thread(work, "dashboard");
            thread.setDaemon(true);
            return thread;
        });
        return new Watch(container, bean(context), new Traffic(page), timer);
    }

    /** Begins to watch. If that fails, nothing is left of it. */
    @SuppressWarnings("FutureReturnValueIgnored") // look() logs its failures itself
    void begin() {
        try {
            container.addObserver(traffic);
            timer.scheduleWithFixedDelay(this::look, 0, 1, TimeUnit.SECONDS); // after a pause no two looks at once
        } catch (Throwable e) { // such as: no memory for a thread
            end();
            throw e;
        }
    }

    private void end() {
        container.removeObserver(traffic);
        timer.shutdown();
    }

    /** What JMX shows of the container; null with the setting {@code jmx=false}. */
    private static @Nullable HawserMXBean bean(String context) {
        try {
            ObjectName name = new ObjectName("dev.hawser:type=Container,name=" + ObjectName.quote(context));
            var server = ManagementFactory.getPlatformMBeanServer();
            return server.isRegistered(name) ? JMX.newMXBeanProxy(server, name, HawserMXBean.class) : null;
        } catch (MalformedObjectNameException e) {
            throw new IllegalStateException(e);
        }
    }

    void add(HawserSession page) {
        pages.add(page);
    }

    /** Ends with the last page, and says whether it was. */
    boolean remove(Session page) {
        pages.remove(page);
        if (!pages.isEmpty()) {
            return false;
        }
        end();
        return true;
    }

    private void look() {
        try {
            if (traffic.isTakenOut()) {
                comeAgain();
                return;
            }
            String second = second();
            for (HawserSession page : pages) {
                if (page.isOpen() && page.getBufferedAmount() == 0) {
                    page.getAsyncRemote().sendText(second, result -> {});
                }
            }
        } catch (Throwable e) { // or there would be no next second
            LOGGER.log(Level.WARNING, "a second of the live page is missing", e);
        }
    }

    /** The pages connect again, and with the last of them this watch ends, which counts no more. */
    private void comeAgain() throws IOException {
        for (HawserSession page : pages) {
            page.close(new CloseReason(CloseReason.CloseCodes.SERVICE_RESTART, "the observer was removed"));
        }
    }

    private String second() {
        long now = System.nanoTime();
        JsonObject second = new JsonObject()
                .put("node", System.getProperty("demo.node", ""))
                .put("time", CLOCK.millis())
                .put("millis", Math.max(TimeUnit.NANOSECONDS.toMillis(now - lookedAt), SECOND));
        lookedAt = now;
        traffic.addTo(second);
        Set<HawserSession> open = container.getOpenSessions();
        List<JsonObject> slow = slow(open);
        return second.put("sessions", open.size())
                .put(
                        "waitingBytes",
                        open.stream()
                                .mapToLong(HawserSession::getBufferedAmount)
                                .sum())
                .put("slow", slow)
                .put("waitingTurns", of(HawserMXBean::getWaitingTurns, 0))
                .put("threads", of(HawserMXBean::getThreads, 0))
                .put("endpoints", JsonObject.of(of(HawserMXBean::getSessionsByEndpoint, Map.<String, Integer>of())))
                .put("ends", JsonObject.of(of(HawserMXBean::getEndsByCause, Map.<String, Long>of())))
                .toString();
    }

    private <T> T of(Function<HawserMXBean, T> attribute, T unknown) {
        return bean == null ? unknown : attribute.apply(bean);
    }

    /** The sessions for which most waits, with their ids and without what waits. */
    private static List<JsonObject> slow(Set<HawserSession> open) {
        Instant now = CLOCK.instant();
        record Queue(HawserSession session, long bytes) {}
        return open.stream()
                .map(session -> new Queue(session, session.getBufferedAmount()))
                .filter(queue -> queue.bytes > 0)
                .sorted(Comparator.comparingLong(Queue::bytes).reversed())
                .limit(MOST_SLOW)
                .map(queue -> new JsonObject()
                        .put("session", queue.session.getId())
                        .put("bytes", queue.bytes)
                        .put(
                                "seconds",
                                Duration.between(queue.session.getOpenedAt(), now)
                                        .toSeconds()))
                .toList();
    }
}
