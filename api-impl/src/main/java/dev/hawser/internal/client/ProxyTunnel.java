package dev.hawser.internal.client;

import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Asks a proxy, over a connection to it, for a tunnel to a server (RFC 6455 section 4.1, item 3). The proxy looks up
 * the server's name.
 */
final class ProxyTunnel {
    private static final int VERSION = 5;
    private static final int NO_AUTHENTICATION = 0;
    private static final int USER_AND_PASSWORD = 2;
    private static final int CONNECT = 1;
    private static final int IPV4 = 1;
    private static final int DOMAIN_NAME = 3;
    private static final int IPV6 = 4;
    private static final String[] REPLIES = {
        "succeeded",
        "general failure",
        "not allowed by its rules",
        "network unreachable",
        "host unreachable",
        "connection refused",
        "time to live expired",
        "command not supported",
        "address type not supported"
    };

    private ProxyTunnel() {}

    /**
     * HTTP CONNECT (RFC 9110 section 9.3.6).
     *
     * @param authorization the value of Proxy-Authorization, or null
     * @return the proxy's answer; on a status of 2xx the tunnel is open
     */
    static HttpResponse connect(DeadlineStream stream, HostPort server, @Nullable String authorization, int limit)
            throws IOException {
        String request = "CONNECT " + server + " HTTP/1.1\r\nHost: " + server + "\r\n"
                + (authorization == null ? "" : "Proxy-Authorization: " + authorization + "\r\n")
                + "\r\n";
        stream.write(request.getBytes(StandardCharsets.ISO_8859_1));
        return HttpResponse.read(stream::read, limit);
    }

    /** SOCKS 5 (RFC 1928), with user and password (RFC 1929) if there are any and the proxy asks for them. */
    static void socks(DeadlineStream stream, HostPort server, @Nullable HttpCredentials credentials)
            throws IOException {
        stream.write(
                credentials == null
                        ? new byte[] {VERSION, 1, NO_AUTHENTICATION}
                        : new byte[] {VERSION, 2, NO_AUTHENTICATION, USER_AND_PASSWORD});
        expect(stream.read() == VERSION, "the proxy does not speak SOCKS 5");
        int method = stream.read();
        if (method == USER_AND_PASSWORD && credentials != null) {
            authenticate(stream, credentials);
        } else {
            expect(
                    method == NO_AUTHENTICATION,
                    credentials == null ? "the proxy wants an authentication" : "the proxy takes no user and password");
        }
        stream.write(connectRequest(server));
        expect(stream.read() == VERSION, "the proxy does not speak SOCKS 5");
        int reply = stream.read();
        expect(reply == 0, "the proxy answered " + (reply < REPLIES.length ? REPLIES[reply] : "with an unknown code"));
        stream.read(); // reserved
        int length = switch (stream.read()) {
            case IPV4 -> 4;
            case IPV6 -> 16;
            case DOMAIN_NAME -> stream.read();
            default -> throw new ProtocolException("the proxy's answer has an unknown address type");
        };
        for (int i = 0; i < length + 2; i++) {
            stream.read(); // the address and port from which the proxy connects
        }
    }

    private static void authenticate(DeadlineStream stream, HttpCredentials credentials) throws IOException {
        byte[] user = credentials.user().getBytes(StandardCharsets.UTF_8);
        byte[] password = credentials.password().getBytes(StandardCharsets.UTF_8);
        expect(user.length <= 255 && password.length <= 255, "the user or password is longer than SOCKS 5 can say");
        ByteBuffer request = ByteBuffer.allocate(3 + user.length + password.length);
        request.put((byte) 1)
                .put((byte) user.length)
                .put(user)
                .put((byte) password.length)
                .put(password);
        stream.write(request.array());
        stream.read(); // the version of the sub-negotiation
        expect(stream.read() == 0, "the proxy refused the user or password");
    }

    private static byte[] connectRequest(HostPort server) throws IOException {
        byte[] name = server.host().getBytes(StandardCharsets.ISO_8859_1);
        expect(name.length <= 255, "the host's name is longer than SOCKS 5 can say");
        ByteBuffer request = ByteBuffer.allocate(7 + name.length);
        request.put((byte) VERSION).put((byte) CONNECT).put((byte) 0);
        if (server.isAddress()) {
            byte[] address = java.net.InetAddress.getByName(server.host()).getAddress();
            request = ByteBuffer.allocate(6 + address.length).put(request.flip());
            request.put((byte) (address.length == 4 ? IPV4 : IPV6)).put(address);
        } else {
            request.put((byte) DOMAIN_NAME).put((byte) name.length).put(name);
        }
        return request.putShort((short) server.port()).array();
    }

    private static void expect(boolean truth, String otherwise) throws ProtocolException {
        if (!truth) {
            throw new ProtocolException(otherwise);
        }
    }
}
