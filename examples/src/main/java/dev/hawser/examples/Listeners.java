package dev.hawser.examples;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;

/**
 * Opens the server's ports before anything else starts, because a port that is taken is the most frequent mistake.
 *
 * <p>A name such as {@code localhost} may stand for 127.0.0.1 and ::1, and a browser may try either first. So every
 * address of the host that this machine has gets a connector, all with the same port.
 */
final class Listeners {
    private final Server server;
    private final List<InetAddress> addresses;

    Listeners(Server server, List<InetAddress> addresses) {
        this.server = server;
        this.addresses = addresses.stream().filter(Listeners::isOfThisMachine).toList();
    }

    /** Listens for http and ws. Returns the port, which the system chose if {@code port} is 0. */
    int plain(int port) throws IOException {
        return listen(port, null);
    }

    /** Listens for https and wss. Returns the port, which the system chose if {@code port} is 0. */
    int tls(int port, SelfSignedCertificate certificate) throws IOException {
        SslContextFactory.Server tls = new SslContextFactory.Server();
        tls.setKeyStorePath(certificate.keyStore().toUri().toString());
        tls.setKeyStorePassword(certificate.password());
        return listen(port, tls);
    }

    private int listen(int port, SslContextFactory.@Nullable Server tls) throws IOException {
        int chosen = port;
        for (InetAddress address : addresses) {
            ServerConnector connector = tls == null
                    ? new ServerConnector(server, new HttpConnectionFactory(new HttpConfiguration()))
                    : new ServerConnector(server, tls, new HttpConnectionFactory(secureConfiguration()));
            connector.setHost(address.getHostAddress());
            connector.setPort(chosen);
            try {
                connector.open();
            } catch (IOException e) {
                throw new CannotListen(e);
            }
            chosen = connector.getLocalPort();
            server.addConnector(connector);
        }
        return chosen;
    }

    private static HttpConfiguration secureConfiguration() {
        HttpConfiguration configuration = new HttpConfiguration();
        // Without the check of the name: the certificate is for localhost, but browsers may use another name of the
        // server.
        configuration.addCustomizer(new SecureRequestCustomizer(false));
        return configuration;
    }

    /** Whether this machine has the address: a hosts file may name ::1 although IPv6 is switched off. */
    private static boolean isOfThisMachine(InetAddress address) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(address, 0));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** The port could not be opened; the message says why, as part of a sentence. */
    static final class CannotListen extends IOException {
        private static final long serialVersionUID = 1L;

        CannotListen(IOException cause) {
            super(why(cause), cause);
        }

        /**
         * The reason: Jetty wraps the system's exception, whose text for a port that is taken differs between systems.
         */
        private static String why(IOException failure) {
            Throwable cause = failure.getCause() == null ? failure : failure.getCause();
            String said = String.valueOf(cause.getMessage());
            return cause instanceof BindException && said.contains("in use") ? "another program is using it" : said;
        }
    }
}
