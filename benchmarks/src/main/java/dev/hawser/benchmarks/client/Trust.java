package dev.hawser.benchmarks.client;

import dev.hawser.benchmarks.tls.Certificate;
import java.io.IOException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** What clients trust. It is a class of its own, since not all of them have the Jakarta API on their class path. */
final class Trust {
    private Trust() {}

    /** A context that trusts the server's certificate; null if the server has none. */
    static @Nullable SSLContext context() {
        Certificate certificate = Certificate.ofContestant();
        try {
            return certificate == null ? null : certificate.trustingContext();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
