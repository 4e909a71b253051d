package dev.hawser.internal.servlet;

import dev.hawser.internal.jetty.TestCertificate;
import dev.hawser.servlet.HawserInitializer;
import io.undertow.Handlers;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.servlet.Servlets;
import io.undertow.servlet.api.DeploymentInfo;
import io.undertow.servlet.api.DeploymentManager;
import io.undertow.servlet.api.FilterInfo;
import io.undertow.servlet.api.ServletContainerInitializerInfo;
import io.undertow.servlet.api.ServletInfo;
import io.undertow.servlet.util.ImmediateInstanceFactory;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServlet;
import java.net.InetSocketAddress;
import java.util.Set;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

final class UndertowTestServer implements TestServer {
    private final DeploymentManager manager;
    private final Undertow server;
    private boolean deployed = true;

    UndertowTestServer(Application application) throws Exception {
        DeploymentInfo deployment = Servlets.deployment()
                .setClassLoader(UndertowTestServer.class.getClassLoader())
                .setContextPath(application.contextPath())
                .setDeploymentName("test")
                .addServletContainerInitializer(new ServletContainerInitializerInfo(
                        HawserInitializer.class, Set.copyOf(application.endpoints())));
        application.parameters().forEach(deployment::addInitParameter);
        Filter filter = application.filter();
        if (filter != null) {
            deployment.addFilter(new FilterInfo("user", filter.getClass(), new ImmediateInstanceFactory<>(filter))
                    .setAsyncSupported(true));
            deployment.addFilterUrlMapping("user", "/*", DispatcherType.REQUEST);
        }
        HttpServlet servlet = application.servlet();
        if (servlet != null) {
            deployment.addServlet(new ServletInfo("last", servlet.getClass(), new ImmediateInstanceFactory<>(servlet))
                    .addMapping("/*")
                    .setAsyncSupported(true));
        }
        application.surroundings().on(deployment);
        manager = Servlets.defaultContainer().addDeployment(deployment);
        manager.deploy();
        server = Undertow.builder()
                .addHttpListener(0, "127.0.0.1")
                .addHttpsListener(0, "127.0.0.1", tls())
                .setServerOption(UndertowOptions.SHUTDOWN_TIMEOUT, 5000)
                .setServerOption(UndertowOptions.ENABLE_STATISTICS, true)
                .setServerOption(
                        UndertowOptions.DECODE_SLASH, application.surroundings().lenient())
                .setIoThreads(2)
                .setWorkerThreads(8)
                .setHandler(Handlers.path().addPrefixPath(application.contextPath(), manager.start()))
                .build();
        server.start();
    }

    private static SSLContext tls() throws Exception {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(new TestCertificate().keyStore(), TestCertificate.PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    @Override
    public int port() {
        return ((InetSocketAddress) server.getListenerInfo().get(0).getAddress()).getPort();
    }

    @Override
    public int tlsPort() {
        return ((InetSocketAddress) server.getListenerInfo().get(1).getAddress()).getPort();
    }

    /** How many connections Undertow counts as open. */
    long connections() {
        return server.getListenerInfo().stream()
                .mapToLong(listener -> listener.getConnectorStatistics().getActiveConnections())
                .sum();
    }

    /** Ends the server, and with it all connections, but not the application. */
    void stopServer() {
        server.stop();
    }

    @Override
    public void undeploy() throws Exception {
        if (deployed) {
            deployed = false;
            manager.stop();
            manager.undeploy();
        }
    }

    @Override
    public void close() throws Exception {
        undeploy();
        server.stop();
    }
}
