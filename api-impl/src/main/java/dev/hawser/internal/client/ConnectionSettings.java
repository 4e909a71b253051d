package dev.hawser.internal.client;

import dev.hawser.client.ClientProperties;
import dev.hawser.internal.session.UserProperties;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.DeploymentException;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.ProxySelector;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * The {@link ClientProperties} of one connect, checked.
 *
 * @param proxy null for none; at most one of proxy and proxySelector is set
 */
record ConnectionSettings(
        @Nullable ProxyServer proxy,
        @Nullable ProxySelector proxySelector,
        @Nullable HttpCredentials proxyCredentials,
        @Nullable HttpCredentials credentials,
        @Nullable SSLContext sslContext,
        @Nullable SSLParameters sslParameters,
        int maxRedirects,
        @Nullable InetSocketAddress localAddress) {

    /** @throws DeploymentException naming the property and what was expected, but not its value */
    static ConnectionSettings of(ClientEndpointConfig config, Map<String, Object> containerProperties)
            throws DeploymentException {
        UserProperties own = new UserProperties(config.getUserProperties());
        Properties properties = new Properties(List.of(
                own,
                ForeignClientProperties.translated(own),
                containerProperties,
                ForeignClientProperties.translated(containerProperties)));
        Object proxy = properties.get(ClientProperties.PROXY);
        ProxySelector selector = proxy instanceof ProxySelector given ? given : null;
        if ("system".equals(proxy)) {
            selector = ProxySelector.getDefault();
        }
        SSLContext context = sslContext(config);
        return new ConnectionSettings(
                proxy == null || proxy instanceof ProxySelector || proxy.equals("system") ? null : proxyServer(proxy),
                selector,
                properties.credentials(ClientProperties.PROXY_CREDENTIALS),
                properties.credentials(ClientProperties.CREDENTIALS),
                context == null ? properties.get(ClientProperties.SSL_CONTEXT, SSLContext.class) : context,
                properties.get(ClientProperties.SSL_PARAMETERS, SSLParameters.class),
                properties.count(ClientProperties.MAX_REDIRECTS),
                properties.get(ClientProperties.LOCAL_ADDRESS, InetSocketAddress.class));
    }

    private static @Nullable SSLContext sslContext(ClientEndpointConfig config) {
        try {
            return config.getSSLContext();
        } catch (AbstractMethodError e) {
            return null; // an application's own class, compiled before API 2.1, does not have this method
        }
    }

    private static ProxyServer proxyServer(Object value) throws DeploymentException {
        String expected =
                ClientProperties.PROXY + " must be http://host:port, socks5://host:port, system or a ProxySelector";
        URI uri;
        try {
            uri = value instanceof URI given ? given : new URI((String) value);
        } catch (URISyntaxException | ClassCastException e) {
            throw new DeploymentException(expected);
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        boolean socks = scheme.equals("socks5");
        if (uri.getHost() == null || uri.getPort() <= 0 || !(socks || scheme.equals("http"))) {
            throw new DeploymentException(expected);
        }
        if (uri.getRawUserInfo() != null) {
            throw new DeploymentException("Credentials do not belong into " + ClientProperties.PROXY
                    + ", which may be logged, but into " + ClientProperties.PROXY_CREDENTIALS);
        }
        return new ProxyServer(HostPort.of(uri.getHost(), uri.getPort()), socks);
    }

    /**
     * The maps of properties in order of precedence: the endpoint's, the endpoint's in the words of other clients, and
     * then the same of the container.
     */
    private record Properties(List<Map<String, Object>> layers) {
        @Nullable Object get(String name) {
            for (Map<String, Object> layer : layers) {
                Object value = layer.get(name);
                if (value != null) {
                    return value;
                }
            }
            return null;
        }

        <T> @Nullable T get(String name, Class<T> type) throws DeploymentException {
            Object value = get(name);
            if (value != null && !type.isInstance(value)) {
                throw new DeploymentException(name + " must be a " + type.getName() + ", not a "
                        + value.getClass().getName());
            }
            return type.cast(value);
        }

        int count(String name) throws DeploymentException {
            Object value = get(name);
            try {
                int count =
                        value == null ? 0 : Integer.parseInt(value.toString().strip());
                if (count >= 0) {
                    return count;
                }
            } catch (NumberFormatException e) {
                // refused below, like a negative number
            }
            throw new DeploymentException(name + " must be a whole number of at least 0");
        }

        @Nullable HttpCredentials credentials(String name) throws DeploymentException {
            Object value = get(name);
            if (value == null) {
                return null;
            }
            if (value instanceof PasswordAuthentication given) {
                return checked(name, given.getUserName(), new String(given.getPassword()));
            }
            int colon = value instanceof String text ? text.indexOf(':') : -1;
            if (colon < 0) {
                throw new DeploymentException(name + " must be a PasswordAuthentication or a String user:password");
            }
            String text = (String) value;
            return checked(name, text.substring(0, colon), text.substring(colon + 1));
        }

        /** RFC 7617 section 2 forbids a colon in the user name, and control characters in both. */
        private static HttpCredentials checked(String name, String user, String password) throws DeploymentException {
            if (user.indexOf(':') >= 0 || (user + password).chars().anyMatch(Character::isISOControl)) {
                throw new DeploymentException(name + " has a colon in the user name, or a control character");
            }
            return new HttpCredentials(user, password);
        }
    }
}
