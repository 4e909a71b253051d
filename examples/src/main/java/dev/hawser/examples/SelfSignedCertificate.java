package dev.hawser.examples;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * A key and a certificate for localhost, made by the {@code keytool} of the running JDK. It is self-signed, so a
 * browser asks before it trusts it. The password leaves this process only in the environment of keytool.
 *
 * @param keyStore a PKCS #12 file
 * @param password opens the key store and the key in it
 */
record SelfSignedCertificate(Path keyStore, String password) {
    private static final int PASSWORD_BYTES = 16;

    /** Makes a certificate that is valid for 30 days, in a new file in {@code folder}. */
    static SelfSignedCertificate create(Path folder, String host) throws IOException {
        Path keyStore = folder.resolve("demo.p12");
        String password = randomPassword();
        String subjectAlternativeNames = "dns:localhost,ip:127.0.0.1,ip:::1";
        if (host.matches("[A-Za-z][A-Za-z0-9.-]*") && !host.equals("localhost")) {
            subjectAlternativeNames += ",dns:" + host;
        }
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "demo",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-sigalg",
                "SHA256withECDSA",
                "-validity",
                "30",
                "-dname",
                "CN=localhost, O=Hawser demo",
                "-ext",
                "san=" + subjectAlternativeNames,
                "-storetype",
                "PKCS12",
                "-keystore",
                keyStore.toString(),
                "-storepass:env",
                "DEMO_STORE_PASSWORD");
        run(command, Map.of("DEMO_STORE_PASSWORD", password));
        return new SelfSignedCertificate(keyStore, password);
    }

    private static void run(List<String> command, Map<String, String> environment) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException("keytool could not make a certificate: " + output.strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while keytool was making a certificate", e);
        }
    }

    private static String randomPassword() {
        byte[] random = new byte[PASSWORD_BYTES];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "SelfSignedCertificate[" + keyStore + "]";
    }
}
