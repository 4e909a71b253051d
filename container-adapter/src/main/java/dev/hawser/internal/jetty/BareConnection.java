package dev.hawser.internal.jetty;

import static java.lang.System.Logger.Level.INFO;

import java.util.Arrays;
import java.util.EventListener;
import java.util.function.Consumer;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.jspecify.annotations.Nullable;

/**
 * What Jetty demands of each {@link Connection}: its end point, its age and its listeners. Jetty's own base class holds
 * a hundred bytes more, for a read callback that is not used here and for a list of listeners, which is mostly empty.
 */
abstract class BareConnection implements Connection {
    private static final System.Logger LOGGER = System.getLogger("dev.hawser.connection");
    private static final Listener[] NOBODY = {};

    final EndPoint endPoint;
    private final long created = System.currentTimeMillis();
    /** Replaced with the monitor held, since Jetty may add and remove on any thread. */
    private volatile Listener[] listeners = NOBODY;

    BareConnection(EndPoint endPoint) {
        this.endPoint = endPoint;
    }

    @Override
    public final EndPoint getEndPoint() {
        return endPoint;
    }

    /** Adds it if it listens to connections; those of a connector listen to other things, too. */
    @Override
    public final synchronized void addEventListener(EventListener added) {
        if (added instanceof Listener listener) {
            Listener[] more = Arrays.copyOf(listeners, listeners.length + 1);
            more[listeners.length] = listener;
            listeners = more;
        }
    }

    @Override
    public final synchronized void removeEventListener(EventListener removed) {
        listeners = Arrays.stream(listeners)
                .filter(listener -> !listener.equals(removed))
                .toArray(Listener[]::new);
    }

    @Override
    public void onOpen() {
        tell(listener -> listener.onOpened(this));
    }

    @Override
    public void onClose(@Nullable Throwable cause) {
        tell(listener -> listener.onClosed(this));
    }

    /** An exception of a listener is no fault of the connection; an error of the JVM is passed on. */
    private void tell(Consumer<Listener> event) {
        for (Listener listener : listeners) {
            try {
                event.accept(listener);
            } catch (RuntimeException e) {
                LOGGER.log(INFO, () -> "A listener of Jetty's connections failed: " + listener.getClass(), e);
            }
        }
    }

    @Override
    public final long getCreatedTimeStamp() {
        return created;
    }

    // Jetty's own base class counts none, either.

    @Override
    public final long getMessagesIn() {
        return 0;
    }

    @Override
    public final long getMessagesOut() {
        return 0;
    }

    @Override
    public final long getBytesIn() {
        return 0;
    }

    @Override
    public final long getBytesOut() {
        return 0;
    }
}
