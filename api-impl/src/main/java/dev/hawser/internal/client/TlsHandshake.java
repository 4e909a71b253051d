package dev.hawser.internal.client;

import dev.hawser.internal.transport.SocketTransport;
import java.io.IOException;
import java.net.IDN;
import java.nio.channels.SocketChannel;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.concurrent.Executors;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * Secures a connection before the first byte of the opening handshake (RFC 6455 section 4.1, item 5): sends the
 * server's name (SNI), and checks certificate and host name as for HTTPS (RFC 2818).
 */
final class TlsHandshake {
    private final SideThreads sideThreads;
    private final TlsBuffers buffers;
    private final @Nullable SSLContext context;
    private final @Nullable SSLParameters parameters;

    /**
     * @param context the trust and key material, or null for the JVM's default
     * @param parameters protocols, ciphers and the like, or null for the context's. Their endpoint identification
     *     algorithm is HTTPS unless it is set; the empty string switches the check of the name off
     */
    TlsHandshake(
            SideThreads sideThreads,
            TlsBuffers buffers,
            @Nullable SSLContext context,
            @Nullable SSLParameters parameters) {
        this.sideThreads = sideThreads;
        this.buffers = buffers;
        this.context = context;
        this.parameters = parameters;
    }

    /**
     * Does the TLS handshake, and returns when the transport's bytes travel inside TLS. The tasks of TLS run on side
     * threads, so that the deadline holds for them, too.
     *
     * @param channel the transport's
     */
    void secure(
            SocketTransport transport, SocketChannel channel, DeadlineStream stream, HostPort server, Deadline deadline)
            throws IOException {
        TlsWire wire = new TlsWire(channel, engine(server), buffers);
        while (true) {
            deadline.remainingNanos();
            TlsWire.Step step = wire.handshake();
            if (step instanceof TlsWire.Step.Await await) {
                transport.demand(await.interest());
                stream.await();
            } else if (step instanceof TlsWire.Step.Run run) {
                sideThreads.call(Executors.callable(run.task()), deadline);
            } else {
                transport.secure(wire);
                return;
            }
        }
    }

    private SSLEngine engine(HostPort server) throws SSLException {
        SSLEngine engine;
        try {
            SSLContext from = context == null ? SSLContext.getDefault() : context;
            engine = from.createSSLEngine(name(server), server.port());
        } catch (NoSuchAlgorithmException | IllegalStateException e) {
            throw new SSLException("the SSLContext is not usable: " + e.getMessage(), e);
        }
        engine.setUseClientMode(true);
        if (parameters != null) {
            engine.setSSLParameters(parameters);
        }
        SSLParameters own = engine.getSSLParameters(); // a copy: the application's object is not changed
        if (own.getEndpointIdentificationAlgorithm() == null) {
            own.setEndpointIdentificationAlgorithm("HTTPS");
        }
        if (!server.isAddress() && (parameters == null || parameters.getServerNames() == null)) {
            own.setServerNames(serverNames(name(server)));
        }
        engine.setSSLParameters(own);
        return engine;
    }

    /** The name as in certificates and SNI: without the final dot of an absolute DNS name (RFC 6066 section 3). */
    private static String name(HostPort server) {
        String host = server.host();
        return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    }

    private static List<SNIServerName> serverNames(String host) {
        try {
            return List.of(new SNIHostName(IDN.toASCII(host)));
        } catch (IllegalArgumentException e) {
            return List.of(); // SNI cannot express every name that DNS resolves, such as one with an underscore
        }
    }
}
