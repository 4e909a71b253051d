package dev.hawser.internal.servlet;

import dev.hawser.internal.transport.Peers;
import dev.hawser.internal.transport.TransportListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpUpgradeHandler;
import java.io.IOException;
import java.util.function.Supplier;

/**
 * A container's own way to give the connection of a request away, instead of by the streams of the Servlet API. There
 * is one for each web application.
 */
public interface NativeUpgrade {
    /**
     * Makes the container give the connection to the listener when the response is complete.
     *
     * @param onStreams makes what gets the connection instead, with its streams, if its socket is of a kind that is not
     *     known
     */
    void upgrade(
            HttpServletRequest request, TransportListener listener, Peers peers, Supplier<HttpUpgradeHandler> onStreams)
            throws IOException, ServletException;

    /** Called when the application has stopped, and its connections are closed: ends the threads. */
    void end();
}
