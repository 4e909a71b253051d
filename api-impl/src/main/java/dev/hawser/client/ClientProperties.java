package dev.hawser.client;

import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.ProxySelector;
import java.net.URI;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/**
 * Properties that configure a client connection beyond the standard. They are user properties of its {@code
 * ClientEndpointConfig}, or entries of {@link HawserClient#getProperties()}, which hold for all connections of that
 * container, also those of annotated endpoints. The endpoint's own property wins. A value of another type than
 * documented here, or one that cannot be parsed, fails the connect with a {@code DeploymentException} that names the
 * property, before anything is sent.
 *
 * <pre>{@code
 * ClientEndpointConfig config = ClientEndpointConfig.Builder.create().build();
 * config.getUserProperties().put(ClientProperties.PROXY, "http://proxy.example:3128");
 * }</pre>
 *
 * @since 0.1.0
 */
public final class ClientProperties {
    /**
     * The proxy: a {@link URI} or String {@code http://host:port} (a tunnel by CONNECT, for ws and wss) or {@code
     * socks5://host:port} (the proxy looks up names), a {@link ProxySelector}, or the String {@code system} for {@link
     * ProxySelector#getDefault()}. No proxy is used by default, whatever the system properties say.
     */
    public static final String PROXY = "dev.hawser.client.proxy";

    /**
     * User and password for the proxy (Basic, Digest, or SOCKS 5): a {@link PasswordAuthentication}, or a String
     * {@code user:password}.
     */
    public static final String PROXY_CREDENTIALS = "dev.hawser.client.proxyCredentials";

    /**
     * User and password for the server: a {@link PasswordAuthentication}, or a String {@code user:password}. Sent only
     * in answer to a 401 with a Basic or Digest challenge, and only to the scheme, host and port of the URI given to
     * connectToServer.
     */
    public static final String CREDENTIALS = "dev.hawser.client.credentials";

    /**
     * An {@link SSLContext}, used if {@code ClientEndpointConfig.getSSLContext()} gives none. The default is the JVM's.
     */
    public static final String SSL_CONTEXT = "dev.hawser.client.sslContext";

    /**
     * {@link SSLParameters}: protocols, cipher suites, server names. The host name is checked as for HTTPS unless their
     * endpoint identification algorithm says otherwise; the empty string there switches the check off.
     */
    public static final String SSL_PARAMETERS = "dev.hawser.client.sslParameters";

    /**
     * How many redirects to follow: an Integer or its text, 0 by default. A redirect never leads from wss to ws, and
     * carries no {@code Authorization}, {@code Proxy-Authorization} or {@code Cookie} to another scheme, host or port.
     */
    public static final String MAX_REDIRECTS = "dev.hawser.client.maxRedirects";

    /** The local address to connect from: an {@link InetSocketAddress}, with port 0 for any. */
    public static final String LOCAL_ADDRESS = "dev.hawser.client.localAddress";

    private ClientProperties() {}
}
