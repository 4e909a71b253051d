package dev.hawser.tck.container.tomcat;

import dev.hawser.tck.container.ContainerUnderTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.catalina.Container;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.core.StandardHost;
import org.apache.catalina.servlets.DefaultServlet;
import org.apache.catalina.startup.ContextConfig;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.util.ServerInfo;
import org.apache.catalina.webresources.TomcatURLStreamHandlerFactory;
import org.apache.tomcat.util.scan.StandardJarScanner;

/** Tomcat, as an application embeds it, with a default servlet and no JSP. */
public final class TomcatContainer implements ContainerUnderTest {

    private final Tomcat tomcat = new Tomcat();
    private final Map<String, StandardContext> applications = new HashMap<>();

    /** Created by {@link java.util.ServiceLoader}. */
    public TomcatContainer() {}

    @Override
    public String name() {
        return ServerInfo.getServerInfo();
    }

    @Override
    public int start(Path workDirectory) throws Exception {
        TomcatURLStreamHandlerFactory.disable(); // it is one for the JVM, whose other half are the tests
        Files.createDirectories(workDirectory.resolve("webapps"));
        tomcat.setBaseDir(workDirectory.toString());
        Connector connector = new Connector();
        connector.setPort(0);
        connector.setProperty("address", "127.0.0.1");
        tomcat.setConnector(connector);
        tomcat.getEngine().setParentClassLoader(TomcatContainer.class.getClassLoader()); // else that of the tests
        tomcat.getHost(); // makes it: the connector wants to know its default host when it starts
        tomcat.addUser("ada", "lovelace");
        tomcat.addRole("ada", "member");
        tomcat.addUser("grace", "hopper");
        tomcat.start();
        return connector.getLocalPort();
    }

    @Override
    public void deploy(String contextPath, Path explodedWar) throws Exception {
        StandardContext application = new StandardContext();
        application.setPath(contextPath);
        application.setName(contextPath);
        application.setDocBase(explodedWar.toAbsolutePath().toString());
        ContextConfig descriptors = new ContextConfig();
        descriptors.setDefaultWebXml(tomcat.noDefaultWebXmlPath());
        application.addLifecycleListener(descriptors);
        // Else Tomcat looks for annotations on the class path of the JVM, which is that of the tests.
        StandardJarScanner scanner = new StandardJarScanner();
        scanner.setScanClassPath(false);
        application.setJarScanner(scanner);
        // Filters are called only where there is a servlet.
        Tomcat.addServlet(application, "default", new DefaultServlet()).addMapping("/");
        try (StartFailures failures = new StartFailures()) {
            host().addChild(application);
            if (!application.getState().isAvailable()) {
                remove(application);
                throw failures.asException(contextPath);
            }
        }
        applications.put(contextPath, application);
    }

    private StandardHost host() {
        return (StandardHost) tomcat.getHost();
    }

    @Override
    public void undeploy(String contextPath) throws Exception {
        StandardContext application = applications.remove(contextPath);
        if (application == null) {
            throw new IllegalArgumentException("Not deployed: " + contextPath);
        }
        remove(application);
    }

    /** Stops and destroys it. */
    private void remove(Container application) {
        host().removeChild(application);
    }

    @Override
    public void stop() throws LifecycleException {
        tomcat.stop();
        tomcat.destroy();
    }
}
