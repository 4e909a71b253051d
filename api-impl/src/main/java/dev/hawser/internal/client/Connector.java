package dev.hawser.internal.client;

import dev.hawser.client.ConnectFailedException;
import dev.hawser.client.ConnectFailedException.Step;
import dev.hawser.client.HandshakeFailedException;
import dev.hawser.internal.transport.SelectorLoop;
import dev.hawser.internal.transport.SocketTransport;
import jakarta.websocket.DeploymentException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes connections over sockets: name lookup, TCP, proxy, TLS. The calling thread waits for each.
 */
final class Connector implements Connecting {
    /** A proxy may answer 407 twice: because it does not know the client, and because its nonce has expired. */
    private static final int PROXY_ATTEMPTS = 3;

    private final SelectorLoop loop;
    private final SideThreads sideThreads;
    private final TlsBuffers tlsBuffers;
    private final NameResolver resolver;

    Connector(SelectorLoop loop, SideThreads sideThreads, TlsBuffers tlsBuffers, NameResolver resolver) {
        this.loop = loop;
        this.sideThreads = sideThreads;
        this.tlsBuffers = tlsBuffers;
        this.resolver = resolver;
    }

    private record Socket(SocketTransport transport, SocketChannel channel) {}

    @Override
    public Connection connect(Target target, ConnectionSettings settings, Deadline deadline, int headerLimit)
            throws DeploymentException, ConnectFailedException {
        String authorization = null;
        ProxyServer proxy = proxy(target, settings, deadline);
        for (int attempt = 1; ; attempt++) {
            Attempt connecting = new Attempt(target, proxy, settings, deadline, headerLimit);
            try {
                return connecting.connect(authorization);
            } catch (HandshakeFailedException refused) {
                authorization = attempt < PROXY_ATTEMPTS ? answer(refused, target, settings.proxyCredentials()) : null;
                if (authorization == null) {
                    throw refused;
                }
            }
        }
    }

    /** A ProxySelector may use the network, so it runs on a side thread, which can be abandoned at the deadline. */
    private @Nullable ProxyServer proxy(Target target, ConnectionSettings settings, Deadline deadline)
            throws ConnectFailedException {
        ProxySelector selector = settings.proxySelector();
        if (selector == null) {
            return settings.proxy();
        }
        try {
            return sideThreads.call(() -> ProxyServer.choose(selector, target), deadline);
        } catch (IOException e) {
            throw new ConnectFailedException(target.server().toString(), Step.PROXY, e);
        } catch (RuntimeException e) {
            throw new ConnectFailedException(
                    target.server().toString(), Step.PROXY, new IOException("the ProxySelector threw " + e, e));
        }
    }

    private static @Nullable String answer(
            HandshakeFailedException refused, Target target, @Nullable HttpCredentials credentials) {
        if (refused.status() != 407 || credentials == null) {
            return null;
        }
        List<String> lines = refused.headers().getOrDefault("Proxy-Authenticate", List.of());
        return credentials.answer(
                HttpChallenge.parse(lines), "CONNECT", target.server().toString());
    }

    /** One attempt, through all steps. */
    private final class Attempt {
        private final Target target;
        private final @Nullable ProxyServer proxy;
        private final ConnectionSettings settings;
        private final Deadline deadline;
        private final int headerLimit;
        private Step step = Step.RESOLVE;

        Attempt(
                Target target,
                @Nullable ProxyServer proxy,
                ConnectionSettings settings,
                Deadline deadline,
                int headerLimit) {
            this.target = target;
            this.proxy = proxy;
            this.settings = settings;
            this.deadline = deadline;
            this.headerLimit = headerLimit;
        }

        Connection connect(@Nullable String proxyAuthorization)
                throws HandshakeFailedException, ConnectFailedException {
            SocketTransport transport = null;
            boolean done = false;
            try {
                Socket socket = open(resolve(proxy == null ? target.server() : proxy.address()));
                transport = socket.transport();
                DeadlineStream stream = new DeadlineStream(transport, deadline);
                if (proxy != null) {
                    step = Step.PROXY;
                    tunnel(stream, proxy, proxyAuthorization);
                }
                if (target.secure()) {
                    step = Step.TLS;
                    new TlsHandshake(sideThreads, tlsBuffers, settings.sslContext(), settings.sslParameters())
                            .secure(transport, socket.channel(), stream, target.server(), deadline);
                }
                done = true;
                return new Connection(transport, stream);
            } catch (IOException e) {
                throw new ConnectFailedException(target.server().toString(), step, viaProxy(e));
            } finally {
                if (!done && transport != null) {
                    transport.abort();
                }
            }
        }

        private List<InetSocketAddress> resolve(HostPort host) throws IOException {
            List<InetAddress> found;
            if (host.isAddress()) {
                found = List.of(InetAddress.getByName(host.addressText())); // parses the text, looks nothing up
            } else {
                found = sideThreads.call(() -> resolver.resolve(host.host()), deadline);
            }
            if (found.isEmpty()) {
                throw new UnknownHostException(host.host() + " has no address");
            }
            List<InetSocketAddress> addresses = new ArrayList<>();
            for (InetAddress address : found) {
                addresses.add(new InetSocketAddress(address, host.port()));
            }
            return addresses;
        }

        private Socket open(List<InetSocketAddress> addresses) throws IOException {
            step = Step.CONNECT;
            SelectorLoop.Lease lease = loop.lease();
            SocketChannel channel = null;
            boolean done = false;
            try {
                channel = new TcpConnect(lease, deadline, settings.localAddress()).connect(addresses);
                Socket socket = new Socket(SocketTransport.on(lease, channel), channel);
                done = true;
                return socket;
            } finally {
                if (!done) {
                    if (channel != null) {
                        channel.close();
                    }
                    lease.release();
                }
            }
        }

        private void tunnel(DeadlineStream stream, ProxyServer through, @Nullable String authorization)
                throws IOException, HandshakeFailedException {
            if (through.socks()) {
                ProxyTunnel.socks(stream, target.server(), settings.proxyCredentials());
                return;
            }
            HttpResponse response = ProxyTunnel.connect(stream, target.server(), authorization, headerLimit);
            if (response.status() / 100 != 2) {
                String message = "Connecting to " + target.server() + " failed: the proxy " + through.address()
                        + " answered CONNECT with status " + response.status();
                throw new HandshakeFailedException(message, response.status(), response.headers(), true);
            }
        }

        /** Adds the proxy's address to the message if it is the proxy that cannot be reached. */
        private IOException viaProxy(IOException cause) {
            if (proxy == null || step.compareTo(Step.PROXY) > 0) {
                return cause;
            }
            String message = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
            return new IOException(message + " (through the proxy " + proxy.address() + ")", cause);
        }
    }
}
