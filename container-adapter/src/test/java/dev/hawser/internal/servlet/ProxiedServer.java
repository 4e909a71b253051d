package dev.hawser.internal.servlet;

import dev.hawser.servlet.HawserInitializer;
import io.undertow.Handlers;
import io.undertow.Undertow;
import io.undertow.server.HttpHandler;
import io.undertow.servlet.Servlets;
import io.undertow.servlet.api.DeploymentInfo;
import io.undertow.servlet.api.DeploymentManager;
import io.undertow.servlet.api.FilterInfo;
import io.undertow.servlet.api.ServletContainerInitializerInfo;
import io.undertow.servlet.util.ImmediateInstanceFactory;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.servlets.DefaultServlet;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.valves.RemoteIpValve;
import org.apache.catalina.webresources.TomcatURLStreamHandlerFactory;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.eclipse.jetty.ee11.servlet.FilterHolder;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.server.ForwardedRequestCustomizer;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** Servers that trust the proxy before them, each told so as docs/proxies.md says, between two marks. */
interface ProxiedServer extends AutoCloseable {
    int port();

    /** The servers, and how a test starts one. */
    enum Kind {
        JETTY {
            @Override
            ProxiedServer start(Map<String, String> parameters, Filter filter, Class<?>... endpoints) throws Exception {
                return jetty(parameters, filter, endpoints);
            }
        },
        TOMCAT {
            @Override
            ProxiedServer start(Map<String, String> parameters, Filter filter, Class<?>... endpoints) throws Exception {
                return tomcat(parameters, filter, endpoints);
            }
        },
        UNDERTOW {
            @Override
            ProxiedServer start(Map<String, String> parameters, Filter filter, Class<?>... endpoints) throws Exception {
                return undertow(parameters, filter, endpoints);
            }
        };

        /**
         * Starts one with an application at the root.
         *
         * @param parameters the context's
         */
        abstract ProxiedServer start(Map<String, String> parameters, Filter filter, Class<?>... endpoints)
                throws Exception;
    }

    private static ProxiedServer jetty(Map<String, String> parameters, Filter filter, Class<?>... endpoints)
            throws Exception {
        Server server = new Server();
        // begin jetty
        HttpConfiguration http = new HttpConfiguration();
        http.addCustomizer(new ForwardedRequestCustomizer());
        ServerConnector connector = new ServerConnector(server, new HttpConnectionFactory(http));
        // end jetty
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler("/");
        context.addServletContainerInitializer(new HawserInitializer(), endpoints);
        parameters.forEach(context::setInitParameter);
        FilterHolder user = new FilterHolder(filter);
        user.setAsyncSupported(true);
        context.addFilter(user, "/*", EnumSet.of(DispatcherType.REQUEST));
        server.setHandler(context);
        server.start();
        return of(connector.getLocalPort(), server::stop);
    }

    private static ProxiedServer tomcat(Map<String, String> parameters, Filter filter, Class<?>... endpoints)
            throws Exception {
        TomcatURLStreamHandlerFactory.disable();
        Path folder = Files.createTempDirectory("hawser-tomcat");
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(folder.toString());
        Connector connector = new Connector();
        connector.setPort(0);
        connector.setProperty("address", "127.0.0.1");
        tomcat.setConnector(connector);
        StandardContext context = (StandardContext) tomcat.addContext("", folder.toString());
        context.setClearReferencesThreadLocals(false); // which warn of what the build's JVM does not open to them
        context.setClearReferencesRmiTargets(false);
        context.addServletContainerInitializer(new HawserInitializer(), Set.of(endpoints));
        // begin tomcat
        context.getPipeline().addValve(new RemoteIpValve());
        // end tomcat
        parameters.forEach(context::addParameter);
        FilterDef definition = new FilterDef();
        definition.setFilterName("user");
        definition.setFilter(filter);
        definition.setAsyncSupported("true");
        context.addFilterDef(definition);
        FilterMap mapping = new FilterMap();
        mapping.setFilterName("user");
        mapping.addURLPattern("/*");
        context.addFilterMap(mapping);
        Tomcat.addServlet(context, "default", new DefaultServlet()).addMapping("/");
        tomcat.start();
        return of(connector.getLocalPort(), () -> {
            tomcat.stop();
            tomcat.destroy();
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(java.io.File::delete);
            }
        });
    }

    private static ProxiedServer undertow(Map<String, String> parameters, Filter filter, Class<?>... endpoints)
            throws Exception {
        DeploymentInfo deployment = Servlets.deployment()
                .setClassLoader(ProxiedServer.class.getClassLoader())
                .setContextPath("/")
                .setDeploymentName("proxied")
                .addFilter(new FilterInfo("user", filter.getClass(), new ImmediateInstanceFactory<>(filter))
                        .setAsyncSupported(true))
                .addFilterUrlMapping("user", "/*", DispatcherType.REQUEST)
                .addServletContainerInitializer(
                        new ServletContainerInitializerInfo(HawserInitializer.class, Set.of(endpoints)));
        parameters.forEach(deployment::addInitParameter);
        DeploymentManager manager = Servlets.defaultContainer().addDeployment(deployment);
        manager.deploy();
        // begin undertow
        HttpHandler handler = Handlers.proxyPeerAddress(manager.start());
        // end undertow
        Undertow undertow = Undertow.builder()
                .addHttpListener(0, "127.0.0.1")
                .setHandler(handler)
                .build();
        undertow.start();
        InetSocketAddress address =
                (InetSocketAddress) undertow.getListenerInfo().get(0).getAddress();
        return of(address.getPort(), () -> {
            manager.stop();
            manager.undeploy();
            undertow.stop();
        });
    }

    private static ProxiedServer of(int port, AutoCloseable server) {
        return new ProxiedServer() {
            @Override
            public int port() {
                return port;
            }

            @Override
            public void close() throws Exception {
                server.close();
            }
        };
    }
}
