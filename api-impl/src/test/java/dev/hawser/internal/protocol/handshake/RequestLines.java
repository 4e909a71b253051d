package dev.hawser.internal.protocol.handshake;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The head of a request, written as it stands on the wire: a request line and field lines. */
public final class RequestLines implements RequestHead {
    private final String method;
    private final String version;
    private @Nullable String tunnelProtocol;
    private final List<String> lines = new ArrayList<>();

    private RequestLines(String method, String version) {
        this.method = method;
        this.version = version;
    }

    public static RequestLines of(String method, String version, String... lines) {
        RequestLines head = new RequestLines(method, version);
        head.lines.addAll(List.of(lines));
        return head;
    }

    /** The opening handshake of RFC 6455 1.3, with further lines. */
    public static RequestLines example(String... more) {
        return of(
                        "GET",
                        "HTTP/1.1",
                        "Host: server.example.com",
                        "Upgrade: websocket",
                        "Connection: Upgrade",
                        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                        "Sec-WebSocket-Version: 13")
                .with(more);
    }

    /** The extended CONNECT of RFC 8441 5.1, with further lines. */
    public static RequestLines tunnel(String protocol, String... more) {
        RequestLines head =
                of("CONNECT", "HTTP/2.0", "Sec-WebSocket-Version: 13").with(more);
        head.tunnelProtocol = protocol;
        return head;
    }

    public RequestLines with(String... more) {
        lines.addAll(List.of(more));
        return this;
    }

    public RequestLines without(String name) {
        lines.removeIf(line -> name(line).equalsIgnoreCase(name));
        return this;
    }

    public List<String> names() {
        return lines.stream().map(RequestLines::name).toList();
    }

    @Override
    public String method() {
        return method;
    }

    @Override
    public String httpVersion() {
        return version;
    }

    @Override
    public @Nullable String tunnelProtocol() {
        return tunnelProtocol;
    }

    @Override
    public List<String> header(String name) {
        return lines.stream()
                .filter(line -> name(line).equalsIgnoreCase(name))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .toList();
    }

    private static String name(String line) {
        return line.substring(0, line.indexOf(':'));
    }
}
