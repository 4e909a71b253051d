package dev.hawser.internal.servlet;

import dev.hawser.internal.jetty.TestCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * A proxy in a process of its own without privileges, with a folder of its own, on a free port of the loopback address.
 * It ends TLS for {@code chat.example}.
 */
final class RunningProxy implements AutoCloseable {
    private static final String SITE = "chat.example";
    private static final int SECONDS = 20;

    /** Starts a program as another user, on Linux. */
    private static final Path SETPRIV = Path.of("/usr/bin/setpriv");

    private final Proxy.Place place;
    private final Process process;

    /** @param impatient whether its idle time-outs are 2 s, if it has any */
    RunningProxy(Proxy proxy, int serverPort, boolean impatient) throws Exception {
        Path folder = Files.createTempDirectory("hawser-proxy");
        place = new Proxy.Place(folder, freePort(), serverPort, impatient);
        writeCertificate(folder);
        Files.writeString(folder.resolve("site"), proxy.site(place));
        List<String> command = new ArrayList<>(proxy.command(place));
        if (System.getProperty("user.name").equals("root") && Files.isExecutable(SETPRIV)) {
            giveToNobody(folder);
            command.addAll(0, List.of(SETPRIV.toString(), "--reuid=65534", "--regid=65534", "--clear-groups"));
        }
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("said").toFile());
        for (String home : List.of("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")) {
            builder.environment().put(home, folder.toString());
        }
        process = builder.start();
        boolean serves = false;
        try {
            awaitListening(proxy);
            serves = true;
        } finally {
            if (!serves) {
                close();
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** The test runs as root, as in a container of continuous integration; the proxy does not. */
    private static void giveToNobody(Path folder) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    }

    private static void writeCertificate(Path folder) throws IOException, GeneralSecurityException {
        KeyStore keys = new TestCertificate().keyStore();
        String key = pem(
                "PRIVATE KEY",
                keys.getKey("localhost", TestCertificate.PASSWORD.toCharArray()).getEncoded());
        String certificate = pem("CERTIFICATE", keys.getCertificate("localhost").getEncoded());
        Files.writeString(folder.resolve(SITE + ".pem"), certificate + key);
        Files.writeString(folder.resolve(SITE + ".key"), key);
    }

    private static String pem(String what, byte[] bytes) {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
        return "-----BEGIN " + what + "-----\n" + base64 + "\n-----END " + what + "-----\n";
    }

    private void awaitListening(Proxy proxy) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (!listens()) {
            boolean ended = process.waitFor(20, TimeUnit.MILLISECONDS);
            if (ended || System.nanoTime() > deadline) {
                throw new IOException(proxy + (ended ? " has ended: " : " does not listen: ") + said());
            }
        }
    }

    private boolean listens() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), place.port()));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** What it has printed and logged. */
    String said() throws IOException {
        StringBuilder said = new StringBuilder();
        for (String file : List.of("said", "log")) {
            Path path = place.folder().resolve(file);
            if (Files.exists(path)) {
                said.append(Files.readString(path));
            }
        }
        return said.toString();
    }

    /** A connection by TLS and HTTP/1.1 from another address than the proxy's own, so that one can tell them apart. */
    RawClient connect(String clientAddress) throws IOException {
        SSLSocket socket = (SSLSocket) new TestCertificate().trusting().createSocket();
        socket.bind(new InetSocketAddress(clientAddress, 0));
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), place.port()));
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(SITE)));
        parameters.setApplicationProtocols(new String[] {"http/1.1"});
        socket.setSSLParameters(parameters);
        return new RawClient(socket);
    }

    /** One HTTP/2 connection. */
    Http2Gateway http2() throws Exception {
        return new Http2Gateway(place.port(), true, SITE, SITE);
    }

    @Override
    public void close() throws IOException {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        boolean ended = false;
        try {
            ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!ended) {
            process.destroyForcibly();
        }
        children.forEach(ProcessHandle::destroyForcibly);
        try (Stream<Path> files = Files.walk(place.folder())) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(java.io.File::delete);
        }
    }
}
