package dev.hawser.internal.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Certificates of an authority of their own, made by the JDK's keytool, and the contexts of a server that shows one and
 * of a client that trusts it.
 */
record TestCertificates(SSLContext server, SSLContext client, Certificate authority) {
    /** Making them takes seconds. */
    private static final Map<String, TestCertificates> MADE = new ConcurrentHashMap<>();

    private static final char[] PASSWORD = "changeit".toCharArray();

    /** For the DNS name {@code localhost} and the address 127.0.0.1, valid now. */
    static TestCertificates forLocalhost() {
        return make("dns:localhost,ip:127.0.0.1");
    }

    /** For the IPv6 address ::1, valid now. */
    static TestCertificates forIpv6Loopback() {
        return make("ip:::1");
    }

    /** For another host, valid now. */
    static TestCertificates forAnotherName() {
        return make("dns:elsewhere.example");
    }

    /** For localhost, but no longer valid. */
    static TestCertificates expired() {
        return make("dns:localhost,ip:127.0.0.1", "-startdate", "-10d", "-validity", "5");
    }

    /** Writes a key store that holds what the client trusts. */
    void writeTrustStore(Path file, String password) throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("authority", authority);
        try (OutputStream out = Files.newOutputStream(file)) {
            trusted.store(out, password.toCharArray());
        }
    }

    private static TestCertificates make(String names, String... more) {
        return MADE.computeIfAbsent(names + List.of(more), key -> generate(names, more));
    }

    private static TestCertificates generate(String names, String... more) {
        try {
            Path folder = Files.createTempDirectory("hawser-certificates");
            Path file = folder.resolve("keys.p12");
            keytool(file, "authority", "-ext", "bc:c");
            List<String> options = new ArrayList<>(List.of("-signer", "authority", "-ext", "san=" + names));
            options.addAll(List.of(more));
            keytool(file, "key", options.toArray(String[]::new));
            KeyStore keys = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(file)) {
                keys.load(in, PASSWORD);
            }
            Files.delete(file);
            Files.delete(folder);
            SSLContext client = clientContext(keys);
            Certificate authority = keys.getCertificate("authority");
            keys.deleteEntry("authority");
            return new TestCertificates(serverContext(keys), client, authority);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void keytool(Path file, String alias, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                alias,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=" + alias,
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                new String(PASSWORD)));
        command.addAll(List.of(options));
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (keytool.waitFor() != 0) {
            throw new IllegalStateException("keytool: " + said);
        }
    }

    private static SSLContext serverContext(KeyStore keys) throws GeneralSecurityException {
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, null);
        return context;
    }

    private static SSLContext clientContext(KeyStore keys) throws GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        try {
            trusted.load(null, null);
        } catch (IOException e) {
            throw new GeneralSecurityException(e);
        }
        trusted.setCertificateEntry("authority", keys.getCertificate("authority"));
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return context;
    }
}
