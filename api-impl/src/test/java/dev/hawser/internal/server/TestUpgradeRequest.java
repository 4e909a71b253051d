package dev.hawser.internal.server;

import dev.hawser.internal.protocol.handshake.RequestLines;
import dev.hawser.logs.SecretsInLogs;
import java.security.Principal;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request as a container would show it, of an application at {@code /ctx}, recycled when told so. */
final class TestUpgradeRequest implements UpgradeRequest {
    private final RequestLines lines;
    private final String path;
    private final @Nullable String query;
    private boolean secure;
    private boolean recycled;
    private @Nullable String remoteAddress = "192.0.2.7";

    TestUpgradeRequest(RequestLines lines, String path, @Nullable String query) {
        this.lines = lines;
        this.path = path;
        this.query = query;
    }

    /** The handshake of RFC 6455 1.3 for a path, with further lines. */
    static TestUpgradeRequest of(String target, String... more) {
        int question = target.indexOf('?');
        String path = question < 0 ? target : target.substring(0, question);
        return new TestUpgradeRequest(
                RequestLines.example(SecretsInLogs.withFields(more)),
                path,
                question < 0 ? null : target.substring(question + 1));
    }

    TestUpgradeRequest secure() {
        secure = true;
        return this;
    }

    TestUpgradeRequest from(@Nullable String address) {
        remoteAddress = address;
        return this;
    }

    void recycle() {
        recycled = true;
    }

    private <T> T live(T value) {
        if (recycled) {
            throw new IllegalStateException("The container has recycled this request");
        }
        return value;
    }

    @Override
    public String method() {
        return live(lines.method());
    }

    @Override
    public String httpVersion() {
        return live(lines.httpVersion());
    }

    @Override
    public @Nullable String tunnelProtocol() {
        return lines.tunnelProtocol();
    }

    @Override
    public List<String> header(String name) {
        return live(lines.header(name));
    }

    @Override
    public String path() {
        return live(path);
    }

    @Override
    public String requestPath() {
        return live("/ctx" + path);
    }

    @Override
    public @Nullable String queryString() {
        return query;
    }

    @Override
    public String authority() {
        return live(lines.header("Host").get(0));
    }

    @Override
    public boolean isSecure() {
        return live(secure);
    }

    @Override
    public Map<String, List<String>> headers() {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        for (String name : lines.names()) {
            headers.put(name, new ArrayList<>(lines.header(name)));
        }
        return live(headers);
    }

    @Override
    public @Nullable Principal principal() {
        return live(() -> "alice");
    }

    @Override
    public boolean isUserInRole(String role) {
        return live(role.equals("admin"));
    }

    @Override
    public @Nullable Object httpSession() {
        return live("http session");
    }

    @Override
    public @Nullable String httpSessionId() {
        return live("id-1");
    }

    @Override
    public X509Certificate @Nullable [] certificateChain() {
        return live(new X509Certificate[0]);
    }

    @Override
    public @Nullable String localAddress() {
        return live("192.0.2.1");
    }

    @Override
    public @Nullable String localHostName() {
        return live("server.example.com");
    }

    @Override
    public int localPort() {
        return live(8080);
    }

    @Override
    public @Nullable String remoteAddress() {
        return live(remoteAddress);
    }

    @Override
    public @Nullable String remoteHostName() {
        return live("client.example.com");
    }

    @Override
    public int remotePort() {
        return live(50000);
    }

    @Override
    public Locale preferredLocale() {
        return live(Locale.CANADA_FRENCH);
    }
}
