package dev.hawser.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hawser.cli.CommandLineProcess.Result;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whom the command line trusts, and what it shows. */
class TlsIT {
    @TempDir
    Path folder;

    @Test
    void aServerIsTrustedByItsCertificateOrNotAtAllUnlessAskedTo() throws Exception {
        Certificate certificate = Certificate.create(folder, "ip:127.0.0.1", false);
        try (Server server = Server.start(0, certificate)) {
            Result unknown = CommandLineProcess.run("hello\n", server.uri("/echo"));
            assertEquals(ExitCode.NOT_CONNECTED, unknown.exitCode());
            assertTrue(unknown.err().contains("the TLS handshake"), unknown.err());
            Result known =
                    CommandLineProcess.run("hello\n", "--cacert", certificate.certificate(), server.uri("/echo"));
            assertEquals(List.of("hello"), known.lines(), known.err());
            Result anybody = CommandLineProcess.run("hello\n", "-q", "--insecure", server.uri("/echo"));
            assertEquals(List.of("hello"), anybody.lines(), anybody.err());
            assertEquals("Warning: --insecure, the server may be anybody.\n", anybody.err());
        }
    }

    @Test
    void theNameInTheCertificateMustBeTheServers() throws Exception {
        Certificate certificate = Certificate.create(folder, "dns:elsewhere.example", false);
        try (Server server = Server.start(0, certificate)) {
            Result other = CommandLineProcess.run("", "--cacert", certificate.certificate(), server.uri("/echo"));
            assertEquals(ExitCode.NOT_CONNECTED, other.exitCode(), other.err());
            Result anybody = CommandLineProcess.run("hello\n", "-k", server.uri("/echo"));
            assertEquals(List.of("hello"), anybody.lines(), anybody.err());
        }
    }

    @Test
    void theClientShowsItsCertificate() throws Exception {
        Certificate both = Certificate.create(folder, "ip:127.0.0.1", true);
        try (Server server = Server.start(0, both)) {
            Result without = CommandLineProcess.run("", "--cacert", both.certificate(), server.uri("/echo"));
            assertEquals(ExitCode.NOT_CONNECTED, without.exitCode(), without.err());
            Result pem = CommandLineProcess.run(
                    "hello\n",
                    "--cacert",
                    both.certificate(),
                    "--cert",
                    both.certificate(),
                    "--key",
                    both.key(),
                    server.uri("/echo"));
            assertEquals(List.of("hello"), pem.lines(), pem.err());
            Result store = CommandLineProcess.run(
                    Map.of(TlsOptions.PASSWORD, Certificate.PASSWORD),
                    "hello\n".getBytes(StandardCharsets.UTF_8),
                    "--cacert",
                    both.certificate(),
                    "--keystore",
                    both.keyStore(),
                    server.uri("/echo"));
            assertEquals(List.of("hello"), store.lines(), store.err());
        }
    }

    @Test
    void anOldKeyAndAWrongPasswordAreExplained() throws Exception {
        Certificate own = Certificate.create(folder, "ip:127.0.0.1", false);
        Path old = Files.writeString(
                folder.resolve("old.key"), "-----BEGIN EC PRIVATE KEY-----\nMHc=\n-----END EC PRIVATE KEY-----\n");
        Result key = CommandLineProcess.run("", "--cert", own.certificate(), "--key", old, "wss://127.0.0.1:1/");
        assertEquals(ExitCode.USAGE, key.exitCode());
        assertTrue(key.err().contains("openssl pkcs8"), key.err());
        Result password = CommandLineProcess.run(
                Map.of(TlsOptions.PASSWORD, "wrong"), new byte[0], "--keystore", own.keyStore(), "wss://127.0.0.1:1/");
        assertEquals(ExitCode.USAGE, password.exitCode());
        assertTrue(password.err().contains("cannot be opened"), password.err());
        Result nobody = CommandLineProcess.run("", "--keystore", own.keyStore(), "wss://127.0.0.1:1/");
        assertEquals(ExitCode.USAGE, nobody.exitCode());
        assertTrue(nobody.err().contains("set " + TlsOptions.PASSWORD), nobody.err());
    }
}
