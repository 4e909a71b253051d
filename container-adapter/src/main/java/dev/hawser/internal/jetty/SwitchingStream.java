package dev.hawser.internal.jetty;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/**
 * The stream of an accepted handshake's response. If the request has the upgrade attribute, Jetty replaces the
 * connection after any response. But filters of the application may have changed the response since the handshake was
 * accepted. So this stream removes the attribute if a response other than the agreed one is sent.
 */
final class SwitchingStream extends HttpStream.Wrapper {
    private final Request request;
    private final JettyTransport transport;

    /** The agreed status: 200 for a tunnel of HTTP/2, otherwise 101. */
    private final int agreed;

    /** Whether another response is sent. Written by send, and read at the end of the response. */
    private volatile boolean overruled;

    private SwitchingStream(HttpStream wrapped, Request request, JettyTransport transport, int agreed) {
        super(wrapped);
        this.request = request;
        this.transport = transport;
        this.agreed = agreed;
    }

    /** Makes Jetty replace the HTTP connection by the transport after a response with the agreed status. */
    static void await(Request request, JettyTransport transport, int agreed) {
        request.setAttribute(HttpStream.UPGRADE_CONNECTION_ATTRIBUTE, transport);
        request.addHttpStreamWrapper(stream -> new SwitchingStream(stream, request, transport, agreed));
    }

    @Override
    public void send(
            MetaData.Request sent, MetaData.Response response, boolean last, ByteBuffer content, Callback callback) {
        // A tunnel's 200 has no content, unlike other responses with that status.
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
