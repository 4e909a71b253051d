package dev.hawser.benchmarks.load;

import dev.hawser.benchmarks.tls.Certificate;
import dev.hawser.benchmarks.tls.TlsBuffers;
import dev.hawser.benchmarks.tls.TlsChannel;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.HashSet;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/**
 * The client's side of TLS in one round. A round has a session cache of its own, so it begins with full handshakes;
 * they are over when all connections are open, before anything is measured.
 */
final class TlsClient {
    private static final int AT_ONCE = 128 * 1024;

    /** The only one that is offered, so that all contestants encrypt the same way. */
    private static final String[] CIPHER_SUITES = {"TLS_AES_128_GCM_SHA256"};

    private static final String[] PROTOCOLS = {Certificate.PROTOCOL};

    private final Workload.Tls mode;
    private final int port;
    private final ShownCertificate shown;
    private final SSLContext context;
    private final TlsBuffers buffers = new TlsBuffers(AT_ONCE);
    /** The places in which a connection has been, so that there is a session to be resumed. */
    private final Set<String> begun = new HashSet<>();

    TlsClient(Target target, Workload.Tls mode) throws IOException {
        Certificate certificate = target.certificate();
        if (certificate == null) {
            throw new IllegalArgumentException("The server at port " + target.port() + " has no TLS");
        }
        this.mode = mode;
        this.port = target.port();
        this.shown = new ShownCertificate(certificate.shown());
        this.context = Certificate.clientContext(shown);
    }

    /** Begins the handshake of the connection at a place of the round, which can resume the last session there. */
    TlsChannel connect(SocketChannel socket, int place) throws IOException {
        // Sessions are found again by the name and port of the server, and each can be resumed only once. So each place
        // has a name of its own; it has no dot, and is not sent. Without a name no session is found.
        SSLEngine engine = mode == Workload.Tls.RESUMED
                ? context.createSSLEngine("place-" + place, port)
                : context.createSSLEngine();
        engine.setUseClientMode(true);
        engine.setEnabledProtocols(PROTOCOLS);
        engine.setEnabledCipherSuites(CIPHER_SUITES);
        return new TlsChannel(socket, engine, buffers);
    }

    /** Checks a handshake that is complete. */
    void check(TlsChannel channel) throws BadReplyException {
        boolean full = shown.take(channel.engine());
        boolean mustBeFull =
                mode == Workload.Tls.FULL || begun.add(channel.engine().getPeerHost());
        if (full != mustBeFull) {
            throw new BadReplyException(
                    full
                            ? "The server did not resume the session, but made a full TLS handshake"
                            : "The server resumed a session where a full TLS handshake was to be measured");
        }
    }
}
