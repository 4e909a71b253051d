package dev.hawser.internal.tomcat;

import jakarta.servlet.http.WebConnection;
import org.apache.coyote.http11.upgrade.InternalHttpUpgradeHandler;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.Nio2Channel;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.SSLSupport;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/**
 * The handler that Tomcat makes, with the public constructor, for an upgraded request. Tomcat gives it the socket and
 * calls it once after the response; the answer {@code SUSPENDED} keeps the socket out of Tomcat's poller, and Tomcat's
 * counts, its stop and its timeouts, which are off, see the connection until {@link TakenSocket} or {@link
 * Nio2Transport} closes it.
 */
public final class SocketUpgradeHandler implements InternalHttpUpgradeHandler {
    /**
     * Set on the request's thread, and read on the container's, which may be another one; null again after {@link
     * #init}, since it holds the request, and Tomcat keeps this object as long as the connection.
     */
    private volatile @Nullable WaitingUpgrade upgrade;

    private volatile @Nullable SocketWrapperBase<?> wrapper;

    /** Where the connection is; null before {@link #init}. */
    private volatile @Nullable SocketCourse course;

    /** For Tomcat. */
    public SocketUpgradeHandler() {}

    void give(WaitingUpgrade waiting) {
        upgrade = waiting;
    }

    @Override
    public void setSocketWrapper(SocketWrapperBase<?> socket) {
        wrapper = socket;
    }

    /** Chooses the course. The socket is not used here yet, since Tomcat has yet to call {@link #upgradeDispatch}. */
    @Override
    public void init(WebConnection withoutStreams) {
        WaitingUpgrade given = upgrade;
        SocketWrapperBase<?> socket = wrapper;
        if (given == null || socket == null) {
            throw new IllegalStateException(
                    "Only Hawser upgrades a request to " + SocketUpgradeHandler.class.getName());
        }
        upgrade = null;
        if (socket.getSocket() instanceof NioChannel channel && TakenSocket.isKnown(channel)) {
            course = new TakenSocket(given, socket, channel);
        } else if (socket.getSocket() instanceof Nio2Channel channel && Nio2Wire.isKnown(socket, channel)) {
            course = new Nio2Transport(given, socket, channel);
        } else {
            given.unknown().accept(socket.getSocket());
            StreamsOfSocket streams = new StreamsOfSocket(given.onStreams().get(), socket);
            course = streams;
            streams.open();
        }
    }

    @Override
    public SocketState upgradeDispatch(SocketEvent event) {
        SocketCourse known = course;
        return known == null ? SocketState.CLOSED : known.on(event);
    }

    @Override
    public void destroy() {
        SocketCourse known = course;
        if (known != null) {
            known.destroyed();
        }
    }

    @Override
    public void timeoutAsync(long now) {}

    @Override
    public void setSslSupport(SSLSupport support) {}

    @Override
    public void pause() {}
}
