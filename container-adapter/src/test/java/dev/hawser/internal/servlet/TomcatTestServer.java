package dev.hawser.internal.servlet;

import dev.hawser.internal.jetty.TestCertificate;
import dev.hawser.servlet.HawserInitializer;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.catalina.Context;
import org.apache.catalina.Wrapper;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.core.OpenSSLLifecycleListener;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.webresources.TomcatURLStreamHandlerFactory;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;
import org.apache.tomcat.util.net.SSLImplementation;
import org.jspecify.annotations.Nullable;

/** Compiled against Tomcat 11, and run with 10.1, too. Its TLS is the JDK's, or OpenSSL's if a property names that. */
final class TomcatTestServer implements TestServer {
    /** The class for Tomcat's attribute of that name, such as that of OpenSSL through the FFM API. */
    private static final @Nullable String TLS = System.getProperty("hawser.test.tomcat.sslImplementationName");

    /** The class of both connectors, if a test names none: NIO, or what a property says. */
    private static final String PROTOCOL = System.getProperty("hawser.test.tomcat.protocol", "HTTP/1.1");

    private final Tomcat tomcat = new Tomcat();
    private final Connector plain;
    private final String protocol;
    private Connector tls;
    private final Path folder = Files.createTempDirectory("hawser-tomcat");
    private final Context context;
    private final AtomicBoolean closed = new AtomicBoolean();

    TomcatTestServer(Application application) throws Exception {
        this(application, PROTOCOL);
    }

    /** @param protocol of both connectors, as in {@code server.xml} */
    TomcatTestServer(Application application, String protocol) throws Exception {
        this.protocol = protocol;
        plain = connector(protocol);
        tls = connector(protocol);
        TomcatURLStreamHandlerFactory.disable(); // the tests of WARs have more Tomcats in this JVM
        tomcat.setBaseDir(folder.toString());
        tomcat.setSilent(true);
        tomcat.setConnector(plain);
        secure(tls, TLS);
        tomcat.getService().addConnector(tls);
        if (TLS != null) {
            tomcat.getServer().addLifecycleListener(new OpenSSLLifecycleListener());
        }
        context = tomcat.addContext(
                application.contextPath().equals("/") ? "" : application.contextPath(),
                new File(folder.toString()).getAbsolutePath());
        context.addServletContainerInitializer(new HawserInitializer(), Set.copyOf(application.endpoints()));
        application.parameters().forEach(context::addParameter);
        if (application.filter() != null) {
            FilterDef definition = new FilterDef();
            definition.setFilterName("user");
            definition.setFilter(application.filter());
            definition.setAsyncSupported("true");
            context.addFilterDef(definition);
            FilterMap mapping = new FilterMap();
            mapping.setFilterName("user");
            mapping.addURLPattern("/*");
            context.addFilterMap(mapping);
        }
        Wrapper servlet = Tomcat.addServlet(
                context, "last", application.servlet() == null ? new NothingHere() : application.servlet());
        servlet.setAsyncSupported(true);
        servlet.addMapping("/");
        application.surroundings().on(tomcat, context);
        tomcat.start();
        if (!context.getState().isAvailable()) {
            close();
            throw new IllegalStateException("the context did not start");
        }
    }

    /** Tomcat calls filters only where there is a servlet; a WAR always has the default one. */
    private static final class NothingHere extends jakarta.servlet.http.HttpServlet {
        @Override
        protected void service(
                jakarta.servlet.http.HttpServletRequest request, jakarta.servlet.http.HttpServletResponse response)
                throws java.io.IOException {
            response.sendError(404);
        }
    }

    /** Whether TLS is not the JDK's. */
    static boolean hasOpenSsl() {
        return TLS != null;
    }

    /** Whether a peer that asks for new keys again and again, without an answer, is cut off. */
    static boolean boundsNewKeys() {
        return hasOpenSsl() || isOnNio2();
    }

    /** Whether the connectors are NIO2, if a test names none. */
    static boolean isOnNio2() {
        return PROTOCOL.endsWith("Nio2Protocol");
    }

    private static Connector connector(String protocol) {
        Connector connector = new Connector(protocol);
        connector.setPort(0);
        connector.setProperty("address", "127.0.0.1");
        connector.setProperty("minSpareThreads", "2");
        return connector;
    }

    private static void secure(Connector connector, @Nullable String implementation) throws Exception {
        connector.setScheme("https");
        connector.setSecure(true);
        connector.setProperty("SSLEnabled", "true");
        SSLHostConfig host = new SSLHostConfig();
        SSLHostConfigCertificate certificate =
                new SSLHostConfigCertificate(host, SSLHostConfigCertificate.Type.UNDEFINED);
        certificate.setCertificateKeystore(new TestCertificate().keyStore());
        certificate.setCertificateKeystorePassword(TestCertificate.PASSWORD);
        host.addCertificate(certificate);
        connector.addSslHostConfig(host);
        if (implementation != null && !connector.setProperty("sslImplementationName", implementation)) {
            throw new IllegalStateException("the connector does not know sslImplementationName");
        }
    }

    /** The connector of {@link #port}. */
    Connector plain() {
        return plain;
    }

    /** The connector of {@link #tlsPort}. */
    Connector tls() {
        return tls;
    }

    /** From now on the connector of {@link #tlsPort} is another one, with that class as its TLS. */
    void replaceTls(Class<? extends SSLImplementation> implementation) throws Exception {
        tomcat.getService().removeConnector(tls);
        tls.destroy();
        tls = connector(protocol);
        secure(tls, implementation.getName());
        tomcat.getService().addConnector(tls);
    }

    Context context() {
        return context;
    }

    @Override
    public int port() {
        return plain.getLocalPort();
    }

    @Override
    public int tlsPort() {
        return tls.getLocalPort();
    }

    @Override
    public void undeploy() throws Exception {
        context.stop();
    }

    @Override
    public void close() throws Exception {
        if (closed.getAndSet(true)) {
            return; // Tomcat minds
        }
        tomcat.stop();
        tomcat.destroy();
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        }
    }
}
