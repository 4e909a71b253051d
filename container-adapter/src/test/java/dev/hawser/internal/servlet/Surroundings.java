package dev.hawser.internal.servlet;

import io.undertow.security.idm.Account;
import io.undertow.security.idm.Credential;
import io.undertow.security.idm.IdentityManager;
import io.undertow.security.idm.PasswordCredential;
import io.undertow.servlet.api.DeploymentInfo;
import io.undertow.servlet.api.FilterInfo;
import io.undertow.servlet.api.ListenerInfo;
import io.undertow.servlet.api.WebResourceCollection;
import io.undertow.servlet.util.ImmediateInstanceFactory;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.ServletContextListener;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.catalina.Context;
import org.apache.catalina.authenticator.BasicAuthenticator;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.apache.tomcat.util.descriptor.web.LoginConfig;
import org.apache.tomcat.util.descriptor.web.SecurityCollection;
import org.apache.tomcat.util.descriptor.web.SecurityConstraint;
import org.eclipse.jetty.ee11.servlet.FilterHolder;
import org.eclipse.jetty.ee11.servlet.FilterMapping;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.security.ConstraintMapping;
import org.eclipse.jetty.ee11.servlet.security.ConstraintSecurityHandler;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.security.Constraint;
import org.eclipse.jetty.security.HashLoginService;
import org.eclipse.jetty.security.UserStore;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.security.Password;
import org.jspecify.annotations.Nullable;

/**
 * What a web.xml says beside endpoints: security constraints with BASIC authentication, and filters. The users are ada,
 * who is a sailor, and bob, who is a cook; both have the password {@code secret}.
 *
 * @param guarded URL patterns that only sailors may request
 * @param filters filters and where they stand
 * @param listener one that is declared, with a constructor without parameters
 * @param lenient whether the container is told to accept encoded slashes and all the other spellings of paths that it
 *     refuses otherwise
 * @param classLoader the application's, or its parent; null for that of the tests
 */
record Surroundings(
        List<String> guarded,
        List<Mapped> filters,
        @Nullable Class<? extends ServletContextListener> listener,
        boolean lenient,
        @Nullable ClassLoader classLoader) {
    static final Surroundings NONE = new Surroundings(List.of(), List.of(), null, false, null);

    private static final Map<String, String> ROLES = Map.of("ada", "sailor", "bob", "cook");
    private static final String PASSWORD = "secret";

    /**
     * A filter on a URL pattern or, if that is null, on the application's servlet by its name.
     *
     * @param types empty for a mapping that names none, which is REQUEST
     */
    record Mapped(Filter filter, @Nullable String pattern, Set<DispatcherType> types) {}

    static Surroundings guarding(String... patterns) {
        return new Surroundings(List.of(patterns), List.of(), null, false, null);
    }

    Surroundings with(Mapped... mapped) {
        return new Surroundings(guarded, List.of(mapped), listener, lenient, classLoader);
    }

    Surroundings with(Class<? extends ServletContextListener> declared) {
        return new Surroundings(guarded, filters, declared, lenient, classLoader);
    }

    Surroundings madeLenient() {
        return new Surroundings(guarded, filters, listener, true, classLoader);
    }

    /** The application's class loader is this one, or a child of it. */
    Surroundings with(ClassLoader loader) {
        return new Surroundings(guarded, filters, listener, lenient, loader);
    }

    /** The header line by which a user signs in. */
    static String as(String user) {
        byte[] credentials = (user + ":" + PASSWORD).getBytes(StandardCharsets.US_ASCII);
        return "Authorization: Basic " + Base64.getEncoder().encodeToString(credentials);
    }

    void on(ServletContextHandler context, ServerConnector... connectors) throws ReflectiveOperationException {
        if (classLoader != null) {
            context.setClassLoader(classLoader);
        }
        if (listener != null) {
            context.addEventListener(listener.getConstructor().newInstance());
        }
        if (!guarded.isEmpty()) {
            UserStore users = new UserStore();
            ROLES.forEach((user, role) -> users.addUser(user, new Password(PASSWORD), new String[] {role}));
            HashLoginService login = new HashLoginService("test");
            login.setUserStore(users);
            ConstraintSecurityHandler security = new ConstraintSecurityHandler();
            security.setAuthenticator(new org.eclipse.jetty.security.authentication.BasicAuthenticator());
            security.setLoginService(login);
            for (String pattern : guarded) {
                ConstraintMapping mapping = new ConstraintMapping();
                mapping.setPathSpec(pattern);
                mapping.setConstraint(Constraint.from("sailor"));
                security.addConstraintMapping(mapping);
            }
            context.setSecurityHandler(security);
        }
        for (Mapped mapped : filters) {
            FilterHolder holder = new FilterHolder(mapped.filter);
            holder.setName("filter-" + filters.indexOf(mapped));
            FilterMapping mapping = new FilterMapping();
            mapping.setFilterName(holder.getName());
            if (mapped.pattern == null) {
                mapping.setServletName("last");
            } else {
                mapping.setPathSpec(mapped.pattern);
            }
            if (!mapped.types.isEmpty()) {
                mapping.setDispatcherTypes(EnumSet.copyOf(mapped.types));
            }
            context.getServletHandler().addFilter(holder, mapping);
        }
        if (lenient) {
            context.getServletHandler().setDecodeAmbiguousURIs(true);
            for (ServerConnector connector : connectors) {
                connector
                        .getConnectionFactory(HttpConnectionFactory.class)
                        .getHttpConfiguration()
                        .setUriCompliance(UriCompliance.UNSAFE);
            }
        }
    }

    void on(Tomcat tomcat, Context context) {
        if (classLoader != null) {
            context.setParentClassLoader(classLoader);
        }
        if (listener != null) {
            context.addApplicationListener(listener.getName());
        }
        if (!guarded.isEmpty()) {
            ROLES.forEach((user, role) -> {
                tomcat.addUser(user, PASSWORD);
                tomcat.addRole(user, role);
                context.addSecurityRole(role);
            });
            context.setLoginConfig(new LoginConfig("BASIC", "test", null, null));
            context.getPipeline().addValve(new BasicAuthenticator());
            for (String pattern : guarded) {
                SecurityCollection collection = new SecurityCollection("test", "");
                collection.addPattern(pattern.replace("%", "%25")); // as in a web.xml, which Tomcat decodes
                SecurityConstraint constraint = new SecurityConstraint();
                constraint.addCollection(collection);
                constraint.addAuthRole("sailor");
                constraint.setAuthConstraint(true);
                context.addConstraint(constraint);
            }
        }
        for (Mapped mapped : filters) {
            FilterDef definition = new FilterDef();
            definition.setFilterName("filter-" + filters.indexOf(mapped));
            definition.setFilter(mapped.filter);
            definition.setAsyncSupported("true");
            context.addFilterDef(definition);
            FilterMap mapping = new FilterMap();
            mapping.setFilterName(definition.getFilterName());
            if (mapped.pattern == null) {
                mapping.addServletName("last");
            } else {
                mapping.addURLPattern(mapped.pattern.replace("%", "%25"));
            }
            mapped.types.forEach(type -> mapping.setDispatcher(type.name()));
            context.addFilterMap(mapping);
        }
        if (lenient) {
            tomcat.getConnector().setProperty("relaxedPathChars", "\"<>[\\]^`{|}");
            tomcat.getConnector().setEncodedSolidusHandling("decode");
            tomcat.getConnector().setProperty("encodedReverseSolidusHandling", "decode");
            tomcat.getConnector().setProperty("allowBackslash", "true");
        }
    }

    void on(DeploymentInfo deployment) {
        if (classLoader != null) {
            deployment.setClassLoader(classLoader);
        }
        if (listener != null) {
            deployment.addListener(new ListenerInfo(listener));
        }
        if (!guarded.isEmpty()) {
            deployment.setIdentityManager(new Users());
            deployment.setLoginConfig(new io.undertow.servlet.api.LoginConfig("BASIC", "test"));
            deployment.addSecurityRoles(ROLES.values());
            for (String pattern : guarded) {
                deployment.addSecurityConstraint(new io.undertow.servlet.api.SecurityConstraint()
                        .addWebResourceCollection(new WebResourceCollection().addUrlPattern(pattern))
                        .addRoleAllowed("sailor"));
            }
        }
        for (Mapped mapped : filters) {
            String name = "filter-" + filters.indexOf(mapped);
            deployment.addFilter(
                    new FilterInfo(name, mapped.filter.getClass(), new ImmediateInstanceFactory<>(mapped.filter))
                            .setAsyncSupported(true));
            Set<DispatcherType> types = mapped.types.isEmpty() ? Set.of(DispatcherType.REQUEST) : mapped.types;
            for (DispatcherType type : types) {
                if (mapped.pattern == null) {
                    deployment.addFilterServletNameMapping(name, "last", type);
                } else {
                    deployment.addFilterUrlMapping(name, mapped.pattern, type);
                }
            }
        }
    }

    /** Undertow's users. */
    private static final class Users implements IdentityManager {
        @Override
        public @Nullable Account verify(Account account) {
            return account;
        }

        @Override
        public @Nullable Account verify(String id, Credential credential) {
            String role = ROLES.get(id);
            if (role == null
                    || !(credential instanceof PasswordCredential password)
                    || !PASSWORD.equals(new String(password.getPassword()))) {
                return null;
            }
            return new User(id, role);
        }

        @Override
        public @Nullable Account verify(Credential credential) {
            return null;
        }
    }

    private record User(String name, String role) implements Account {
        @Override
        public Principal getPrincipal() {
            return () -> name;
        }

        @Override
        public Set<String> getRoles() {
            return Set.of(role);
        }
    }
}
