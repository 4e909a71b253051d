package dev.hawser.internal.tomcat;

import dev.hawser.internal.servlet.NativeUpgrade;
import dev.hawser.internal.transport.Peers;
import dev.hawser.internal.transport.TransportListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpUpgradeHandler;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Takes the sockets of Tomcat's NIO connector out of its poller, and waits for them in event loops of its own. Tomcat
 * would wake one of its request threads for each reading; a loop reads on the thread that waited. The sockets of NIO2
 * have no poller, and stay on Tomcat's threads (ADR 016).
 */
public final class TomcatUpgrade implements NativeUpgrade {
    private static final Logger LOG = System.getLogger("dev.hawser.servlet");

    private final SelectorLoops loops;
    private final AtomicBoolean unknownTold = new AtomicBoolean();

    /** @param threads begins the names of the loops' threads, which are numbered */
    public TomcatUpgrade(String threads) {
        loops = new SelectorLoops(threads);
    }

    @Override
    public void upgrade(
            HttpServletRequest request, TransportListener listener, Peers peers, Supplier<HttpUpgradeHandler> onStreams)
            throws IOException, ServletException {
        request.upgrade(SocketUpgradeHandler.class)
                .give(new WaitingUpgrade(loops, listener, peers, onStreams, this::unknown));
    }

    /** Says once that sockets are served through their streams. */
    private void unknown(Object socket) {
        if (!unknownTold.getAndSet(true)) {
            LOG.log(
                    Level.DEBUG,
                    "The portable transport serves the connections of a connector whose sockets are of the type {0}",
                    socket.getClass().getName());
        }
    }

    @Override
    public void end() {
        loops.end();
    }
}
