package dev.hawser.benchmarks.load;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts one certificate, and remembers to which engines it was shown: only in a full handshake a server shows it. Used
 * by one thread, since the loop runs the tasks of its handshakes itself.
 */
final class ShownCertificate extends X509ExtendedTrustManager {
    private final X509Certificate expected;
    private final Set<SSLEngine> engines = new HashSet<>();

    ShownCertificate(X509Certificate expected) {
        this.expected = expected;
    }

    /** Whether it was shown to this engine, which is then forgotten. */
    boolean take(SSLEngine engine) {
        return engines.remove(engine);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        if (!expected.equals(chain[0])) {
            throw new CertificateException(
                    "The server shows another certificate: " + chain[0].getSubjectX500Principal());
        }
        engines.add(engine);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw noEngine();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw noEngine();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        throw noEngine();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw noEngine();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw noEngine();
    }

    private static CertificateException noEngine() {
        return new CertificateException("Only the engine of a client is served");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[] {expected};
    }
}
