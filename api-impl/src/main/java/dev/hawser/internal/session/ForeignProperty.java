package dev.hawser.internal.session;

import dev.hawser.Setting;
import dev.hawser.Settings;
import jakarta.websocket.DeploymentException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The user properties and context parameters of other implementations. Hawser applies those for which it has an
 * equivalent; for the others it logs once what to use instead. The table of docs/migrating.md has the same. Hawser's
 * own settings and properties win over them.
 */
public enum ForeignProperty {
    TOMCAT_SSL_CONTEXT("org.apache.tomcat.websocket.SSL_CONTEXT", Use.CLIENT, "dev.hawser.client.sslContext"),
    TOMCAT_SSL_PROTOCOLS(
            "org.apache.tomcat.websocket.SSL_PROTOCOLS",
            Use.CLIENT,
            "the protocols of dev.hawser.client.sslParameters"),
    TOMCAT_SSL_TRUSTSTORE(
            "org.apache.tomcat.websocket.SSL_TRUSTSTORE",
            Use.CLIENT,
            "dev.hawser.client.sslContext, one that trusts what is in this file"),
    TOMCAT_SSL_TRUSTSTORE_PASSWORD(
            "org.apache.tomcat.websocket.SSL_TRUSTSTORE_PWD", Use.CLIENT, "the password of that file, or changeit"),
    TOMCAT_USER(
            "org.apache.tomcat.websocket.WS_AUTHENTICATION_USER_NAME",
            Use.CLIENT,
            "the user of dev.hawser.client.credentials"),
    TOMCAT_PASSWORD("org.apache.tomcat.websocket.WS_AUTHENTICATION_PASSWORD", Use.CLIENT, "their password"),
    TOMCAT_REALM(
            "org.apache.tomcat.websocket.WS_AUTHENTICATION_REALM",
            Use.NONE,
            "no realm: credentials go only to the scheme, host and port that connectToServer is given"),
    TOMCAT_PROXY_USER(
            "org.apache.tomcat.websocket.WS_AUTHENTICATION_PROXY_USER_NAME",
            Use.CLIENT,
            "the user of dev.hawser.client.proxyCredentials"),
    TOMCAT_PROXY_PASSWORD("org.apache.tomcat.websocket.WS_AUTHENTICATION_PROXY_PASSWORD", Use.CLIENT, "their password"),
    TOMCAT_PROXY_REALM(
            "org.apache.tomcat.websocket.WS_AUTHENTICATION_PROXY_REALM",
            Use.NONE,
            "no realm: these credentials go only to the proxy"),
    TOMCAT_MAX_REDIRECTIONS(
            "org.apache.tomcat.websocket.MAX_REDIRECTIONS", Use.CLIENT, "dev.hawser.client.maxRedirects"),
    TOMCAT_IO_TIMEOUT(
            "org.apache.tomcat.websocket.IO_TIMEOUT_MS", Use.SETTING, "connectTimeout, of the connect as a whole") {
        @Override
        void set(Settings.Builder settings, Object value) {
            settings.set(Setting.CONNECT_TIMEOUT, limit(whole(value)));
        }
    },
    TOMCAT_MAX_RESPONSE_HEADER(
            "org.apache.tomcat.websocket.MAX_HTTP_RESPONSE_HEADER_BYTES", Use.SETTING, "maxHandshakeHeader") {
        @Override
        void set(Settings.Builder settings, Object value) {
            settings.set(Setting.MAX_HANDSHAKE_HEADER, Math.toIntExact(whole(value)));
        }
    },
    TOMCAT_BLOCKING_SEND_TIMEOUT(
            "org.apache.tomcat.websocket.BLOCKING_SEND_TIMEOUT",
            Use.SETTING,
            "sendTimeout; also of one session, while it is open") {
        @Override
        void set(Settings.Builder settings, Object value) {
            settings.set(Setting.SEND_TIMEOUT, limit(whole(value)));
        }
    },
    TOMCAT_SESSION_CLOSE_TIMEOUT(
            "org.apache.tomcat.websocket.SESSION_CLOSE_TIMEOUT",
            Use.SETTING,
            "closeTimeout; also of one session, while it is open") {
        @Override
        void set(Settings.Builder settings, Object value) {
            settings.set(Setting.CLOSE_TIMEOUT, limit(whole(value)));
        }
    },
    TOMCAT_ABNORMAL_CLOSE_TIMEOUT(
            "org.apache.tomcat.websocket.ABNORMAL_SESSION_CLOSE_SEND_TIMEOUT",
            Use.NONE,
            "closeTimeout, which bounds every end of a session"),
    TOMCAT_READ_IDLE_TIMEOUT(
            "org.apache.tomcat.websocket.READ_IDLE_TIMEOUT_MS",
            Use.NONE,
            "keepAliveInterval and pongTimeout, which find dead peers, or Session.setMaxIdleTimeout"),
    TOMCAT_WRITE_IDLE_TIMEOUT(
            "org.apache.tomcat.websocket.WRITE_IDLE_TIMEOUT_MS", Use.NONE, "Session.setMaxIdleTimeout"),
    TOMCAT_TEXT_BUFFER_SIZE("org.apache.tomcat.websocket.textBufferSize", Use.CONTEXT, "maxTextMessageSize") {
        @Override
        void set(Settings.Builder settings, Object value) {
            settings.set(Setting.MAX_TEXT_MESSAGE_SIZE, Math.toIntExact(whole(value)));
        }
    },
    TOMCAT_BINARY_BUFFER_SIZE("org.apache.tomcat.websocket.binaryBufferSize", Use.CONTEXT, "maxBinaryMessageSize") {
        @Override
        void set(Settings.Builder settings, Object value) {
            settings.set(Setting.MAX_BINARY_MESSAGE_SIZE, Math.toIntExact(whole(value)));
        }
    },
    TOMCAT_NO_ADD_AFTER_HANDSHAKE(
            "org.apache.tomcat.websocket.noAddAfterHandshake",
            Use.NONE,
            "nothing: since Jakarta WebSocket 2.1 endpoints may be added at any time"),
    TYRUS_HANDSHAKE_TIMEOUT(
            "org.glassfish.tyrus.client.ClientManager.ContainerTimeout", Use.SETTING, "connectTimeout") {
        @Override
        void set(Settings.Builder settings, Object value) {
            settings.set(Setting.CONNECT_TIMEOUT, limit(whole(value)));
        }
    },
    TYRUS_RECONNECT_HANDLER(
            "org.glassfish.tyrus.client.ClientManager.ReconnectHandler",
            Use.NONE,
            "a loop around connectToServer, as hawser-cli --reconnect does it"),
    TYRUS_PROXY("org.glassfish.tyrus.client.proxy", Use.CLIENT, "dev.hawser.client.proxy"),
    TYRUS_PROXY_HEADERS("org.glassfish.tyrus.client.proxy.headers", Use.NONE, "dev.hawser.client.proxyCredentials"),
    TYRUS_SSL_ENGINE_CONFIGURATOR(
            "org.glassfish.tyrus.client.sslEngineConfigurator",
            Use.NONE,
            "ClientEndpointConfig.getSSLContext or dev.hawser.client.sslContext, and dev.hawser.client.sslParameters"),
    TYRUS_CREDENTIALS("org.glassfish.tyrus.client.http.auth.Credentials", Use.NONE, "dev.hawser.client.credentials"),
    TYRUS_AUTH_CONFIG("org.glassfish.tyrus.client.http.auth.AuthConfig", Use.NONE, "dev.hawser.client.credentials"),
    TYRUS_REDIRECT_ENABLED(
            "org.glassfish.tyrus.client.http.redirect",
            Use.CLIENT,
            "dev.hawser.client.maxRedirects, 5 if this is true and there is no threshold"),
    TYRUS_REDIRECT_THRESHOLD(
            "org.glassfish.tyrus.client.http.redirect.threshold",
            Use.CLIENT,
            "dev.hawser.client.maxRedirects, if redirects are enabled"),
    TYRUS_RETRY_AFTER(
            "org.glassfish.tyrus.client.http.retryAfter",
            Use.NONE,
            "Retry-After of HandshakeFailedException.headers, as hawser-cli --reconnect does it"),
    TYRUS_SOCKET_BINDING("org.glassfish.tyrus.client.socketBinding", Use.CLIENT, "dev.hawser.client.localAddress"),
    TYRUS_INCOMING_BUFFER_SIZE(
            "org.glassfish.tyrus.incomingBufferSize", Use.NONE, "maxTextMessageSize and maxBinaryMessageSize"),
    TYRUS_SERVER_BUFFER_SIZE(
            "org.glassfish.tyrus.servlet.incoming-buffer-size",
            Use.NONE,
            "maxTextMessageSize and maxBinaryMessageSize"),
    TYRUS_SHARED_CONTAINER(
            "org.glassfish.tyrus.client.sharedContainer",
            Use.NONE,
            "nothing: all client connections of an application share their threads"),
    TYRUS_SHARED_CONTAINER_IDLE_TIMEOUT(
            "org.glassfish.tyrus.client.sharedContainerIdleTimeout",
            Use.NONE,
            "nothing: the shared threads end 2 s after the last connection"),
    TYRUS_WORKER_THREADS(
            "org.glassfish.tyrus.client.workerThreadPoolConfig", Use.NONE, "maxWorkers and maxBlockingThreads"),
    TYRUS_MASKING_KEYS(
            "org.glassfish.tyrus.client.maskingKeyGenerator",
            Use.NONE,
            "nothing: masking keys must not be predictable (RFC 6455 10.3)"),
    TYRUS_LOG_UPGRADE(
            "org.glassfish.tyrus.client.http.logUpgrade",
            Use.NONE,
            "the configurator's beforeRequest and afterResponse"),
    TYRUS_MAX_SESSIONS(
            "org.glassfish.tyrus.maxSessionsPerApp",
            Use.NONE,
            "a filter or HandshakeRejectedException, with HawserContainer to count sessions"),
    TYRUS_MAX_SESSIONS_OF_ADDRESS(
            "org.glassfish.tyrus.maxSessionsPerRemoteAddr",
            Use.NONE,
            "a filter or HandshakeRejectedException, or the limits of the proxy"),
    TYRUS_BROADCAST(
            "org.glassfish.tyrus.server.parallelBroadcastEnabled",
            Use.NONE,
            "nothing: loop over getOpenSessions with getAsyncRemote, which waits for nobody"),
    TYRUS_EVENT_LISTENER(
            "org.glassfish.tyrus.core.monitoring.ApplicationEventListener", Use.NONE, "HawserContainer.addObserver"),
    TYRUS_CLUSTER("org.glassfish.tyrus.core.cluster.ClusterContext", Use.NONE, "topics with a backplane"),
    TYRUS_TRACING("org.glassfish.tyrus.server.tracingType", Use.NONE, "nothing: handshakes are not traced"),
    TYRUS_TRACING_THRESHOLD(
            "org.glassfish.tyrus.server.tracingThreshold", Use.NONE, "nothing: handshakes are not traced"),
    TYRUS_WSADL("org.glassfish.tyrus.server.wsadl", Use.NONE, "nothing: endpoints are not described"),
    TYRUS_VIRTUAL_THREADS("org.glassfish.tyrus.executorServiceUseVirtualThreads", Use.NONE, "dispatch=virtual-threads"),
    UNDERTOW_CONNECT_TIMEOUT("io.undertow.websocket.CONNECT_TIMEOUT", Use.SETTING, "connectTimeout; in seconds") {
        @Override
        void set(Settings.Builder settings, Object value) {
            settings.set(Setting.CONNECT_TIMEOUT, limit(Math.multiplyExact(whole(value), 1000L)));
        }
    },
    UNDERTOW_SSL_CONTEXT("io.undertow.websocket.SSL_CONTEXT", Use.CLIENT, "dev.hawser.client.sslContext");

    /** How Hawser uses a property. */
    private enum Use {
        /** As a setting of an endpoint, or of a client's container. */
        SETTING,
        /** As a setting of an application, from a context parameter. */
        CONTEXT,
        /** As a property of a client connection. */
        CLIENT,
        /** Not at all. */
        NONE
    }

    private static final System.Logger LOG = System.getLogger("dev.hawser.deployment");

    private static final Map<String, ForeignProperty> BY_NAME =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(ForeignProperty::key, Function.identity()));

    /** The properties that were logged. */
    private static final Set<ForeignProperty> TOLD = ConcurrentHashMap.newKeySet();

    /** The longest duration of a setting, for "no timeout", since a limit cannot be switched off. */
    private static final Duration LONGEST = Duration.ofDays(20_000);

    private final String key;
    private final Use use;
    private final String instead;

    ForeignProperty(String key, Use use, String instead) {
        this.key = key;
        this.use = use;
        this.instead = instead;
    }

    /** The name of the property. */
    public String key() {
        return key;
    }

    /** Whether Hawser applies it. */
    public boolean isUnderstood() {
        return use != Use.NONE;
    }

    /** What it sets, or what to use instead. */
    public String instead() {
        return instead;
    }

    /** Sets the equivalent setting. */
    void set(Settings.Builder settings, Object value) {
        throw new IllegalStateException(key + " is not a setting of Hawser");
    }

    /**
     * The settings for the user properties of an endpoint or of a client's container; logs those without an equivalent.
     *
     * @throws DeploymentException naming the property and what was expected, but not its value
     */
    public static Settings settings(Map<String, ?> userProperties) throws DeploymentException {
        Settings.Builder settings = Settings.builder();
        try {
            userProperties.forEach((name, value) -> {
                ForeignProperty property = name == null ? null : BY_NAME.get(name);
                if (property != null && value != null) {
                    property.read(settings, value, Use.SETTING);
                }
            });
        } catch (IllegalArgumentException e) {
            throw new DeploymentException(e.getMessage(), e);
        }
        return settings.build();
    }

    /**
     * The settings for an application's context parameters.
     *
     * @param lookup gives the value or null, like {@code ServletContext::getInitParameter}
     * @throws IllegalArgumentException naming the parameter and what was expected
     */
    public static Settings ofContext(Function<String, @Nullable String> lookup) {
        Settings.Builder settings = Settings.builder();
        for (ForeignProperty property : values()) {
            String value = lookup.apply(property.key);
            if (value != null) {
                property.read(settings, value, Use.CONTEXT);
            }
        }
        return settings.build();
    }

    /**
     * The settings for a user property that is set on an open session, or null if it is not foreign. A value that
     * cannot be parsed is logged and ignored.
     */
    static @Nullable Settings ofSession(String name, Object value) {
        ForeignProperty property = BY_NAME.get(name);
        if (property == null) {
            return null;
        }
        Settings.Builder settings = Settings.builder();
        try {
            property.read(settings, value, Use.SETTING);
        } catch (IllegalArgumentException e) {
            property.tell(property.notRead());
        }
        return settings.build();
    }

    private void read(Settings.Builder settings, Object value, Use wanted) {
        if (use == wanted) {
            try {
                set(settings, value);
            } catch (IllegalArgumentException | ArithmeticException e) {
                throw new IllegalArgumentException(notRead(), e);
            }
        } else if (use == Use.NONE) {
            tell("The property " + key + " of another WebSocket implementation says nothing to Hawser. In its place: "
                    + instead + " (docs/migrating.md)");
        }
    }

    private String notRead() {
        return key + " is not valid: expected a whole number within the limits of its setting, " + instead;
    }

    private void tell(String sentence) {
        if (TOLD.add(this)) {
            LOG.log(System.Logger.Level.WARNING, sentence);
        }
    }

    private static long whole(Object value) {
        return value instanceof Number number
                ? number.longValue()
                : Long.parseLong(value.toString().strip());
    }

    /** In other implementations zero or less is no timeout. */
    private static Duration limit(long millis) {
        return millis <= 0 || millis > LONGEST.toMillis() ? LONGEST : Duration.ofMillis(millis);
    }
}
