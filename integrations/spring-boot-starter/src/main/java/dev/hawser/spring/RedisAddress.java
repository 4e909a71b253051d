package dev.hawser.spring;

import dev.hawser.backplane.Backplane;
import dev.hawser.redis.RedisBackplane;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SslOptions;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.core.env.Environment;

/**
 * Where Redis is: what Spring Boot's connection details say, or {@code spring.data.redis.*} in an application without
 * Spring Data Redis. Time-outs and pools are not taken over.
 */
final class RedisAddress {
    private static final String PREFIX = "spring.data.redis.";
    private static final String HOW = "Set spring.data.redis.host or spring.data.redis.url to one server, or ";

    private final RedisURI uri;
    private final @Nullable SslBundle bundle;

    private RedisAddress(RedisURI uri, @Nullable SslBundle bundle) {
        this.uri = uri;
        this.bundle = bundle;
    }

    /** @param bundle for a connection with TLS. A URL that begins with {@code rediss:} needs none */
    static RedisAddress of(
            String host,
            int port,
            int database,
            @Nullable String username,
            @Nullable String password,
            @Nullable SslBundle bundle,
            Environment environment) {
        boolean urlWithTls = environment.getProperty(PREFIX + "url", "").startsWith("rediss:");
        RedisURI.Builder uri = RedisURI.Builder.redis(host, port < 0 ? RedisURI.DEFAULT_REDIS_PORT : port)
                .withDatabase(database)
                .withSsl(bundle != null || urlWithTls);
        if (password != null && username != null) {
            uri.withAuthentication(username, (CharSequence) password);
        } else if (password != null) {
            uri.withPassword((CharSequence) password);
        }
        return new RedisAddress(uri.build(), bundle);
    }

    /** For an application without Spring Data Redis. */
    static RedisAddress ofProperties(Environment environment, @Nullable SslBundles bundles) {
        Binder binder = Binder.get(environment);
        if (Stream.of("sentinel.nodes", "cluster.nodes", "masterreplica.nodes")
                .anyMatch(each -> binder.bind(PREFIX + each, Bindable.listOf(String.class))
                        .isBound())) {
            throw notOneServer();
        }
        String name = text(binder, "ssl.bundle");
        boolean tls = binder.bind(PREFIX + "ssl.enabled", Boolean.class).orElse(name != null);
        SslBundle named = name == null || bundles == null ? SslBundle.systemDefault() : bundles.getBundle(name);
        String url = text(binder, "url");
        if (url == null) {
            int port = binder.bind(PREFIX + "port", Integer.class).orElse(RedisURI.DEFAULT_REDIS_PORT);
            int database = binder.bind(PREFIX + "database", Integer.class).orElse(0);
            String host = binder.bind(PREFIX + "host", String.class).orElse("localhost");
            String username = text(binder, "username");
            return of(host, port, database, username, text(binder, "password"), tls ? named : null, environment);
        }
        try {
            RedisURI uri = RedisURI.create(url);
            uri.setSsl(uri.isSsl() || tls);
            return new RedisAddress(uri, tls ? named : null);
        } catch (IllegalArgumentException e) { // which repeats the URL, and so the password
            throw new HawserStartException(
                    PREFIX + "url is not valid.", "Correct its value, such as redis://redis.internal:6379.", null);
        }
    }

    private static @Nullable String text(Binder binder, String name) {
        return binder.bind(PREFIX + name, String.class).orElse(null);
    }

    /** What is thrown where Spring Boot connects to several servers. */
    static HawserStartException notOneServer() {
        return new HawserStartException(
                "Topics need one Redis server, but spring.data.redis.* names a cluster, a sentinel or replicas.",
                HOW + "set " + TopicProperties.REDIS_ENABLED + "=false and declare a bean of type RedisBackplane.",
                null);
    }

    /** The backplane over this server, which connects when the topics start. */
    Backplane backplane(String prefix) {
        if (bundle == null) {
            return new RedisBackplane(uri, prefix);
        }
        SslOptions.Builder tls = SslOptions.builder()
                .keyManager(bundle.getManagers().getKeyManagerFactory())
                .trustManager(bundle.getManagers().getTrustManagerFactory());
        if (bundle.getOptions().getCiphers() != null) {
            tls.cipherSuites(bundle.getOptions().getCiphers());
        }
        if (bundle.getOptions().getEnabledProtocols() != null) {
            tls.protocols(bundle.getOptions().getEnabledProtocols());
        }
        return new RedisBackplane(uri, prefix, tls.build());
    }
}
