package dev.hawser.internal.jetty;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/**
 * The stream of an accepted handshake's response. Jetty replaces the connection after any response while the request
 * has the attribute of the upgrade; filters of the application may have changed the response since the handshake was
 * accepted. So this takes the attribute away when another response goes out than the one that was agreed on.
 */
final class SwitchingStream extends HttpStream.Wrapper {
    private final Request request;
    private final JettyTransport transport;

    /** 200 for a tunnel of HTTP/2, else 101. */
    private final int agreed;

    /** Whether another response goes out. The response is sent once, and ends after that. */
    private volatile boolean overruled;

    private SwitchingStream(HttpStream wrapped, Request request, JettyTransport transport, int agreed) {
        super(wrapped);
        this.request = request;
        this.transport = transport;
        this.agreed = agreed;
    }

    /**
     * Has Jetty put the transport in the place of the HTTP connection behind a response of the status that was agreed
     * on.
     */
    static void await(Request request, JettyTransport transport, int agreed) {
        request.setAttribute(HttpStream.UPGRADE_CONNECTION_ATTRIBUTE, transport);
        request.addHttpStreamWrapper(stream -> new SwitchingStream(stream, request, transport, agreed));
    }

    @Override
    public void send(
            MetaData.Request sent, MetaData.Response response, boolean last, ByteBuffer content, Callback callback) {
        // A tunnel's 200 looks like any other; content makes it another one.
        boolean other = response != null
                && !HttpStatus.isInterim(response.getStatus())
                && (response.getStatus() != agreed || BufferUtil.hasContent(content));
        if (other) {
            overruled = true;
            request.removeAttribute(HttpStream.UPGRADE_CONNECTION_ATTRIBUTE);
        }
        super.send(sent, response, last, content, callback);
    }

    @Override
    public void succeeded() {
        super.succeeded();
        if (overruled) {
            transport.neverOpens(null);
        }
    }

    @Override
    public void failed(Throwable failure) {
        super.failed(failure);
        transport.neverOpens(failure);
    }
}
