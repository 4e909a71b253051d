package dev.hawser.benchmarks.tls;

import java.security.cert.X509Certificate;
import javax.net.ssl.X509TrustManager;

/** For tests in which it does not matter who the server is. */
final class TrustsAll implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
