package dev.hawser.internal.server;

import dev.hawser.CloseCause;
import dev.hawser.ConnectionCounts;
import dev.hawser.HawserContainer;
import dev.hawser.HawserMXBean;
import dev.hawser.Setting;
import dev.hawser.internal.session.ContainerRuntime;
import dev.hawser.internal.session.RegisteredSession;
import dev.hawser.internal.session.WebSocketSession;
import jakarta.websocket.CloseReason;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Shows a container to JMX. It needs no class of JMX itself. */
final class ContainerBean implements HawserMXBean {
    private static final System.Logger LOGGER = System.getLogger("dev.hawser.observer");

    private final HawserContainer container;
    private final ContainerRuntime runtime;

    private ContainerBean(HawserContainer container, ContainerRuntime runtime) {
        this.container = container;
        this.runtime = runtime;
    }

    /**
     * Shows a container to JMX, unless the setting says no, or the JVM has none. What fails is logged.
     *
     * @param context what the container is called, such as {@code /shop}
     */
    static void show(HawserContainer container, ContainerRuntime runtime, String context) {
        if (!runtime.settings().get(Setting.JMX)) {
            return;
        }
        try {
            JmxRegistration made = runtime.companion(
                    JmxRegistration.class,
                    key -> JmxRegistration.register(new ContainerBean(container, runtime), context));
            if (runtime.isClosing()) { // it may have closed its companions before
                made.close();
            }
        } catch (LinkageError e) {
            LOGGER.log(System.Logger.Level.DEBUG, "This JVM has no JMX (module java.management)");
        } catch (RuntimeException e) {
            LOGGER.log(System.Logger.Level.WARNING, "JMX cannot show the web sockets of " + context, e);
        }
    }

    private List<RegisteredSession> all() {
        return runtime.registry().all();
    }

    @Override
    public int getSessions() {
        return runtime.registry().size();
    }

    @Override
    public Map<String, Integer> getSessionsByEndpoint() {
        Map<String, Integer> counts = new TreeMap<>();
        all().forEach(session -> counts.merge(endpoint(session), 1, Integer::sum));
        return counts;
    }

    @Override
    public Map<String, Long> getEndsByCause() {
        Map<String, Long> ends = new TreeMap<>();
        for (CloseCause cause : CloseCause.values()) {
            long count = runtime.ends(cause);
            if (count > 0) {
                ends.put(cause.name(), count);
            }
        }
        return ends;
    }

    @Override
    public long getBufferedBytes() {
        return all().stream().mapToLong(RegisteredSession::getBufferedAmount).sum();
    }

    @Override
    public int getWaitingTurns() {
        return runtime.dispatcher().waitingTurns();
    }

    @Override
    public int getThreads() {
        return runtime.dispatcher().threads().count();
    }

    @Override
    public String[] getBlockedCallbacks() {
        return runtime.blockedTurns().blocked().stream()
                .map(one -> one.owner().name() + " seconds=" + TimeUnit.NANOSECONDS.toSeconds(one.nanos()) + " thread="
                        + one.thread().getName())
                .sorted()
                .toArray(String[]::new);
    }

    @Override
    public long getHeldBytes() {
        return container.getMemoryCounts().heldBytes();
    }

    @Override
    public long getMemoryBudget() {
        return container.getMemoryCounts().budget();
    }

    @Override
    public long getTimesBudgetReached() {
        return container.getMemoryCounts().timesReached();
    }

    @Override
    public long getRefusedHandshakes() {
        ConnectionCounts counts = container.getConnectionCounts();
        return counts.refusedBySessions() + counts.refusedByAddress() + counts.refusedByRate();
    }

    @Override
    public String[] listSessions(String endpoint, int most) {
        List<String> lines = new ArrayList<>();
        for (RegisteredSession session : all()) {
            if (lines.size() < most && (endpoint.isEmpty() || endpoint.equals(endpoint(session)))) {
                lines.add(session.getId() + " " + endpoint(session) + " opened=" + session.getOpenedAt()
                        + " buffered=" + session.getBufferedAmount() + " peer="
                        + words(session.getRemoteAddress()));
            }
        }
        return lines.toArray(new String[0]);
    }

    private static String endpoint(RegisteredSession session) {
        return session instanceof WebSocketSession web
                ? web.connection().listener().events().connection().endpoint()
                : "";
    }

    private static String words(@Nullable SocketAddress address) {
        return address == null ? "unknown" : address.toString();
    }

    @Override
    public boolean closeSession(String sessionId, int code) {
        for (RegisteredSession session : all()) {
            if (session.getId().equals(sessionId)) {
                try {
                    session.close(new CloseReason(CloseReason.CloseCodes.getCloseCode(code), ""));
                } catch (IOException e) {
                    throw new IllegalStateException("Session.close of ours throws none", e);
                }
                return true;
            }
        }
        return false;
    }

    @Override
    public String[] getLoggedFrames() {
        return runtime.frameLog().logged().stream().sorted().toArray(String[]::new);
    }

    @Override
    public void logFrames(String sessionOrEndpoint) {
        runtime.frameLog().log(sessionOrEndpoint);
    }

    @Override
    public String[] getLoggedPayloads() {
        return runtime.frameLog().loggedPayloads().stream().sorted().toArray(String[]::new);
    }

    @Override
    public void logPayloads(String sessionOrEndpoint) {
        if (!mayLogPayloads(sessionOrEndpoint)) {
            throw new IllegalStateException("the setting " + Setting.UNSAFE_LOG_PAYLOADS.key() + " does not allow it");
        }
        runtime.frameLog().logPayloads(sessionOrEndpoint);
    }

    /** The settings of an endpoint without sessions are not known here, but those of the application are. */
    private boolean mayLogPayloads(String sessionOrEndpoint) {
        boolean known = false;
        for (RegisteredSession session : all()) {
            if (session.getId().equals(sessionOrEndpoint) || endpoint(session).equals(sessionOrEndpoint)) {
                known = true;
                if (session instanceof WebSocketSession web
                        && web.connection().listener().events().shownBytes() == 0) {
                    return false;
                }
            }
        }
        return known || runtime.settings().get(Setting.UNSAFE_LOG_PAYLOADS) > 0;
    }

    @Override
    public void stopLoggingFrames(String sessionOrEndpoint) {
        runtime.frameLog().stopLogging(sessionOrEndpoint);
    }
}
