package dev.hawser.internal.client;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A proxy to connect through.
 *
 * @param socks whether it speaks SOCKS 5; otherwise HTTP CONNECT
 */
record ProxyServer(HostPort address, boolean socks) {
    /**
     * What a selector chooses for a WebSocket server. It is asked with an https or http URI, because selectors do not
     * know ws and wss.
     */
    static @Nullable ProxyServer choose(ProxySelector selector, Target target) throws IOException {
        URI uri;
        try {
            uri = new URI(
                    target.secure() ? "https" : "http",
                    null,
                    target.server().hostText(),
                    target.server().port(),
                    "/",
                    null,
                    null);
        } catch (URISyntaxException e) {
            throw new IOException("the ProxySelector cannot be asked for " + target.server(), e);
        }
        List<Proxy> choice = selector.select(uri);
        if (choice == null || choice.isEmpty()) {
            return null;
        }
        Proxy first = choice.get(0);
        if (first.type() == Proxy.Type.DIRECT || !(first.address() instanceof InetSocketAddress address)) {
            return null;
        }
        return new ProxyServer(
                HostPort.of(address.getHostString(), address.getPort()), first.type() == Proxy.Type.SOCKS);
    }
}
