package dev.hawser.cli;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whom the client trusts, and with what it shows who it is. */
final class TlsOptions {
    /** The password of {@code --keystore}: not an option, which others on the machine could see. */
    static final String PASSWORD = "HAWSER_KEYSTORE_PASSWORD";

    private static final Pattern PEM_KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    @Option(
            names = {"-k", "--insecure"},
            description =
                    "Trust any certificate of the server, and any name in it. Whoever is in between can read all.")
    boolean insecure;

    @Option(
            names = "--cacert",
            paramLabel = "FILE",
            description = "Trust the certificates in this PEM file, and no others.")
    @Nullable File caCertificates;

    @Option(names = "--cert", paramLabel = "FILE", description = "The client's certificate and its chain, as PEM.")
    @Nullable File certificates;

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = "The private key of --cert, as PEM (PKCS #8, not encrypted).")
    @Nullable File key;

    @Option(
            names = "--keystore",
            paramLabel = "FILE",
            description =
                    "The client's certificate and key in a key store instead (PKCS #12 or JKS). Its password is taken"
                            + " from the environment, " + PASSWORD + ", or asked for.")
    @Nullable File keyStore;

    /** The context that the options ask for; null if they ask for none, and the JVM's is right. */
    @Nullable SSLContext context() throws UsageException {
        if ((certificates == null) != (key == null)) {
            throw new UsageException("--cert and --key belong together");
        }
        if (certificates != null && keyStore != null) {
            throw new UsageException("--cert and --keystore exclude each other");
        }
        if (insecure && caCertificates != null) {
            throw new UsageException("--insecure and --cacert exclude each other");
        }
        if (!insecure && caCertificates == null && certificates == null && keyStore == null) {
            return null;
        }
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys(), trust(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new UsageException("TLS cannot be set up: " + e.getMessage());
        }
    }

    private TrustManager @Nullable [] trust() throws UsageException, GeneralSecurityException {
        if (insecure) {
            return new TrustManager[] {new Trusting()};
        }
        if (caCertificates == null) {
            return null;
        }
        KeyStore trusted = empty();
        for (Certificate each : certificates("--cacert", caCertificates)) {
            trusted.setCertificateEntry("ca" + trusted.size(), each);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        return factory.getTrustManagers();
    }

    private KeyManager @Nullable [] keys() throws UsageException, GeneralSecurityException {
        if (certificates != null && key != null) {
            KeyStore own = empty();
            Certificate[] chain = certificates("--cert", certificates).toArray(Certificate[]::new);
            own.setKeyEntry("client", privateKey(key), new char[0], chain);
            return keyManagers(own, new char[0]);
        }
        if (keyStore == null) {
            return null;
        }
        char[] password = Secrets.ask(PASSWORD, "Password of " + keyStore);
        try {
            return keyManagers(KeyStore.getInstance(keyStore, password), password);
        } catch (IOException e) {
            throw new UsageException("--keystore " + keyStore + " cannot be opened: " + reason(e));
        }
    }

    private static KeyManager[] keyManagers(KeyStore store, char[] password) throws GeneralSecurityException {
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, password);
        return factory.getKeyManagers();
    }

    private static KeyStore empty() throws GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try {
            store.load(null, null);
        } catch (IOException e) {
            throw new GeneralSecurityException(e);
        }
        return store;
    }

    private static Collection<? extends Certificate> certificates(String option, File file) throws UsageException {
        try (InputStream content = Files.newInputStream(file.toPath())) {
            Collection<? extends Certificate> read =
                    CertificateFactory.getInstance("X.509").generateCertificates(content);
            if (!read.isEmpty()) {
                return read;
            }
        } catch (IOException | GeneralSecurityException e) {
            throw new UsageException(option + " " + file + " cannot be read: " + reason(e));
        }
        throw new UsageException(option + " " + file + " has no certificate in PEM");
    }

    private static PrivateKey privateKey(File file) throws UsageException, GeneralSecurityException {
        String text;
        try {
            text = Files.readString(file.toPath());
        } catch (IOException e) {
            throw new UsageException("--key " + file + " cannot be read: " + reason(e));
        }
        Matcher pem = PEM_KEY.matcher(text);
        if (!pem.find()) {
            throw new UsageException("--key " + file + " has no \"BEGIN PRIVATE KEY\"; to convert another form:"
                    + " openssl pkcs8 -topk8 -nocrypt -in old.pem -out new.pem");
        }
        PKCS8EncodedKeySpec spec =
                new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group(1)));
        for (String algorithm : List.of("EC", "RSA", "EdDSA")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (InvalidKeySpecException e) {
                // of another kind
            }
        }
        throw new UsageException("--key " + file + " is neither an EC, RSA nor EdDSA key");
    }

    private static String reason(Exception e) {
        return e instanceof NoSuchFileException ? "there is no such file" : String.valueOf(e.getMessage());
    }

    /** Trusts everybody. An extended one, because Java checks the name itself for others. */
    private static final class Trusting extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
