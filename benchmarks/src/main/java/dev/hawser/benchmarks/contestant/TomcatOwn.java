package dev.hawser.benchmarks.contestant;

import dev.hawser.benchmarks.tls.Certificate;
import jakarta.websocket.server.ServerContainer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.servlets.DefaultServlet;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;
import org.apache.tomcat.websocket.server.WsSci;

/** Tomcat 11 with its own Jakarta WebSocket. */
public final class TomcatOwn implements Server {
    @Override
    public Ports start() throws Exception {
        Tomcat tomcat = tomcat();
        Context context = context(tomcat);
        context.addServletContainerInitializer(new WsSci(), null);
        context.addServletContainerInitializer(
                (classes, servletContext) -> {
                    ServerContainer container =
                            (ServerContainer) servletContext.getAttribute(ServerContainer.class.getName());
                    for (Class<?> endpoint : Endpoints.served()) {
                        try {
                            container.addEndpoint(endpoint);
                        } catch (jakarta.websocket.DeploymentException e) {
                            throw new jakarta.servlet.ServletException(e);
                        }
                    }
                },
                null);
        return start(tomcat);
    }

    /** Tomcat on a free port, with room for 10,000 connections. */
    static Tomcat tomcat() throws Exception {
        Path folder = Files.createTempDirectory("hawser-benchmark-tomcat");
        folder.toFile().deleteOnExit();
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(folder.toString());
        tomcat.setPort(0);
        configure(tomcat.getConnector());
        Certificate certificate = Certificate.ofContestant();
        if (certificate != null) {
            tomcat.getService().addConnector(secure(certificate));
        }
        return tomcat;
    }

    private static Connector secure(Certificate certificate) {
        SSLHostConfig tls = new SSLHostConfig();
        tls.setProtocols(Certificate.PROTOCOL);
        SSLHostConfigCertificate keys = new SSLHostConfigCertificate(tls, SSLHostConfigCertificate.Type.EC);
        keys.setCertificateKeystoreFile(certificate.keyStore().toString());
        keys.setCertificateKeystorePassword(Certificate.PASSWORD);
        tls.addCertificate(keys);
        Connector connector = new Connector();
        connector.setPort(0);
        connector.setScheme("https");
        connector.setSecure(true);
        connector.setProperty("SSLEnabled", "true");
        connector.addSslHostConfig(tls);
        configure(connector);
        return connector;
    }

    private static void configure(Connector connector) {
        connector.setProperty("address", "127.0.0.1");
        connector.setProperty("maxConnections", "20000");
        connector.setProperty("acceptCount", "1024");
    }

    /** The root context, with a servlet, since Tomcat calls filters only if there is one. */
    static Context context(Tomcat tomcat) {
        Context context = tomcat.addContext("", null);
        Tomcat.addServlet(context, "default", new DefaultServlet()).addMapping("/");
        return context;
    }

    static Ports start(Tomcat tomcat) throws LifecycleException {
        tomcat.start();
        Connector[] connectors = tomcat.getService().findConnectors();
        return new Ports(connectors[0].getLocalPort(), connectors.length > 1 ? connectors[1].getLocalPort() : 0);
    }
}
