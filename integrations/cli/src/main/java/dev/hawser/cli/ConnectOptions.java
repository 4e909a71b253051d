package dev.hawser.cli;

import dev.hawser.Setting;
import dev.hawser.Settings;
import dev.hawser.client.ClientProperties;
import dev.hawser.client.HawserClient;
import jakarta.websocket.ClientEndpointConfig;
import java.net.PasswordAuthentication;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How to connect. */
final class ConnectOptions {
    private static final String USER_PASSWORD = "HAWSER_PASSWORD";
    private static final String PROXY_PASSWORD = "HAWSER_PROXY_PASSWORD";
    private static final int MIB = 1 << 20;

    @Option(
            names = {"-H", "--header"},
            paramLabel = "\"NAME: VALUE\"",
            description = "Send this field with the handshake. May be repeated.")
    List<String> headers = new ArrayList<>();

    @Option(
            names = {"-s", "--subprotocol"},
            paramLabel = "NAME",
            description = "Offer this subprotocol. May be repeated, the best one first.")
    List<String> subprotocols = new ArrayList<>();

    @Option(
            names = {"-o", "--origin"},
            paramLabel = "ORIGIN",
            description = "Send this origin, as a browser does.")
    @Nullable String origin;

    @Option(
            names = {"-u", "--user"},
            paramLabel = "NAME",
            description = "Log in, if the server asks (Basic or Digest). The password is taken from the environment, "
                    + USER_PASSWORD + ", or asked for.")
    @Nullable String user;

    @Option(
            names = {"-x", "--proxy"},
            paramLabel = "URI",
            description = "Go through a proxy: http://HOST:PORT or socks5://HOST:PORT.")
    @Nullable String proxy;

    @Option(
            names = "--proxy-user",
            paramLabel = "NAME",
            description = "Log in at the proxy. The password: " + PROXY_PASSWORD + ", or asked for.")
    @Nullable String proxyUser;

    @Option(
            names = {"-L", "--redirects"},
            paramLabel = "N",
            defaultValue = "0",
            description = "Follow so many redirects (default: none).")
    int redirects;

    @Option(names = "--deflate", description = "Offer permessage-deflate, and compress every message.")
    boolean deflate;

    @Option(
            names = "--ping-interval",
            paramLabel = "SECONDS",
            defaultValue = "25",
            description = "How often to ask a silent server whether it is there; 0 is never (default: 25).")
    int pingInterval;

    @Option(
            names = "--connect-timeout",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "How long connecting may take in all (default: 10).")
    int connectTimeout;

    @Option(
            names = "--max-message",
            paramLabel = "MIB",
            defaultValue = "64",
            description = "The largest message to receive, in MiB (default: 64).")
    int maxMessage;

    @Mixin
    TlsOptions tls = new TlsOptions();

    /** The address to connect to, as ws or wss. */
    static URI address(String text) throws UsageException {
        URI uri;
        try {
            uri = new URI(text.replaceFirst("(?i)^http(s?)://", "ws$1://"));
        } catch (URISyntaxException e) {
            throw new UsageException("the address is not a URI: " + e.getReason());
        }
        if (uri.getScheme() == null || !uri.getScheme().matches("(?i)wss?") || uri.getHost() == null) {
            throw new UsageException("the address must begin with ws:// or wss:// and name a host");
        }
        return uri;
    }

    /** An address without what is nobody's business: its query may have a token. */
    static String shown(URI uri) {
        return uri.getScheme() + "://" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort())
                + (uri.getRawPath() == null ? "" : uri.getRawPath());
    }

    HawserClient client() throws UsageException {
        Settings.Builder settings = Settings.builder();
        try {
            settings.set(Setting.CONNECT_TIMEOUT, Duration.ofSeconds(connectTimeout))
                    .set(Setting.KEEP_ALIVE_INTERVAL, Duration.ofSeconds(pingInterval))
                    .set(Setting.MAX_TEXT_MESSAGE_SIZE, Math.multiplyExact(maxMessage, MIB))
                    .set(Setting.MAX_BINARY_MESSAGE_SIZE, Math.multiplyExact(maxMessage, MIB))
                    .set(Setting.COMPRESSION, deflate)
                    .set(Setting.COMPRESSION_MIN_SIZE, 1);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new UsageException("a number is out of range: " + e.getMessage());
        }
        HawserClient client = HawserClient.create();
        client.setSettings(settings.build());
        Map<String, Object> properties = client.getProperties();
        properties.put(ClientProperties.MAX_REDIRECTS, redirects);
        if (user != null) {
            properties.put(
                    ClientProperties.CREDENTIALS,
                    new PasswordAuthentication(user, Secrets.ask(USER_PASSWORD, "Password of " + user)));
        }
        if (proxy != null) {
            properties.put(ClientProperties.PROXY, proxy);
        }
        if (proxyUser != null) {
            properties.put(
                    ClientProperties.PROXY_CREDENTIALS,
                    new PasswordAuthentication(
                            proxyUser, Secrets.ask(PROXY_PASSWORD, "Password of " + proxyUser + " at the proxy")));
        }
        if (tls.insecure) {
            SSLParameters unchecked = new SSLParameters();
            unchecked.setEndpointIdentificationAlgorithm("");
            properties.put(ClientProperties.SSL_PARAMETERS, unchecked);
        }
        return client;
    }

    /** What the handshake asks for. */
    ClientEndpointConfig config() throws UsageException {
        Map<String, List<String>> fields = fields();
        ClientEndpointConfig.Builder config = ClientEndpointConfig.Builder.create()
                .preferredSubprotocols(subprotocols)
                .configurator(new ClientEndpointConfig.Configurator() {
                    @Override
                    public void beforeRequest(Map<String, List<String>> request) {
                        request.putAll(fields);
                    }
                });
        SSLContext context = tls.context();
        if (context != null) {
            config.sslContext(context);
        }
        return config.build();
    }

    private Map<String, List<String>> fields() throws UsageException {
        Map<String, List<String>> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (int i = 0; i < headers.size(); i++) {
            String header = headers.get(i);
            int colon = header.indexOf(':');
            if (colon < 1) {
                throw new UsageException("header " + (i + 1) + " is not of the form \"Name: value\"");
            }
            fields.computeIfAbsent(header.substring(0, colon).strip(), name -> new ArrayList<>())
                    .add(header.substring(colon + 1).strip());
        }
        if (origin != null) {
            fields.put("Origin", List.of(origin));
        }
        return fields;
    }
}
