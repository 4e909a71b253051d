package dev.hawser.internal.client;

import dev.hawser.client.ClientProperties;
import dev.hawser.internal.session.ForeignProperty;
import jakarta.websocket.DeploymentException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Translates the properties of other clients (Tomcat, Tyrus, Undertow) in one map into {@link ClientProperties}. */
final class ForeignClientProperties {
    /** How many redirects Tyrus follows if only {@code REDIRECT_ENABLED} is set. */
    private static final int TYRUS_REDIRECTS = 5;

    private static final String TRUSTSTORE_PASSWORD = "changeit";

    private final Map<String, Object> given;
    private final Map<String, Object> own = new HashMap<>();

    private ForeignClientProperties(Map<String, Object> given) {
        this.given = given;
    }

    /** @throws DeploymentException naming the property and what was expected, but not its value */
    static Map<String, Object> translated(Map<String, Object> given) throws DeploymentException {
        ForeignClientProperties properties = new ForeignClientProperties(given);
        properties.tls();
        properties.credentials();
        properties.redirects();
        properties.route();
        return properties.own;
    }

    private void tls() throws DeploymentException {
        SSLContext context = get(ForeignProperty.TOMCAT_SSL_CONTEXT, SSLContext.class);
        if (context == null) {
            context = get(ForeignProperty.UNDERTOW_SSL_CONTEXT, SSLContext.class);
        }
        String file = get(ForeignProperty.TOMCAT_SSL_TRUSTSTORE, String.class);
        if (context == null && file != null) {
            String password = get(ForeignProperty.TOMCAT_SSL_TRUSTSTORE_PASSWORD, String.class);
            context = trusting(file, password == null ? TRUSTSTORE_PASSWORD : password);
        }
        put(ClientProperties.SSL_CONTEXT, context);
        String protocols = get(ForeignProperty.TOMCAT_SSL_PROTOCOLS, String.class);
        if (protocols != null) {
            put(
                    ClientProperties.SSL_PARAMETERS,
                    new SSLParameters(null, protocols.strip().split("\\s*,\\s*")));
        }
    }

    private static SSLContext trusting(String file, String password) throws DeploymentException {
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            KeyStore anchors = KeyStore.getInstance(KeyStore.getDefaultType()); // reads JKS, too
            anchors.load(in, password.toCharArray());
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(anchors);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException | InvalidPathException e) {
            throw new DeploymentException(
                    ForeignProperty.TOMCAT_SSL_TRUSTSTORE.key()
                            + " must name a key store that can be read with the password of "
                            + ForeignProperty.TOMCAT_SSL_TRUSTSTORE_PASSWORD.key(),
                    e);
        }
    }

    private void credentials() throws DeploymentException {
        put(ClientProperties.CREDENTIALS, credentials(ForeignProperty.TOMCAT_USER, ForeignProperty.TOMCAT_PASSWORD));
        put(
                ClientProperties.PROXY_CREDENTIALS,
                credentials(ForeignProperty.TOMCAT_PROXY_USER, ForeignProperty.TOMCAT_PROXY_PASSWORD));
    }

    private @Nullable PasswordAuthentication credentials(ForeignProperty user, ForeignProperty password)
            throws DeploymentException {
        String name = get(user, String.class);
        String secret = get(password, String.class);
        return name == null ? null : new PasswordAuthentication(name, (secret == null ? "" : secret).toCharArray());
    }

    private void redirects() throws DeploymentException {
        Integer most = count(ForeignProperty.TOMCAT_MAX_REDIRECTIONS);
        Integer threshold = count(ForeignProperty.TYRUS_REDIRECT_THRESHOLD);
        Object enabled = given.get(ForeignProperty.TYRUS_REDIRECT_ENABLED.key());
        if (most == null && enabled != null && Boolean.parseBoolean(enabled.toString())) {
            most = threshold == null ? TYRUS_REDIRECTS : threshold;
        }
        put(ClientProperties.MAX_REDIRECTS, most);
    }

    private void route() throws DeploymentException {
        Object proxy = given.get(ForeignProperty.TYRUS_PROXY.key());
        if (proxy != null && !(proxy instanceof URI || proxy instanceof String)) {
            throw notA(ForeignProperty.TYRUS_PROXY, String.class);
        }
        put(ClientProperties.PROXY, proxy);
        Object local = given.get(ForeignProperty.TYRUS_SOCKET_BINDING.key());
        if (local instanceof InetAddress address) {
            put(ClientProperties.LOCAL_ADDRESS, new InetSocketAddress(address, 0));
        } else {
            put(ClientProperties.LOCAL_ADDRESS, get(ForeignProperty.TYRUS_SOCKET_BINDING, InetSocketAddress.class));
        }
    }

    private void put(String name, @Nullable Object value) {
        if (value != null) {
            own.put(name, value);
        }
    }

    private <T> @Nullable T get(ForeignProperty property, Class<T> type) throws DeploymentException {
        Object value = given.get(property.key());
        if (value != null && !type.isInstance(value)) {
            throw notA(property, type);
        }
        return type.cast(value);
    }

    private @Nullable Integer count(ForeignProperty property) throws DeploymentException {
        Object value = given.get(property.key());
        try {
            int count = value == null ? 0 : Integer.parseInt(value.toString().strip());
            if (count >= 0) {
                return value == null ? null : (Integer) count;
            }
        } catch (NumberFormatException e) {
            // refused below, like a negative number
        }
        throw new DeploymentException(property.key() + " must be a whole number of at least 0");
    }

    private static DeploymentException notA(ForeignProperty property, Class<?> type) {
        return new DeploymentException(property.key() + " must be a " + type.getName());
    }
}
