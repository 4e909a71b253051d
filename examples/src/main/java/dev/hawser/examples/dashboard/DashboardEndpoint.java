package dev.hawser.examples.dashboard;

import dev.hawser.HawserContainer;
import dev.hawser.HawserSession;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnError;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * {@code /dashboard/live}: once a second a JSON object with what the container did in that second, to all pages that
 * look. {@link Watch} and {@link Traffic} have its members: counts, the paths of endpoints, and the ids of sessions.
 * Times are in milliseconds since 1970 ({@code time}), or in nanoseconds (callbacks).
 *
 * <p>While no page looks there is neither an observer nor a thread. The endpoint takes no messages: one ends the
 * connection with 1003. Whoever may open the page may see all of this, so in production it belongs behind a login.
 */
@ServerEndpoint(DashboardEndpoint.PATH)
public final class DashboardEndpoint {
    static final String PATH = "/dashboard/live";

    private static final Logger LOGGER = System.getLogger("dev.hawser.examples.dashboard");

    /** The containers at which somebody looks. An entry changes under the map's lock for it. */
    private static final Map<HawserContainer, Watch> WATCHES = new ConcurrentHashMap<>();

    /** Begins to look. */
    @OnOpen
    public void open(Session session) {
        String request = session.getRequestURI().getPath();
        String context = request.substring(0, request.length() - PATH.length());
        WATCHES.compute((HawserContainer) session.getContainer(), (container, running) -> {
            Watch watch = running == null ? Watch.of(container, context.isEmpty() ? "/" : context, PATH) : running;
            watch.add((HawserSession) session);
            if (running == null) {
                watch.begin();
            }
            return watch;
        });
    }

    /** Looks no longer. */
    @OnClose
    public void close(Session session) {
        WATCHES.computeIfPresent(
                (HawserContainer) session.getContainer(), (container, watch) -> watch.remove(session) ? null : watch);
    }

    /** Connections break, so this only logs for debugging. */
    @OnError
    public void error(Session session, Throwable cause) {
        LOGGER.log(Level.DEBUG, () -> "session " + session.getId() + " failed", cause);
    }

    /** Whether somebody looks at the container. */
    static boolean isWatched(HawserContainer container) {
        return WATCHES.containsKey(container);
    }
}
