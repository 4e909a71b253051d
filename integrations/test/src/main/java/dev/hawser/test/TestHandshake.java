package dev.hawser.test;

import dev.hawser.internal.http.HeaderGrammar;
import dev.hawser.internal.protocol.handshake.ClientHandshake;
import dev.hawser.internal.protocol.handshake.ExtensionHeader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.Principal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An opening handshake before it is sent: a valid one for {@code Host: localhost}, without an origin and without a
 * user, to which the test adds what it needs. One object can be sent several times. Not thread-safe.
 *
 * <pre>{@code
 * TestPeer peer = tester.handshake("/chat/harbour?lang=en")
 *         .principal("alice", "admin")
 *         .header("Cookie", "theme=dark")
 *         .subprotocols("chat.v2", "chat.v1")
 *         .connect();
 * }</pre>
 *
 * @since 0.1.0
 */
public final class TestHandshake {
    /** The fields that a handshake has only once: a new value replaces the first. */
    private static final Set<String> ONCE = Set.of(
            "host", "upgrade", "connection", "origin", "sec-websocket-key", "sec-websocket-version", "accept-language");

    private final EndpointTester tester;
    private final URI target;
    private final Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private @Nullable Principal principal;
    private Set<String> roles = Set.of();
    private InetSocketAddress remote = new InetSocketAddress(InetAddress.getLoopbackAddress(), 50_000);
    private boolean secure;

    TestHandshake(EndpointTester tester, String target) {
        this.tester = tester;
        this.target = targetOf(target);
        headers.put("Host", List.of("localhost"));
        ClientHandshake.putFields(headers, ClientHandshake.newKey());
    }

    private static URI targetOf(String target) {
        URI uri = URI.create(URI.create(target).toASCIIString());
        String path = uri.getRawPath();
        if (uri.isAbsolute()
                || uri.getRawAuthority() != null
                || uri.getRawFragment() != null
                || !path.startsWith("/")) {
            throw new IllegalArgumentException("Expected a path that begins with /, and perhaps a query");
        }
        if (path.toLowerCase(Locale.ROOT).contains("%2f")) {
            throw new IllegalArgumentException(
                    "A slash in a segment (%2F) is not supported: servers differ in what they make of it");
        }
        return uri;
    }

    /**
     * Adds a header field. A field that a handshake has only once, such as {@code Host} or {@code
     * Sec-WebSocket-Version}, is replaced.
     *
     * @throws IllegalArgumentException if name or value is not legal in HTTP
     */
    public TestHandshake header(String name, String value) {
        HeaderGrammar.checkFields(Map.of(name, List.of(value)));
        List<String> lines = new ArrayList<>();
        if (!ONCE.contains(name.toLowerCase(Locale.ROOT))) {
            lines.addAll(headers.getOrDefault(name, List.of()));
        }
        lines.add(value);
        headers.put(name, lines);
        return this;
    }

    /** Removes a header field, also one that each handshake needs. */
    public TestHandshake withoutHeader(String name) {
        headers.remove(name);
        return this;
    }

    /** The origin of the page that connects, such as {@code https://example.org}; programs send none. */
    public TestHandshake origin(String origin) {
        return header("Origin", origin);
    }

    /** The subprotocols that the client asks for, in order of preference. */
    public TestHandshake subprotocols(String... names) {
        headers.remove("Sec-WebSocket-Protocol");
        ClientHandshake.putSubprotocols(headers, List.of(names));
        return this;
    }

    /**
     * The extensions that the client offers, in order of preference, such as {@code permessage-deflate;
     * client_max_window_bits}; without this call there is none. A peer speaks permessage-deflate and the extensions of
     * the application ({@code dev.hawser.extension}): it encodes and decodes its messages with those that the server
     * accepts, see {@link TestPeer#extensions}. Others are left to the application, as in the client.
     *
     * @throws IllegalArgumentException if an element is not legal in the header
     */
    public TestHandshake extensions(String... offers) {
        headers.remove(ExtensionHeader.FIELD);
        ClientHandshake.putExtensions(headers, ExtensionHeader.parse(List.of(offers)));
        return this;
    }

    /** The authenticated user, as a container would have found it, and its roles. */
    public TestHandshake principal(String name, String... roles) {
        return principal(new NamedPrincipal(name), roles);
    }

    /** The authenticated user as an object of the application's own class, and its roles. */
    public TestHandshake principal(Principal user, String... roles) {
        this.principal = user;
        this.roles = Set.copyOf(List.of(roles));
        return this;
    }

    /** Makes the connection count as secure, so that the URI of the request has the scheme {@code wss}. */
    public TestHandshake secure() {
        this.secure = true;
        return this;
    }

    /**
     * The client's address; 127.0.0.1 and port 50000 if this is not called.
     *
     * @throws IllegalArgumentException if the address is not resolved
     */
    public TestHandshake from(InetSocketAddress address) {
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("Expected a resolved address, got " + address);
        }
        this.remote = address;
        return this;
    }

    /**
     * Sends the handshake on the calling thread, opens the connection, and returns once {@code onOpen} has returned or
     * thrown, so that the test sees its effects.
     *
     * @throws AssertionError if it is refused, if no endpoint has this path, or if {@code onOpen} does not return
     *     within the deadline
     * @throws IllegalStateException if the tester is closed
     */
    public TestPeer connect() {
        TestPeer peer = connectWithoutWaiting();
        peer.expectOpened();
        return peer;
    }

    /**
     * Connects like {@link #connect}, but returns as soon as the handshake is answered, as a client does: {@code
     * onOpen} may not yet have run. It is for endpoints whose {@code onOpen} waits for the test; {@link
     * TestPeer#expectOpened} waits for them.
     *
     * @throws AssertionError if it is refused, or if no endpoint has this path
     * @throws IllegalStateException if the tester is closed
     */
    public TestPeer connectWithoutWaiting() {
        return tester.connect(request());
    }

    /**
     * Sends the handshake on the calling thread, and expects that it is refused.
     *
     * @param status the expected HTTP status; 404 for a path without an endpoint
     * @throws AssertionError if it is accepted, or refused with another status
     * @throws IllegalStateException if the tester is closed
     */
    public RefusedHandshake expectRefused(int status) {
        return tester.refused(request(), status);
    }

    private TestRequest request() {
        Map<String, List<String>> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.forEach((name, lines) -> copy.put(name, List.copyOf(lines)));
        InetSocketAddress local = new InetSocketAddress(InetAddress.getLoopbackAddress(), secure ? 443 : 80);
        return new TestRequest(target, copy, principal, roles, new MemoryTransport.Ends(remote, local, secure));
    }

    private record NamedPrincipal(String name) implements Principal {
        @Override
        public String getName() {
            return name;
        }
    }
}
