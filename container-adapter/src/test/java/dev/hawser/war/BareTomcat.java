package dev.hawser.war;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.catalina.Context;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.webresources.TomcatURLStreamHandlerFactory;
import org.apache.tomcat.util.scan.StandardJarScanner;
import org.jspecify.annotations.Nullable;

/** A Tomcat. */
public final class BareTomcat implements BareServer {
    /**
     * All there from the start: how many threads a server has got used to does not depend on what was deployed first.
     */
    private static final String THREADS = "16";

    private final Tomcat tomcat = new Tomcat();
    private final Path folder = Files.createTempDirectory("hawser-tomcat");
    private @Nullable Context context;

    public BareTomcat() throws Exception {
        TomcatURLStreamHandlerFactory.disable(); // it is one for the JVM, and there are several Tomcats in it
        Files.createDirectory(folder.resolve("webapps"));
        tomcat.setBaseDir(folder.toString());
        Connector connector = new Connector();
        connector.setPort(0);
        connector.setProperty("address", "127.0.0.1");
        connector.setProperty("minSpareThreads", THREADS);
        connector.setProperty("maxThreads", THREADS);
        tomcat.setConnector(connector);
        tomcat.getEngine().setParentClassLoader(BareTomcat.class.getClassLoader()); // else that of the tests
        tomcat.start();
    }

    @Override
    public int port() {
        return tomcat.getConnector().getLocalPort();
    }

    @Override
    public ClassLoader deploy(Path war, Map<String, String> contextParameters) throws Exception {
        Context deployed = tomcat.addWebapp(tomcat.getHost(), "", war.toString(), new Parameters(contextParameters));
        context = deployed;
        if (!deployed.getState().isAvailable()) {
            undeploy();
            throw new IllegalStateException("The context did not start");
        }
        return deployed.getLoader().getClassLoader();
    }

    /** Sets context parameters before the context starts. */
    private static final class Parameters extends org.apache.catalina.startup.ContextConfig {
        private final Map<String, String> parameters;

        Parameters(Map<String, String> parameters) {
            this.parameters = parameters;
        }

        @Override
        public void lifecycleEvent(org.apache.catalina.LifecycleEvent event) {
            if (event.getType().equals(org.apache.catalina.Lifecycle.BEFORE_INIT_EVENT)) {
                Context starting = (Context) event.getLifecycle();
                parameters.forEach(starting::addParameter);
                // Tomcat looks through the class path of the JVM, which is that of the tests.
                ((StandardJarScanner) starting.getJarScanner()).setScanClassPath(false);
            }
            super.lifecycleEvent(event);
        }
    }

    @Override
    public void undeploy() throws Exception {
        Context deployed = context;
        context = null;
        if (deployed != null) {
            tomcat.getHost().removeChild(deployed); // stops and destroys it
            delete(folder.resolve("webapps"));
            Files.createDirectory(folder.resolve("webapps"));
        }
    }

    @Override
    public String serverContainer() {
        Object container = context.getServletContext().getAttribute("jakarta.websocket.server.ServerContainer");
        return container == null ? "none" : container.getClass().getName();
    }

    @Override
    public void close() throws Exception {
        tomcat.stop();
        tomcat.destroy();
        delete(folder);
    }

    private static void delete(Path root) throws Exception {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
