package dev.hawser.war;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.catalina.Context;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.webresources.TomcatURLStreamHandlerFactory;
import org.apache.tomcat.util.scan.StandardJarScanner;

/** A Tomcat that deploys one WAR, as its user would write it; loaded in a class loader of its own, like {@link BareJetty}. */
public final class BareTomcat implements AutoCloseable, Supplier<Map<String, Object>> {
    private final Tomcat tomcat = new Tomcat();
    private final Context context;

    public BareTomcat(Path war, Map<String, String> contextParameters) throws Exception {
        TomcatURLStreamHandlerFactory.disable(); // it is one for the JVM, and there are several Tomcats in it
        Path folder = Files.createTempDirectory("hawser-tomcat");
        Files.createDirectory(folder.resolve("webapps"));
        tomcat.setBaseDir(folder.toString());
        Connector connector = new Connector();
        connector.setPort(0);
        connector.setProperty("address", "127.0.0.1");
        tomcat.setConnector(connector);
        tomcat.getEngine().setParentClassLoader(BareTomcat.class.getClassLoader()); // else that of the tests
        context = tomcat.addWebapp("", war.toString());
        // Tomcat looks through the class path of the JVM, which is that of the tests.
        ((StandardJarScanner) context.getJarScanner()).setScanClassPath(false);
        contextParameters.forEach(context::addParameter);
        tomcat.start();
        if (!context.getState().isAvailable()) {
            close();
            throw new IllegalStateException("The context did not start");
        }
    }

    @Override
    public Map<String, Object> get() {
        Object container = context.getServletContext().getAttribute("jakarta.websocket.server.ServerContainer");
        return Map.of(
                "port",
                tomcat.getConnector().getLocalPort(),
                "container",
                container == null ? "none" : container.getClass().getName());
    }

    @Override
    public void close() throws Exception {
        tomcat.stop();
        tomcat.destroy();
    }
}
