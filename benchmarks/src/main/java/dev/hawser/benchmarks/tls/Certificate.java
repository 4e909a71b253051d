package dev.hawser.benchmarks.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * The certificate that all contestants show, with its key: ECDSA P-256, which it has signed itself. It only protects
 * connections on the loopback interface while the comparison runs, so its password is no secret.
 *
 * @param keyStore a PKCS #12 file
 */
public record Certificate(Path keyStore) {
    /** The system property of a contestant that has the file; without it a contestant does not listen for TLS. */
    public static final String PROPERTY = "contestant.certificate";

    /** The password of the file and of the key. */
    public static final String PASSWORD = "comparison";

    /** The only version of TLS that is spoken. */
    public static final String PROTOCOL = "TLSv1.3";

    private static final String ALIAS = "contestant";

    /** Makes a certificate with the {@code keytool} of the running Java, and replaces that of an earlier run. */
    public static Certificate create(Path folder) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        Path file = folder.resolve("certificate.p12").toAbsolutePath();
        Files.deleteIfExists(file);
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                ALIAS,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-sigalg",
                "SHA256withECDSA",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost,ip:127.0.0.1",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                PASSWORD);
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (keytool.waitFor() != 0) {
            throw new IOException("keytool could not make a certificate in " + file + ": " + said.strip());
        }
        return new Certificate(file);
    }

    /** The certificate of this contestant, or null if it is to listen without TLS only. */
    public static @Nullable Certificate ofContestant() {
        String file = System.getProperty(PROPERTY);
        return file == null ? null : new Certificate(Path.of(file));
    }

    /** The option of {@code java} that gives it to a contestant. */
    public String option() {
        return "-D" + PROPERTY + "=" + keyStore;
    }

    /** What a server shows. */
    public X509Certificate shown() throws IOException {
        try {
            return (X509Certificate) keys().getCertificate(ALIAS);
        } catch (GeneralSecurityException e) {
            throw new IOException(keyStore + " has no certificate", e);
        }
    }

    /** The context of a server that shows it. */
    public SSLContext serverContext() throws IOException {
        try {
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(keys(), PASSWORD.toCharArray());
            SSLContext context = SSLContext.getInstance(PROTOCOL);
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("No server can be started with " + keyStore, e);
        }
    }

    /** A context with an empty session cache, of a client that trusts what {@code trust} says. */
    public static SSLContext clientContext(TrustManager trust) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance(PROTOCOL);
            context.init(null, new TrustManager[] {trust}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("No client for " + PROTOCOL, e);
        }
    }

    /**
     * The context of a client that trusts this certificate and no other. It keeps one session to be resumed, since it
     * would otherwise keep that of each connection for a day, whether or not the connection is still open.
     */
    public SSLContext trustingContext() throws IOException {
        try {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry(ALIAS, shown());
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance(PROTOCOL);
            context.init(null, trust.getTrustManagers(), null);
            context.getClientSessionContext().setSessionCacheSize(1);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("No client can trust " + keyStore, e);
        }
    }

    private KeyStore keys() throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keyStore)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        return keys;
    }
}
