package dev.hawser.internal.tomcat;

import jakarta.servlet.http.HttpUpgradeHandler;
import java.io.IOException;
import org.apache.coyote.UpgradeToken;
import org.apache.coyote.http11.upgrade.UpgradeProcessorExternal;
import org.apache.tomcat.ContextBind;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;

/**
 * A socket of another kind, such as one of NIO2 without asynchronous operations, through the streams that Tomcat gives
 * to every other upgrade handler. Tomcat makes them by {@link UpgradeProcessorExternal}, which is told here what
 * happens.
 */
final class StreamsOfSocket implements SocketCourse {
    private final HttpUpgradeHandler handler;
    private final SocketWrapperBase<?> socket;
    private final UpgradeProcessorExternal streams;

    StreamsOfSocket(HttpUpgradeHandler handler, SocketWrapperBase<?> socket) {
        this.handler = handler;
        this.socket = socket;
        this.streams = new UpgradeProcessorExternal(
                socket, new UpgradeToken(handler, new UnboundContext(), null, "websocket"), null);
    }

    void open() {
        handler.init(streams);
    }

    @Override
    public SocketState on(SocketEvent event) {
        try {
            return streams.process(socket, event);
        } catch (IOException e) { // the socket failed, and the streams have told it
            return SocketState.CLOSED;
        }
    }

    @Override
    public void destroyed() {
        handler.destroy();
    }

    /**
     * Leaves the thread's context class loader as it is, since callbacks have the application's anyway. Tomcat 10.1
     * calls the methods with two parameters, 11 the others.
     */
    @SuppressWarnings("deprecation")
    private static final class UnboundContext implements ContextBind {
        @Override
        public ClassLoader bind(ClassLoader original) {
            return Thread.currentThread().getContextClassLoader();
        }

        @Override
        public void unbind(ClassLoader original) {}

        @Override
        public ClassLoader bind(boolean privileged, ClassLoader original) {
            return bind(original);
        }

        @Override
        public void unbind(boolean privileged, ClassLoader original) {}
    }
}
